"""The hotline that is broken: `hotline up` on a folder and ports of its own, as a city runs it, and its processes."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from chaos.postgres_server import PostgresServer, make_database, programs
from hotline.places import places
from hotline.settings import OVERRIDES, Settings, load
from hotline.wiring import open_store, passwords
from store.door import Store
from telephony.asterisk.layout import Layout

READY_SECONDS = 60.0
_RTP_PORTS = 400
_LOOKED_EVERY = 0.2


class NotReady(Exception):
    """The hotline under test did not come up; the message holds the end of its log."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Every port in use, from one base."""

    base: int

    @property
    def sip(self) -> int:
        """Asterisk's SIP."""
        return self.base

    @property
    def agi(self) -> int:
        """FastAGI."""
        return self.base + 1

    @property
    def ami(self) -> int:
        """AMI."""
        return self.base + 2

    @property
    def citizens(self) -> int:
        """The trunk's SIP; its media is two ports on, as RTCP takes the port after media."""
        return self.base + 10

    def seat(self, number: int) -> int:
        """Return a seat's SIP port; its media is two ports on."""
        return self.base + 20 + 4 * number

    @property
    def rtp(self) -> int:
        """The first of Asterisk's media ports."""
        return self.base + 100

    @classmethod
    def free(cls) -> "Ports":
        """Return a base from which every port is free now."""
        for base in random.sample(range(20_000, 31_000, 500), 20):
            if all(_is_free(port) for port in (*range(base, base + 99), *range(base + 100, base + 500, 40))):
                return cls(base)
        raise NotReady("no free ports between 20000 and 31000")


@dataclass(slots=True)
class Site:
    """The running hotline. `up` is its supervisor; everything else is found as its descendants."""

    settings: Settings
    ports: Ports
    up: "subprocess.Popen[bytes]"
    environ: Mapping[str, str]
    limited: bool = False
    postgres: PostgresServer | None = None

    @property
    def layout(self) -> Layout:
        """Return where Asterisk's files lie."""
        return Layout(self.settings.places.home)

    @property
    def home(self) -> Path:
        """Return the data folder."""
        return self.settings.places.home

    def asterisk(self) -> int | None:
        """Return Asterisk's process id."""
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.layout.run / "asterisk.pid").read_text())
            if Path(f"/proc/{pid}").exists():
                return pid
        return None

    def process(self, word: str) -> int | None:
        """Return our process that was started as `hotline WORD` (telephony, worker), None while there is none."""
        return next(iter(self.processes(word)), None)

    def processes(self, word: str) -> list[int]:
        """Return every child of the supervisor that was started as `hotline WORD`."""
        return [
            pid for pid in children(self.up.pid) if word.encode() in {part.rpartition(b".")[2] for part in _words(pid)}
        ]

    def recogniser(self) -> int | None:
        """Return a worker's recogniser child."""
        return next((pid for worker in self.processes("worker") for pid in children(worker)), None)

    def store(self) -> Store:
        """Open its database; close it after use."""
        return open_store(self.settings)

    def password(self, seat: str) -> str:
        """Return a seat's password."""
        return passwords(self.settings).seats[seat]

    def log_end(self) -> str:
        """Return the end of the supervisor's log, for a complaint."""
        file = self.settings.places.log / "up.log"
        return file.read_text(errors="replace")[-3000:] if file.exists() else ""


