"""Calls whose route is decided at once, and the tones that tell who is heard on which leg."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import soundfile
from real_asterisk import RealAsterisk

from chaos import agi_peers
from domain.call import Choice
from routing.route import Route, RouteKind
from telephony.phone import Phone
from telephony.route_variables import variables

LIMIT = 15.0
AGENTS = Route(RouteKind.AGENTS, queue="agents")


@contextmanager
def decided(house: RealAsterisk, route: Route, keys: str = "91") -> Iterator[None]:
    """FastAGI that decides at once for whoever calls."""
    choice = Choice(keys=keys, emergency=route.kind is RouteKind.EMERGENCY, utility=route.utility)
    pairs = (("HL_KEYS", keys), *variables(route, choice))
    with agi_peers.behind(house.settings.agi.port, agi_peers.deciding(*pairs)):
        yield


def at(house: RealAsterisk, name: str, **more: object) -> Phone:
    phone = Phone.start(house.seat(name, **more))
    phone.wait_registered(LIMIT)
    return phone


def tone(file: Path, hertz: float, seconds: float = 3.0) -> Path:
    times = np.arange(int(8000 * seconds)) / 8000
    soundfile.write(file, 0.3 * np.sin(2 * np.pi * hertz * times), 8000, subtype="PCM_16")
    return file


def strength(file: Path, hertz: float) -> float:
    """The share of a recording's energy that lies at a frequency, 0 to 1."""
    samples, rate = soundfile.read(file)
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / rate) - hertz) < 15
    return float(spectrum[near].sum() / max(spectrum.sum(), 1e-12))
