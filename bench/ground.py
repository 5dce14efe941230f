"""The ground a load bench stands on: a hotline of its own in a temporary folder, with a real Asterisk."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from hotline.places import Places, places
from hotline.settings import Settings, load
from hotline.wiring import asterisk, passwords
from telephony.asterisk.layout import Layout
from telephony.asterisk.process import AsteriskProcess

READY_SECONDS = 60.0
CITIZEN = "127.0.0.2"


@dataclass(frozen=True, slots=True)
class Ports:
    """Every port a bench uses, from one base."""

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
    def metrics(self) -> int:
        """Whatever the telephony process serves besides."""
        return self.base + 3

    @property
    def caller(self) -> int:
        """The citizens' SIP; their media follows."""
        return self.base + 10

    @property
    def seat(self) -> int:
        """The duty seat's SIP; its media follows."""
        return self.base + 14

    @property
    def rtp(self) -> tuple[int, int]:
        """Asterisk's media."""
        return self.base + 100, self.base + 899


@dataclass(frozen=True, slots=True)
class Ground:
    """A hotline that runs: no database and no worker anywhere near it."""

    settings: Settings
    layout: Layout
    asterisk: AsteriskProcess
    telephony: subprocess.Popen[bytes]
    ports: Ports

    @property
    def pids(self) -> tuple[int, int]:
        """Asterisk and the telephony process."""
        pid = self.asterisk.pid()
        if pid is None:
            raise RuntimeError("Asterisk is gone")
        return pid, self.telephony.pid

    def password(self, seat: str) -> str:
        """Return a seat's password."""
        return passwords(self.settings).seats[seat]


@contextmanager
def ground(base: int, dialplan: str, **names: str) -> Iterator[Ground]:
    """Start a hotline on ports from `base`, with `dialplan` added to its own; stop and remove it afterwards.

    In the dialplan {agi} stands for FastAGI's address, and `names` for what else it names.
    """
    ports = Ports(base)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        where = replace(places(), home=Path(folder) / "var")
        environ = _environ(where, ports)
        settings = load(where, environ)
        layout = Layout(where.home)
        process = asterisk(settings)
        with (layout.etc / "extensions.conf").open("a", encoding="utf-8") as file:
            file.write(dialplan.format(agi=f"127.0.0.1:{ports.agi}", **names))
        process.start()
        telephony = _telephony(where, environ)
        try:
            _await(ports.agi, telephony, where)
            yield Ground(settings, layout, process, telephony, ports)
        finally:
            telephony.send_signal(signal.SIGTERM)
            try:
                telephony.wait(15)
            except subprocess.TimeoutExpired:
                telephony.kill()
            process.stop()
            keep_logs = os.environ.get("BENCH_KEEP")
            if keep_logs:
                shutil.copytree(where.home, keep_logs, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.ctl"))


def _environ(where: Places, ports: Ports) -> dict[str, str]:
    first, last = ports.rtp
    wanted = {
        "telephony.sip.bind": "127.0.0.1",
        "telephony.sip.port": ports.sip,
        "telephony.sip.tls.port": ports.base + 4,
        "telephony.sip.rtp_first": first,
        "telephony.sip.rtp_last": last,
        "telephony.sip.trunks.demo.port": ports.caller,
        "telephony.agi.port": ports.agi,
        "telephony.ami.port": ports.ami,
        "telephony.asterisk.max_calls": 2000,
    }
    return {
        **os.environ,
        "HOTLINE_HOME": str(where.home),
        "HOTLINE_SET": " ".join(f"{key}={value}" for key, value in wanted.items()),
    }


def _telephony(where: Places, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "hotline", "telephony"]
    where.log.mkdir(parents=True, exist_ok=True)
    with (where.log / "telephony.log").open("wb") as out:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environ)


def _await(port: int, telephony: subprocess.Popen[bytes], where: Places) -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and telephony.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    log = (where.log / "telephony.log").read_text(errors="replace")
    raise RuntimeError(f"the telephony process did not come up:\n{log[-3000:]}")
