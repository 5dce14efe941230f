"""Voices for the calls: A-law in RTP, a packet every 20 ms for everybody who speaks, from one timer."""

import io
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import soundfile

from bench.sip_load import Loop

FRAME = 160
_TICK = 0.02
_SILENCE = b"\xd5" * FRAME
_HEADER = struct.Struct("!BBHII")
_PCMA = 8


def alaw(file: Path) -> bytes:
    """Return a wav file's first channel as A-law samples, cut to whole frames."""
    samples, rate = soundfile.read(file, dtype="int16", always_2d=True)
    if rate != 8000:
        raise ValueError(f"{file} is not 8 kHz")
    out = io.BytesIO()
    soundfile.write(out, samples[:, 0], rate, format="RAW", subtype="ALAW")
    raw = out.getvalue()
    return raw[: len(raw) // FRAME * FRAME]


@dataclass(slots=True)
class Stream:
    """What one telephone sends to one address: a voice once it has one, silence before; nothing while `mute`."""

    wire: socket.socket
    to: tuple[str, int]
    source: int
    voice: bytes = b""
    mute: bool = False
    sequence: int = 0
    timestamp: int = 0
    place: int = 0

    def packet(self) -> bytes:
        """Return the next packet."""
        header = _HEADER.pack(0x80, _PCMA, self.sequence & 0xFFFF, self.timestamp & 0xFFFFFFFF, self.source)
        self.sequence += 1
        self.timestamp += FRAME
        if not self.voice:
            return header + _SILENCE
        frame = self.voice[self.place : self.place + FRAME]
        self.place = (self.place + FRAME) % len(self.voice)
        return header + frame


@dataclass(slots=True)
class Mouths:
    """Everybody who speaks. Late ticks are caught up with, so that a talk's length in samples is its length in time."""

    loop: Loop
    clock: Callable[[], float]
    _streams: list[Stream] = field(default_factory=list)
    _due: float = 0.0

    def start(self) -> None:
        """Begin to tick."""
        self._due = self.clock()
        self._tick()

    def add(self, stream: Stream) -> Stream:
        """Let a stream speak."""
        self._streams.append(stream)
        return stream

    def remove(self, stream: Stream | None) -> None:
        """Let it fall silent."""
        if stream in self._streams:
            self._streams.remove(stream)

    def _tick(self) -> None:
        while self._due <= self.clock():
            for stream in self._streams:
                if not stream.mute:
                    stream.wire.sendto(stream.packet(), stream.to)
            self._due += _TICK
        self.loop.later(max(0.0, self._due - self.clock()), self._tick)
