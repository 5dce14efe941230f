"""Legs → one two-channel 8 kHz A-law wav: left the citizen, right whoever answered, each at its time."""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from telephony.recordings.repair import RATE

_BLOCK = 10 * RATE
_ALAW, _CHANNELS = 6, 2


class Side(IntEnum):
    """A channel of the merged file."""

    CITIZEN = 0
    ANSWERED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Sound to be placed: `frames` samples from byte `offset` of a file, beginning at frame `start` of the whole.

    A `filling` track is heard only where no other track of its side is: a voice message stands in the caller's own leg
    too, and must not be doubled.
    """

    file: Path
    offset: int
    frames: int
    start: int
    side: Side
    filling: bool = False

    @property
    def end(self) -> int:
        """Return the frame after its last one."""
        return self.start + self.frames


class Merged:
    """The tracks as one file, made in pieces as they are asked for; where several of one side sound at once they are
    added.

    Needs 10 s of sound in memory, however long the call. The same tracks always give the same bytes. `sha256` is that
    of the pieces taken so far. Iterating raises OSError where a leg is gone.
    """

    def __init__(self, tracks: Sequence[Track]) -> None:
        self.frames = max((track.end for track in tracks), default=0)
        self._tracks, self._digest = tracks, hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Return the hash of what was taken."""
        return self._digest.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        """Yield the file from its beginning, once."""
        for piece in _pieces(self._tracks, self.frames):
            self._digest.update(piece)
            yield piece


def merge(tracks: Sequence[Track], out: BinaryIO) -> Merged:
    """Write the tracks as one file; raises OSError where the disk is full or a leg is gone."""
    merged = Merged(tracks)
    out.writelines(merged)
    return merged


def _pieces(tracks: Sequence[Track], frames: int) -> Iterator[bytes]:
    table = alaw_table()
    yield _header(frames)
    for begin in range(0, frames, _BLOCK):
        end = min(begin + _BLOCK, frames)
        both = np.stack([_mix(tracks, side, begin, end) for side in Side], axis=1)
        yield table[both + 32768].tobytes()


def _mix(tracks: Sequence[Track], side: Side, begin: int, end: int) -> NDArray[np.int32]:
    """Return one side's samples of a block."""
    mixed = np.zeros(end - begin, dtype=np.int32)
    taken = np.zeros(end - begin, dtype=bool)
    here = [track for track in tracks if track.side is side and track.start < end and track.end > begin]
    for track in sorted(here, key=lambda track: track.filling):
        first, last = max(begin, track.start), min(end, track.end)
        place = slice(first - begin, last - begin)
        samples = _read(track, first - track.start, last - first)
        if track.filling:
            samples = np.where(taken[place], 0, samples)
        else:
            taken[place] = True
        mixed[place] += samples
    return np.clip(mixed, -32768, 32767)


def _read(track: Track, skip: int, count: int) -> NDArray[np.int32]:
    samples = np.zeros(count, dtype=np.int32)
    found = np.fromfile(track.file, dtype="<i2", count=count, offset=track.offset + 2 * skip)
    samples[: len(found)] = found
    return samples


def _header(frames: int) -> bytes:
    length = frames * _CHANNELS
    form = struct.pack("<HHIIHHH", _ALAW, _CHANNELS, RATE, RATE * _CHANNELS, _CHANNELS, 8, 0)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"fact" + struct.pack("<II", 4, frames)
    return (
        b"RIFF"
        + struct.pack("<I", 4 + len(chunks) + 8 + length)
        + b"WAVE"
        + chunks
        + b"data"
        + struct.pack("<I", length)
    )


def alaw_table() -> NDArray[np.uint8]:
    """Return the A-law byte of each 16-bit sample, lowest sample first (ITU-T G.711)."""
    samples = np.arange(-32768, 32768)
    negative = samples < 0
    # 13-bit magnitude; the negative side counts from -1, so that -1 and 0 share no code (G.711 table 1).
    size = np.where(negative, ~samples, samples) >> 3
    segment = np.maximum(np.floor(np.log2(np.maximum(size, 1))).astype(int) - 4, 0)
    step = np.where(segment < 2, size >> 1, size >> np.maximum(segment, 1)) & 15
    code = (segment << 4) | step
    return np.asarray((np.where(negative, code, code | 0x80)) ^ 0x55, dtype=np.uint8)