@contextmanager
def running(*, on_postgres: bool = False) -> Iterator[Site]:
    """Run a hotline in a folder of its own and stop it afterwards; raises NotReady.

    Where we may mount, its recordings lie on a small file system of their own, so that this one can be filled.
    """
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    home, ports = folder / "var", Ports.free()
    try:
        with _small_disk(home / "recordings") as limited, _postgres(on_postgres) as server:
            set_ = "" if server is None else f"store.url={server.url('hotline')}"
            environ = {
                **os.environ,
                "HOTLINE_HOME": str(home),
                OVERRIDES: f"{_overrides(ports)} {set_}",
            }
            settings = load(replace(places(), home=home), environ)
            with _up(settings, environ) as up:
                site = Site(settings, ports, up, environ, limited, server)
                _await(site)
                yield site
    finally:
        if keep := os.environ.get("CHAOS_KEEP"):
            shutil.copytree(home, keep, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.ctl"))
        shutil.rmtree(folder, ignore_errors=True)


def await_true(look: Callable[[], bool], limit: float) -> float | None:
    """Return after how many seconds `look` first said yes, None where it did not within the limit."""
    began = time.monotonic()
    while (spent := time.monotonic() - began) < limit:
        if look():
            return spent
        time.sleep(_LOOKED_EVERY)
    return None


def children(parent: int) -> list[int]:
    """Return the children of a process, oldest first."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                if int((entry / "stat").read_text().rpartition(") ")[2].split()[1]) == parent:
                    found.append(int(entry.name))
    return sorted(found)


def _words(pid: int) -> list[bytes]:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return []


def _is_free(port: int) -> bool:
    with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
        try:
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _overrides(ports: Ports) -> str:
    """Return what differs from the shipped configuration: ports, and waits that are short enough to be watched."""
    return " ".join(
        f"{key}={value}"
        for key, value in {
            "telephony.sip.bind": "127.0.0.1",
            "telephony.sip.port": ports.sip,
            "telephony.sip.tls.port": ports.base + 3,
            "telephony.sip.rtp_first": ports.rtp,
            "telephony.sip.rtp_last": ports.rtp + _RTP_PORTS - 1,
            "telephony.sip.trunks.demo.port": ports.citizens,
            "telephony.agi.port": ports.agi,
            "telephony.ami.port": ports.ami,
            "telephony.asterisk.message_silence": 2,
            "operations.metrics.first_port": 0,
            "operations.faults.look_seconds": 2,
            "operations.faults.no_phone_seconds": 6,
            "operations.faults.silent_seconds": 5,
            "store.jobs.heartbeat_seconds": 2,
            "store.jobs.dead_after_seconds": 6,
            "transcription.limits.floor_seconds": 25,
            "routing.queues.agents.wait": 6,
            "routing.queues.supervisors.wait": 3,
        }.items()
    )


@contextmanager
def _small_disk(folder: Path) -> Iterator[bool]:
    folder.mkdir(parents=True)
    words = ["mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "chaos", str(folder)]
    done = subprocess.run(words, capture_output=True, check=False) if os.geteuid() == 0 else None
    mounted = done is not None and done.returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=False)


@contextmanager
def _postgres(wanted: bool) -> Iterator[PostgresServer | None]:
    if not wanted:
        yield None
        return
    if (folder := programs()) is None:
        raise NotReady("no PostgreSQL server programs here")
    server = PostgresServer(folder)
    server.start()
    try:
        make_database(server, "hotline")
        yield server
    finally:
        server.stop()


@contextmanager
def _up(settings: Settings, environ: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    words = [sys.executable, "-m", "hotline", "--home", str(settings.places.home), "up", "--workers", "2"]
    out = settings.places.home / "up.out"
    with out.open("wb") as file:
        up = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=dict(environ), start_new_session=True
        )
    try:
        yield up
    finally:
        with contextlib.suppress(ProcessLookupError):
            up.send_signal(signal.SIGCONT)
            up.send_signal(signal.SIGTERM)
        try:
            up.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(up.pid, signal.SIGKILL)


def _await(site: Site) -> None:
    def ready() -> bool:
        if site.up.poll() is not None:
            raise NotReady(f"hotline up ended with {site.up.returncode}:\n{(site.home / 'up.out').read_text()[-3000:]}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", site.ports.agi), 1.0):
            return site.asterisk() is not None and site.recogniser() is not None
        return False

    if await_true(ready, READY_SECONDS) is None:
        raise NotReady(f"the hotline was not ready in {READY_SECONDS:g} s:\n{site.log_end()}")
