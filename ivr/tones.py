"""Sounds that nobody speaks, made by ourselves: the beep, the ringing tone, the music of waiting."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from ivr.audio import LEVEL_DB, RATE, Samples, active_level


class Tone(StrEnum):
    """What can be made."""

    BEEP = "beep"
    RINGING = "ringing"
    MUSIC = "music"


def make(tone: Tone) -> Samples:
    """Return a tone as 8 kHz samples."""
    return np.asarray(_MAKERS[tone](), np.float32)


def _beep() -> Samples:
    time = np.arange(round(0.35 * RATE)) / RATE
    shape = np.minimum(1, np.minimum(time, time[-1] - time) / 0.02)
    return np.asarray(0.2 * shape * np.sin(2 * np.pi * 880 * time), np.float32)


def _ringing() -> Samples:
    """The ringing tone of China: 450 Hz, one second on, four off (GB/T 3380)."""
    time = np.arange(RATE) / RATE
    shape = np.minimum(1, np.minimum(time, time[-1] - time) / 0.01)
    tone = 0.12 * shape * np.sin(2 * np.pi * 450 * time)
    return np.concatenate([tone, np.zeros(4 * RATE)]).astype(np.float32)


# A pentatonic tune of our own, in semitones above C4 (None: rest), half a second each; bass notes every four.
_TUNE = (7, None, 9, 12, 14, None, 12, 9, 7, None, 4, 2, 4, None, None, None)
_REPLY = (9, None, 12, 14, 16, None, 14, 12, 9, None, 7, 4, 2, None, None, None)
_CLOSE = (4, None, 7, 9, 12, None, 9, 7, 4, None, 2, 4, 0, None, None, None)
_BASS = (0, -5, -3, -5)
_BEAT = 0.5


def _music() -> Samples:
    notes = (*_TUNE, *_REPLY, *_TUNE, *_CLOSE)
    ring = round(2.5 * RATE)
    song = np.zeros(round(len(notes) * _BEAT * RATE) + ring)
    for place, note in enumerate(notes):
        at = round(place * _BEAT * RATE)
        if note is not None:
            song[at : at + ring] += _plucked(note, ring, 1.0)
        if place % 4 == 0:
            song[at : at + ring] += _plucked(_BASS[place // 4 % len(_BASS)] - 12, ring, 0.55)
    loop = song[:-ring]
    loop[:ring] += song[-ring:]  # the last notes ring on into the next turn
    gain = 10 ** ((LEVEL_DB - 4 - active_level(loop.astype(np.float32))) / 20)
    return (loop * gain).astype(np.float32)


def _plucked(semitones: int, samples: int, loudness: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    time = np.arange(samples) / RATE
    pitch = 261.63 * 2 ** (semitones / 12)
    sound = sum(np.sin(2 * np.pi * pitch * h * time) * np.exp(-time * (1.6 + 1.2 * h)) / h**1.6 for h in range(1, 6))
    return np.asarray(loudness * np.minimum(1, time / 0.008) * sound * (1 - time / time[-1]))


_MAKERS: Mapping[Tone, Callable[[], Samples]] = MappingProxyType(
    {Tone.BEEP: _beep, Tone.RINGING: _ringing, Tone.MUSIC: _music}
)
