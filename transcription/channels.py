"""A recording's channels made ready for listening: line echo muted, each channel raised to one level."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.words import Speaker
from transcription.audio import Audio
from transcription.engine import Samples
from transcription.settings import ChannelSettings

_FRAME_MS = 20
_VOICE_BELOW_LOUD_DB = 20.0
"""A frame this far below a channel's loud frames is no voice and cannot have an echo worth muting."""
_SILENCE = 1e-4
"""Peak below which a channel carries no signal at all (-80 dB)."""

SPOKEN_OF = {Speaker.CITIZEN: "市民", Speaker.AGENT: "坐席"}


@dataclass(frozen=True, slots=True)
class Channel:
    """One speaker's samples, ready to be listened to."""

    speaker: Speaker
    samples: Samples
    rate: int


def prepare(audio: Audio, settings: ChannelSettings, *, swapped: bool = False) -> tuple[list[Channel], list[str]]:
    """Return the channels that carry a signal, and notes in Chinese on those that do not.

    A single channel is the citizen's (a voice message); of two, the left one is, unless `swapped`.
    """
    if len(audio.channels) == 1:
        named = [(Speaker.CITIZEN, audio.channels[0])]
    else:
        left, right = mute_echo(audio.channels[0], audio.channels[1], audio.rate, settings)
        named = [(Speaker.CITIZEN, right if swapped else left), (Speaker.AGENT, left if swapped else right)]
    channels: list[Channel] = []
    notes: list[str] = []
    for speaker, samples in named:
        if np.abs(samples).max(initial=0.0) < _SILENCE:
            notes.append(f"{SPOKEN_OF[speaker]}声道没有声音信号")
        else:
            channels.append(Channel(speaker, raise_to(samples, settings.peak), audio.rate))
    return channels, notes


def raise_to(samples: Samples, peak: float) -> Samples:
    """Return the samples with their peak at the wanted level; silence stays silence."""
    loudest = float(np.abs(samples).max(initial=0.0))
    return samples if loudest == 0.0 else samples * np.float32(peak / loudest)


def mute_echo(left: Samples, right: Samples, rate: int, settings: ChannelSettings) -> tuple[Samples, Samples]:
    """Mute in each channel the moments that are only the other one's line echo.

    Where a quiet channel is raised, the other side's echo is raised with it and is taken for the speaker's own words.
    """
    width = max(1, rate * _FRAME_MS // 1000)
    loud_left, loud_right = _levels(left, width), _levels(right, width)
    memory = settings.echo_memory_ms // _FRAME_MS
    return (
        _keep(left, ~_echo(loud_left, loud_right, settings.echo_margin_db, memory), width),
        _keep(right, ~_echo(loud_right, loud_left, settings.echo_margin_db, memory), width),
    )


def _levels(samples: Samples, width: int) -> npt.NDArray[np.float64]:
    """Return the level of each frame in decibels."""
    whole = len(samples) // width * width
    frames, rest = samples[:whole].reshape(-1, width), samples[whole:]
    power = np.einsum("ij,ij->i", frames, frames, dtype=np.float64) / width  # no copy: an hour's would be large
    if len(rest):
        power = np.append(power, np.square(rest, dtype=np.float64).sum() / width)
    levels: npt.NDArray[np.float64] = 10.0 * np.log10(power + 1e-12)
    return levels


def _echo(
    own: npt.NDArray[np.float64], other: npt.NDArray[np.float64], margin: float, memory: int
) -> npt.NDArray[np.bool_]:
    """Tell the frames in which the other side speaks, or just did, and is louder than this one by the margin."""
    lately = other.copy()
    for back in range(1, memory + 1):
        lately[back:] = np.maximum(lately[back:], other[:-back])
    voice = np.percentile(other, 95) - _VOICE_BELOW_LOUD_DB if len(other) else 0.0
    echo: npt.NDArray[np.bool_] = (lately > voice) & (lately - own > margin)
    return echo


def _keep(samples: Samples, frames: npt.NDArray[np.bool_], width: int) -> Samples:
    """Return the samples with the other frames muted; edges fade over half a frame so that they do not click."""
    gate = np.repeat(frames.astype(np.float32), width)[: len(samples)]
    half = max(1, width // 2)
    fade = np.ones(half, dtype=np.float32) / half
    smooth = np.convolve(gate, fade, mode="same")[: len(samples)] if len(gate) >= half else gate
    return (samples * smooth).astype(np.float32)
