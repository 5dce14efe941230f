"""Tones for telephones to speak, and to be recognised in what they heard: a voice that a test can tell apart."""

from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

RATE = 8000
_LOUDNESS = 0.3


def tone(hertz: float, seconds: float) -> NDArray[np.int16]:
    """Return a sine as 8 kHz samples."""
    times = np.arange(round(RATE * seconds)) / RATE
    return np.asarray(_LOUDNESS * 32767 * np.sin(2 * np.pi * hertz * times), dtype=np.int16)


def write_tone(file: Path, hertz: float, seconds: float) -> Path:
    """Write a sine as an 8 kHz wav and return the file."""
    soundfile.write(file, tone(hertz, seconds), RATE, subtype="PCM_16")
    return file


def loudest(samples: NDArray[np.int16]) -> float:
    """Return the frequency in Hz that is strongest in 8 kHz samples, 0.0 for silence or nothing."""
    spectrum = np.abs(np.fft.rfft(samples)) if len(samples) else np.zeros(0)
    if not spectrum.size or not spectrum.any():
        return 0.0
    return float(np.argmax(spectrum) * RATE / len(samples))


def power(samples: NDArray[np.int16], hertz: float) -> float:
    """Return the loudness of one frequency in 8 kHz samples, 1.0 being full scale."""
    if not len(samples):
        return 0.0
    turning = np.exp(-2j * np.pi * hertz * np.arange(len(samples)) / RATE)
    return float(abs(np.dot(samples, turning)) * 2 / len(samples) / 32767)
