"""What really goes over the loopback wire, read from the network card's side: needs the right to capture."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pytest

ETH_P_IP = 0x0800
UDP = 17


@dataclass(slots=True)
class Caught:
    """UDP payloads by the port that they were sent to."""

    to_port: dict[int, list[bytes]] = field(default_factory=dict)

    def rtp(self, first: int, last: int) -> list[bytes]:
        """The payloads of each RTP stream into a range of ports that carries a second or more of speech."""
        streams = [
            b"".join(packet[12:172] for packet in packets if len(packet) >= 172)
            for port, packets in self.to_port.items()
            if first <= port <= last and port % 2 == 0
        ]
        return [stream for stream in streams if len(stream) > 8000]


@contextmanager
def captured() -> Iterator[Caught]:
    """Catch every UDP packet on loopback; skips the test where capturing is not allowed."""
    caught, over = Caught(), threading.Event()
    try:
        card = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_IP))
    except PermissionError:
        pytest.skip("capturing packets needs root")
    card.bind(("lo", 0))
    card.settimeout(0.1)

    def read() -> None:
        while not over.is_set():
            try:
                frame, (_, _, direction, *_) = card.recvfrom(65535)
            except TimeoutError:
                continue
            if direction == socket.PACKET_OUTGOING:  # on loopback every packet passes twice
                continue
            packet = frame[14:]
            head = (packet[0] & 15) * 4
            if packet[9] == UDP:
                port = struct.unpack_from("!H", packet, head + 2)[0]
                caught.to_port.setdefault(port, []).append(packet[head + 8 :])

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield caught
    finally:
        time.sleep(0.2)
        over.set()
        reader.join(5)
        card.close()


def tone_in(alaw: bytes, hertz: float) -> float:
    """The share of energy at a frequency in 8 kHz A-law, 0 to 1: what an eavesdropper would hear."""
    coded = np.frombuffer(alaw, np.uint8) ^ 0x55
    exponent, mantissa = (coded >> 4) & 7, (coded & 15).astype(int)
    size = np.where(exponent == 0, mantissa * 16 + 8, (mantissa * 16 + 264) << np.maximum(exponent.astype(int) - 1, 0))
    samples = np.where(coded & 0x80, size, -size)
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / 8000) - hertz) < 15
    return float(spectrum[near].sum() / max(spectrum.sum(), 1e-12))
