"""Where the samples of a leg lie, whatever its header says, and headers put right after a crash.

Asterisk writes a wav's sizes when it closes the file: after `kill -9` they say 0, and Python's wave refuses the file.
"""

import os
import struct
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

import numpy as np

_LOOK = 1 << 17
_NOTHING = 8
RATE = 8000
_FORMAT = struct.Struct("<HHIIHH")
_WANTED = (1, 1, RATE, RATE * 2, 2, 16)
_CHUNK = struct.Struct("<4sI")
_PREFIX = 12
_WHOLE_HEADER = 44


class Unreadable(Exception):
    """The file holds no 8 kHz 16-bit mono PCM; the message says what is wrong with it."""


class Repair(StrEnum):
    """What became of a header."""

    RIGHT = "right"
    REPAIRED = "repaired"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Samples:
    """`frames` samples of two bytes from byte `offset` on; `closed` tells whether the header already says so.

    `size` is the file's length when it was looked at.
    """

    offset: int
    frames: int
    closed: bool
    size: int


def find_samples(file: Path) -> Samples:
    """Return where a leg's samples lie; raises Unreadable, or OSError where the file cannot be opened."""
    with file.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        if size < _WHOLE_HEADER:
            return _too_short(stream.read(), size)
        riff, total, wave = struct.unpack("<4sI4s", stream.read(_PREFIX))
        if riff != b"RIFF" or wave != b"WAVE":
            raise Unreadable("no RIFF/WAVE header")
        return _walk(stream, size, total)


def is_mute(file: Path, samples: Samples) -> bool:
    """Tell whether nothing stands in a leg but what a codec writes for nothing (8 of A-law at most)."""
    for begin in range(0, samples.frames, _LOOK):
        count = min(_LOOK, samples.frames - begin)
        part = np.fromfile(file, dtype="<i2", count=count, offset=samples.offset + 2 * begin)
        if part.size and int(np.abs(part.astype(np.int32)).max()) > _NOTHING:
            return False
    return True


def repair(file: Path) -> Repair:
    """Put both sizes of a header right from the file's length; a file that is right is not touched.

    One write over bytes that exist already: it needs no space on a full disk and cannot be seen half done.
    """
    samples = find_samples(file)
    if samples.closed:
        return Repair.RIGHT if samples.frames else Repair.EMPTY
    if samples.offset == 0:
        return Repair.EMPTY
    with file.open("r+b") as stream:
        header = bytearray(stream.read(samples.offset))
        length, size = samples.frames * 2, os.fstat(stream.fileno()).st_size
        if size == samples.offset + length + 1:  # half a sample
            size -= 1
        header[4:8] = struct.pack("<I", size - 8)
        header[samples.offset - 4 : samples.offset] = struct.pack("<I", length)
        os.pwrite(stream.fileno(), header, 0)
        os.ftruncate(stream.fileno(), size)
        os.fsync(stream.fileno())
    return Repair.REPAIRED


def _too_short(data: bytes, size: int) -> Samples:
    if data[:4] == b"RIFF"[: len(data[:4])]:
        return Samples(0, 0, closed=False, size=size)
    raise Unreadable(f"{size} bytes that are no wav header")


def _walk(stream: BinaryIO, size: int, total: int) -> Samples:
    position, known = _PREFIX, False
    while position + _CHUNK.size <= size:
        stream.seek(position)
        name, length = _CHUNK.unpack(stream.read(_CHUNK.size))
        position += _CHUNK.size
        if name == b"fmt ":
            _check_format(stream.read(_FORMAT.size))
            known = True
        elif name == b"data" and known:
            return _data(stream, position, length, size, total)
        position += length + length % 2
    raise Unreadable("no sound data")


def _check_format(data: bytes) -> None:
    if len(data) < _FORMAT.size:
        raise Unreadable("the format is cut off")
    found = _FORMAT.unpack(data)
    if found != _WANTED:
        codec, channels, rate, _, _, bits = found
        raise Unreadable(f"not 8 kHz 16-bit mono PCM: format {codec}, {channels} channels, {rate} Hz, {bits} bits")


def _data(stream: BinaryIO, offset: int, length: int, size: int, total: int) -> Samples:
    there = size - offset
    if length % 2 == 0 and 0 < length <= there and _ends_well(stream, offset + length, size):
        return Samples(offset, length // 2, closed=total + 8 == size, size=size)
    return Samples(offset, there // 2, closed=there == length == 0 and total + 8 == size, size=size)


def _ends_well(stream: BinaryIO, end: int, size: int) -> bool:
    """Tell further chunks after the sound from sound that the header does not know of yet."""
    while end != size:
        stream.seek(end)
        head = stream.read(_CHUNK.size)
        if len(head) < _CHUNK.size or not head[:4].isalnum():
            return False
        length = _CHUNK.unpack(head)[1]
        end += _CHUNK.size + length + length % 2
        if end > size:
            return False
    return True
