"""A real Asterisk for tests: own folder, free ports, short prompts, telephones to call it with."""

import os
import random
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import soundfile

from hotline.checked import read
from ivr.prompts import Prompts
from ivr.tree import Tree
from routing.config import RoutingConfig
from telephony.asterisk.layout import Layout
from telephony.asterisk.locate import AsteriskMissing, locate
from telephony.asterisk.process import AsteriskProcess
from telephony.asterisk.render import Sources
from telephony.asterisk.secrets import Secrets, keep
from telephony.asterisk.settings import TelephonySettings, TlsSettings
from telephony.asterisk.setup import prepare
from telephony.phone import PhoneSpec

ROOT = Path(__file__).resolve().parents[1]
CITIZEN = "13853067219"
RTP_PORTS = 200


@dataclass(slots=True)
class RealAsterisk:
    """A running Asterisk and what a test needs to know of it."""

    process: AsteriskProcess
    settings: TelephonySettings
    routing: RoutingConfig
    tree: Tree
    secrets: Secrets
    sources: Sources

    @property
    def layout(self) -> Layout:
        return self.process.layout

    @property
    def sip(self) -> str:
        return f"{self.settings.sip.bind}:{self.settings.sip.port}"

    @property
    def outside_port(self) -> int:
        """Where on 127.0.0.2 the carrier is: a phone listening there takes outside numbers and call-backs."""
        return self.settings.sip.trunks["demo"].port

    def seat(self, name: str, **more: object) -> PhoneSpec:
        """A seat's telephone, registering."""
        return PhoneSpec(**{"user": name, "password": self.secrets.seats[name], "registrar": self.sip, **more})

    def citizen(self, number: str = CITIZEN, **more: object) -> PhoneSpec:
        """A citizen's telephone; calls come from the trunk's address."""
        return PhoneSpec(**{"user": number, "local_address": "127.0.0.2", "server": self.sip, **more})

    def outside(self, **more: object) -> PhoneSpec:
        """Any telephone out there that we call: a duty mobile, or a citizen who is called back."""
        return PhoneSpec(**{"user": "outside", "local_address": "127.0.0.2", "local_port": self.outside_port, **more})

    def journals(self) -> dict[str, list[str]]:
        """All journals by linkedid, each line without its time."""
        return {
            file.stem: [line.partition(" ")[2] for line in file.read_text().splitlines()]
            for file in sorted(self.layout.spool.glob("*.call"))
        }

    def journal_of(self, number: str) -> list[str]:
        """The newest journal of a caller, each line without its time."""
        found = [lines for lines in self.journals().values() if lines and f"ani={number} " in lines[0]]
        return found[-1] if found else []

    def await_journal(self, number: str, event: str, limit: float = 10.0) -> list[str]:
        """Wait until the newest journal of a caller has an event, and return it."""
        return until(lambda: _with_event(self.journal_of(number), event), limit, f"no {event} for {number}")

    def legs(self, linkedid: str) -> dict[str, Path]:
        """The legs of a call by role."""
        return {file.stem.rpartition("_")[2]: file for file in sorted(self.layout.spool.glob(f"{linkedid}_*.wav"))}

    def last(self, number: str) -> str:
        """The linkedid of a caller's newest call."""
        return [key for key, lines in self.journals().items() if lines and f"ani={number} " in lines[0]][-1]

    def log(self) -> str:
        return self.layout.messages.read_text(encoding="utf-8", errors="replace")


T = TypeVar("T")
Make = Callable[..., RealAsterisk]
Whole = tuple[TelephonySettings, RoutingConfig, Tree]
Change = Callable[[TelephonySettings, RoutingConfig, Tree], Whole]


@pytest.fixture(scope="session")
def short_prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every prompt as a short tone, so that tests do not listen to sentences."""
    folder = tmp_path_factory.mktemp("prompts")
    prompts = read(ROOT / "config/prompts.yaml").build(Prompts)
    times = np.arange(2400) / 8000
    for name in (*prompts.prompts, "queue-place", "beep", "ringing", "waiting-music"):
        soundfile.write(folder / f"{name}.wav", 0.1 * np.sin(2 * np.pi * 600 * times), 8000, subtype="PCM_16")
    return folder


@pytest.fixture(scope="session")
def make_asterisk(short_prompts: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Start Asterisks with configurations of one's own; `change` gets and returns (settings, routing, tree)."""
    running: list[RealAsterisk] = []

    def make(
        change: Change = lambda *all_of_it: all_of_it,
        prompts: Path | None = None,
    ) -> RealAsterisk:
        made = _start(tmp_path_factory.mktemp("home"), prompts or short_prompts, change)
        running.append(made)
        return made

    yield make
    for made in running:
        made.process.stop()


@pytest.fixture(scope="session")
def asterisk(make_asterisk: Make) -> RealAsterisk:
    """The shipped configuration on free ports, with nobody behind FastAGI."""
    return make_asterisk()


def until(look: Callable[[], T], limit: float, complaint: str) -> T:
    """Return the first true thing that `look` sees; fail after `limit` seconds."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.02)
    raise AssertionError(complaint)


def free_port() -> int:
    """A port that is free for both UDP and TCP now."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port: int = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def _start(home: Path, prompts: Path, change: Change) -> RealAsterisk:
    try:
        program = locate(Path(os.environ.get("HOTLINE_TOOLS", ROOT / ".tools")))
    except AsteriskMissing as error:
        pytest.skip(str(error))
    settings, routing, tree = change(
        _on_free_ports(read(ROOT / "config/telephony.yaml").build(TelephonySettings)),
        read(ROOT / "config/routing.yaml").build(RoutingConfig),
        read(ROOT / "config/ivr.yaml").build(Tree),
    )
    layout = Layout(home)
    secrets = keep(layout.secrets, routing.seats)
    sources = Sources(ROOT / "config/asterisk", settings, routing, tree, secrets, layout, program, Path(sys.executable))
    process = prepare(sources, [prompts])
    process.start()
    return RealAsterisk(process, settings, routing, tree, secrets, sources)


def _on_free_ports(settings: TelephonySettings) -> TelephonySettings:
    first = _free_block(RTP_PORTS)
    trunk = replace(settings.sip.trunks["demo"], port=free_port())
    sip = replace(
        settings.sip,
        bind="127.0.0.1",
        port=free_port(),
        rtp_first=first,
        rtp_last=first + RTP_PORTS - 1,
        tls=TlsSettings(port=free_port()),
        trunks={"demo": trunk},
    )
    agi = replace(settings.agi, port=free_port())
    return replace(settings, sip=sip, agi=agi, ami=replace(settings.ami, port=free_port()))


def _free_block(size: int) -> int:
    """The first of `size` UDP ports that are free now, below the range the system hands out itself."""
    while True:
        first = random.randrange(20000, 32000 - size, 2)  # noqa: S311
        if all(_is_free(port) for port in range(first, first + size, 20)):
            return first


def _is_free(port: int) -> bool:
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _with_event(lines: list[str], event: str) -> list[str]:
    return lines if any(line.split()[0] == event for line in lines) else []
