"""A look at a FastAGI server from outside: does it accept, read a header and answer? A frozen process does not."""

import socket
from contextlib import suppress

ALIVE = "alive"
"""agi://…/alive: no call, only the question whether somebody is there."""
ANSWER = b"alive\n"
_HEADER = f"agi_network: yes\nagi_network_script: {ALIVE}\n\n".encode()


def answers(host: str, port: int, seconds: float) -> bool:
    """Tell whether the server answers within so many seconds."""
    return _said(host, port, seconds, _HEADER, len(ANSWER)) == ANSWER


def greets(host: str, port: int, seconds: float, greeting: bytes) -> bool:
    """Tell whether who listens there begins with a greeting, as Asterisk's AMI does, within so many seconds."""
    return _said(host, port, seconds, b"", len(greeting)) == greeting


def _said(host: str, port: int, seconds: float, asks: bytes, length: int) -> bytes:
    said = b""
    with suppress(OSError), socket.create_connection((host, port), seconds) as wire:
        wire.settimeout(seconds)
        wire.sendall(asks)
        while len(said) < length and (piece := wire.recv(length - len(said))):
            said += piece
    return said
