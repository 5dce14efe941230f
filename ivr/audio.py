"""Telephone audio made from a voice or from nothing: trimmed, band-limited, equally loud, 8 kHz 16-bit mono."""

import wave
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

Samples: TypeAlias = npt.NDArray[np.float32]
"""One channel, -1 to 1."""

RATE = 8000
LEVEL_DB = -20.0
"""Active speech level of every prompt, dB of full scale."""

_BAND = (200.0, 3500.0)
_PEAK = 0.89
_FRAME = 0.02
_SILENT_DB = -42.0  # below the loudest frame
_EDGE = 0.03


def telephone(samples: Samples, rate: int, pause: float = 0.0) -> Samples:
    """Turn speech of any rate into a prompt: silence off both ends, telephone band, LEVEL_DB, then `pause` seconds."""
    if not samples.size:
        return np.zeros(round(pause * RATE), np.float32)
    narrow = _band_limited(samples, rate)
    if rate != RATE:
        narrow = np.asarray(soxr.resample(narrow, rate, RATE, quality="VHQ"), np.float32)
    said = _faded(_levelled(_trimmed(narrow)))
    return np.concatenate([said, np.zeros(round(pause * RATE), np.float32)])


def read_mono(file: Path) -> tuple[Samples, int]:
    """Return a sound file's samples, channels mixed, and its rate; raises soundfile.LibsndfileError (RuntimeError)."""
    samples, rate = soundfile.read(file, dtype="float32", always_2d=True)
    return np.asarray(samples.mean(axis=1), np.float32), int(rate)


def write(file: Path, samples: Samples) -> None:
    """Write 8 kHz 16-bit mono PCM; the file appears whole or not at all."""
    draft = file.with_suffix(".part")
    with wave.open(str(draft), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    draft.replace(file)


def active_level(samples: Samples, rate: int = RATE) -> float:
    """Return the level of the parts that are not silent, in dB of full scale."""
    frames = _frame_powers(samples, rate)
    loud = frames[frames > frames.max() * 10 ** (_SILENT_DB / 10)] if frames.size else frames
    return float(10 * np.log10(loud.mean())) if loud.size and loud.mean() > 0 else -120.0


def _frame_powers(samples: Samples, rate: int) -> npt.NDArray[np.float64]:
    size = max(1, round(_FRAME * rate))
    whole = samples[: samples.size // size * size].astype(np.float64).reshape(-1, size)
    return np.asarray((whole**2).mean(axis=1))


def _band_limited(samples: Samples, rate: int) -> Samples:
    spectrum = np.fft.rfft(samples)
    frequencies = np.fft.rfftfreq(samples.size, 1 / rate)
    low, high = _BAND
    rising = np.clip((frequencies - low / 2) / (low / 2), 0, 1)
    falling = np.clip((high + 300 - frequencies) / 300, 0, 1)
    return np.fft.irfft(spectrum * rising * falling, samples.size).astype(np.float32)


def _trimmed(samples: Samples) -> Samples:
    frames = _frame_powers(samples, RATE)
    if not frames.size or frames.max() <= 0:
        return samples
    heard = np.flatnonzero(frames > frames.max() * 10 ** (_SILENT_DB / 10))
    size, edge = round(_FRAME * RATE), round(_EDGE * RATE)
    return samples[max(0, heard[0] * size - edge) : (heard[-1] + 1) * size + edge]


def _levelled(samples: Samples) -> Samples:
    loud = samples * np.float32(10 ** ((LEVEL_DB - active_level(samples)) / 20))
    over = np.abs(loud) > _PEAK / 2
    # Peaks above half scale bend towards the ceiling instead of pulling the whole prompt down.
    bent = np.sign(loud) * (_PEAK / 2) * (1 + np.tanh(np.abs(loud) / (_PEAK / 2) - 1))
    return np.where(over, bent, loud).astype(np.float32)


def _faded(samples: Samples) -> Samples:
    edge = min(round(0.008 * RATE), samples.size // 2)
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    shape = np.ones(samples.size, np.float32)
    shape[:edge], shape[samples.size - edge :] = ramp, ramp[::-1]
    return samples * shape
