"""Voice activity: which stretches of a channel are speech, and the speech put together without the silences."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from transcription.audio import resample
from transcription.engine import Samples
from transcription.settings import VoiceSettings

_VAD_RATE = 16_000
_SPILL = 0.02
"""Seconds by which a word's end may be late (whisper's times come in steps of this length)."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of speech in seconds of the recording."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        """Return the length."""
        return self.end - self.start


def together(one: Iterable[Stretch], other: Iterable[Stretch]) -> float:
    """Return for how many seconds both of two channels speak."""
    others = tuple(other)
    return sum(max(0.0, min(a.end, b.end) - max(a.start, b.start)) for a in one for b in others)


@dataclass(frozen=True, slots=True)
class Speech:
    """A channel's speech without its silences, and where each stretch belongs in the recording.

    Whole conversations without pauses are read better than single turns (facts: CER), and faster.
    """

    samples: Samples
    rate: int
    stretches: tuple[Stretch, ...]
    starts: tuple[float, ...]
    """Where each stretch begins in `samples`, in seconds."""

    @property
    def seconds(self) -> float:
        """Return the length of the speech."""
        return len(self.samples) / self.rate

    def place(self, start: float, end: float) -> tuple[int, float, float]:
        """Return the stretch that a time of `samples` falls in, and its start and end in the recording.

        What reaches over a cut belongs to the stretch in which it ends: a recogniser's word ends where it should, but
        begins early, in the pause before it.
        """
        index = max(0, bisect_right(self.starts, max(start, end - _SPILL)) - 1)
        stretch, begin = self.stretches[index], self.starts[index]
        first = min(max(stretch.start + start - begin, stretch.start), stretch.end)
        last = min(max(stretch.start + end - begin, first), stretch.end)
        return index, first, last


def find(samples: Samples, rate: int, settings: VoiceSettings) -> tuple[Stretch, ...]:
    """Return the stretches of speech in order; none where nobody speaks.

    A long recording is looked at in parts: an hour at once would take a gigabyte.
    """
    found: list[Stretch] = []
    width = round(settings.portion_seconds * rate)
    for start in range(0, len(samples), width):
        for each in _find(samples[start : start + width], rate, settings):
            stretch = Stretch(start / rate + each.start, start / rate + each.end)
            if found and stretch.start <= found[-1].end:  # somebody spoke across the parts' border
                stretch = Stretch(found.pop().start, stretch.end)
            found.append(stretch)
    return tuple(found)


def _find(samples: Samples, rate: int, settings: VoiceSettings) -> tuple[Stretch, ...]:
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    if not samples.any():
        return ()
    options = VadOptions(
        threshold=settings.threshold,
        min_silence_duration_ms=settings.min_silence_ms,
        speech_pad_ms=settings.pad_ms,
    )
    found = get_speech_timestamps(resample(samples, rate, _VAD_RATE), options)
    seconds = len(samples) / rate
    stretches = (Stretch(each["start"] / _VAD_RATE, min(each["end"] / _VAD_RATE, seconds)) for each in found)
    return tuple(stretch for stretch in stretches if stretch.seconds > 0)


def portions(stretches: Iterable[Stretch], longest: float) -> Iterator[tuple[Stretch, ...]]:
    """Yield the stretches in portions of `longest` seconds at most: what is heard at once needs memory for it all."""
    portion: list[Stretch] = []
    room = longest
    for stretch in stretches:
        start = stretch.start
        while stretch.end - start > room:
            if not portion:  # one stretch longer than a portion
                yield (Stretch(start, start + room),)
                start += room
            else:
                yield tuple(portion)
                portion = []
            room = longest
        portion.append(Stretch(start, stretch.end))
        room -= stretch.end - start
    if portion:
        yield tuple(portion)


def put_together(samples: Samples, rate: int, stretches: tuple[Stretch, ...], gap_ms: int) -> Speech:
    """Cut the stretches out of the channel and join them, `gap_ms` of silence between each two."""
    gap = np.zeros(rate * gap_ms // 1000, dtype=np.float32)
    pieces: list[Samples] = []
    starts, at = [], 0
    for each in stretches:
        piece = samples[round(each.start * rate) : round(each.end * rate)]
        starts.append(at / rate)
        at += len(piece) + len(gap)
        pieces += [piece, gap]
    joined = np.concatenate(pieces[:-1]) if pieces else gap[:0]
    return Speech(joined, rate, stretches, tuple(starts))
