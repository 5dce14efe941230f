"""What is broken, and how: each fault is a context that breaks something real on entry and lets go of it on exit."""

import contextlib
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from chaos import agi_peers
from chaos.agi_peers import Behaviour
from chaos.postgres_server import PostgresServer
from chaos.site import Site, await_true
from chaos.town import Town

_BROKEN_SCRIPT = "#!/bin/sh\necho 'Traceback (most recent call last):'\nexit 1\n"

_DEATH_SECONDS = 5.0

Breaking = Callable[[Site, Town], AbstractContextManager[None]]


class Hit(StrEnum):
    """What a fault strikes: only a fault of Asterisk itself may cost a call."""

    PYTHON = "python"
    ASTERISK = "asterisk"
    DATABASE = "database"
    PEOPLE = "people"
    MACHINE = "machine"


class Ground(StrEnum):
    """What the hotline stands on while it is broken: its database."""

    SQLITE = "sqlite"
    POSTGRES = "postgres"


class Unable(Exception):
    """This machine cannot have this fault; the message says what it would take."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to break the hotline: its name, its title for the table, how long it lasts, and what it hits."""

    name: str
    title: str
    seconds: float
    hit: Hit
    breaking: Breaking
    ground: Ground = Ground.SQLITE


@contextmanager
def _nothing(_site: Site, _town: Town) -> Iterator[None]:
    yield


def _kill(find: Callable[[Site], int | None], number: signal.Signals = signal.SIGKILL) -> Breaking:
    @contextmanager
    def broken(site: Site, _town: Town) -> Iterator[None]:
        os.kill(_found(find(site)), number)
        yield

    return broken


def _freeze(find: Callable[[Site], int | None]) -> Breaking:
    @contextmanager
    def broken(site: Site, _town: Town) -> Iterator[None]:
        pid = _found(find(site))
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    return broken


def _found(pid: int | None) -> int:
    if pid is None:
        raise RuntimeError("the process that was to be broken is not there")
    return pid


def _telephony(site: Site) -> int | None:
    return site.process("telephony")


def _worker(site: Site) -> int | None:
    return site.process("worker")


@contextmanager
def _no_telephony(site: Site) -> Iterator[None]:
    """Keep the telephony process away: its supervisor is held still meanwhile."""
    site.up.send_signal(signal.SIGSTOP)
    try:
        os.kill(_found(_telephony(site)), signal.SIGKILL)
        await_true(lambda: not _answers(site.ports.agi), _DEATH_SECONDS)
        yield
    finally:
        site.up.send_signal(signal.SIGCONT)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
        return True
    return False


@contextmanager
def _refused(site: Site, _town: Town) -> Iterator[None]:
    with _no_telephony(site):
        yield


@contextmanager
def _black_hole(site: Site, _town: Town) -> Iterator[None]:
    """A full queue of connections: the kernel drops every further SYN."""
    with _no_telephony(site), socket.socket() as hole, contextlib.ExitStack() as held:
        hole.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        hole.bind(("127.0.0.1", site.ports.agi))
        hole.listen(0)
        for _ in range(4):
            filler = held.enter_context(socket.socket())
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(("127.0.0.1", site.ports.agi))
        yield


def _peer(behave: Behaviour) -> Breaking:
    @contextmanager
    def broken(site: Site, _town: Town) -> Iterator[None]:
        with _no_telephony(site), agi_peers.behind(site.ports.agi, behave):
            yield

    return broken


def _mid_command(connection: socket.socket) -> None:
    agi_peers.header(connection)
    connection.sendall(b"SET VARIABLE ROU")
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def _takeover(site: Site, _town: Town) -> Iterator[None]:
    """A second telephony process takes the port of a killed one; then it is killed in turn."""
    with _no_telephony(site), (site.home / "second.log").open("ab") as out:
        words = [sys.executable, "-m", "hotline", "--home", str(site.home), "telephony"]
        second = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=dict(site.environ))
        site.up.send_signal(signal.SIGCONT)
        try:
            yield
        finally:
            second.kill()
            second.wait()


@contextmanager
def _script_broken_too(site: Site, town: Town) -> Iterator[None]:
    file = site.layout.fallback_script
    whole = file.read_text()
    with _refused(site, town):
        file.write_text(_BROKEN_SCRIPT)
        try:
            yield
        finally:
            file.write_text(whole)
            file.chmod(0o700)


def _database(site: Site) -> Path:
    return site.home / "hotline.db"


@contextmanager
def _locked(site: Site, _town: Town) -> Iterator[None]:
    connection = sqlite3.connect(_database(site), isolation_level=None, timeout=30)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@contextmanager
def _gone(site: Site, _town: Town) -> Iterator[None]:
    """The files are somewhere else, and a folder is in their place; who holds them open keeps them."""
    aside = site.home / "aside"
    aside.mkdir()
    moved = [file for file in site.home.glob("hotline.db*") if file.is_file()]
    for file in moved:
        file.rename(aside / file.name)
    _database(site).mkdir()
    try:
        yield
    finally:
        _database(site).rmdir()
        for file in site.home.glob("hotline.db?*"):
            file.unlink()
        for file in moved:
            (aside / file.name).rename(file)
        aside.rmdir()


@contextmanager
def _read_only(site: Site, _town: Town) -> Iterator[None]:
    """Nobody may write its files; processes that had them open are started anew, as after a remount."""
    files = [str(file) for file in site.home.glob("hotline.db*") if not file.name.endswith("-shm")]  # that is memory
    if (
        not shutil.which("chattr")
        or subprocess.run(["chattr", "+i", *files], capture_output=True, check=False).returncode
    ):
        raise Unable("needs root, chattr and a file system that knows immutable files")
    try:
        for pid in (_telephony(site), _worker(site)):
            os.kill(_found(pid), signal.SIGKILL)
        yield
    finally:
        subprocess.run(["chattr", "-i", *files], check=True)


@contextmanager
def _disk_full(site: Site, _town: Town) -> Iterator[None]:
    if not site.limited:
        raise Unable("needs root, to give the recordings a small file system of their own")
    ballast = site.settings.places.recordings / "ballast"
    try:
        with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 16))
        yield
    finally:
        ballast.unlink()


def _unplug(choose: Callable[[Site], list[str]]) -> Breaking:
    @contextmanager
    def broken(site: Site, town: Town) -> Iterator[None]:
        names = choose(site)
        for name in names:
            town.seats[name].plugged = False
        try:
            yield
        finally:
            for name in names:
                town.seats[name].plugged = True

    return broken


def _of_heat(site: Site) -> list[str]:
    """Return every telephone that may be on duty for heat."""
    routing = site.settings.routing
    return sorted({seat for shift in routing.rosters[routing.emergency["heat"].roster] for seat in shift.seats})


def _agents(site: Site) -> list[str]:
    return [name for name, seat in site.settings.routing.seats.items() if seat.queues]


@contextmanager
def _mute(_site: Site, town: Town) -> Iterator[None]:
    town.seats["water1"].mute = True
    try:
        yield
    finally:
        town.seats["water1"].mute = False


@contextmanager
def _restarted(site: Site, _town: Town) -> Iterator[None]:
    server = _server(site)
    server.halt()
    server.resume()
    yield


@contextmanager
def _halted(site: Site, _town: Town) -> Iterator[None]:
    server = _server(site)
    server.halt()
    try:
        yield
    finally:
        server.resume()


@contextmanager
def _standby(site: Site, _town: Town) -> Iterator[None]:
    """Every session may only read, as on the wrong side of a failover."""
    server = _server(site)
    server.configure("default_transaction_read_only", "on")
    try:
        yield
    finally:
        server.configure("default_transaction_read_only", "off")


def _server(site: Site) -> PostgresServer:
    if site.postgres is None:
        raise Unable("needs PostgreSQL's server programs")
    return site.postgres


FAULTS = (
    Fault("none", "无故障", 10, Hit.PEOPLE, _nothing),
    Fault("telephony-killed", "电话进程被杀", 0, Hit.PYTHON, _kill(_telephony)),
    Fault("telephony-frozen", "电话进程冻结", 8, Hit.PYTHON, _freeze(_telephony)),
    Fault("worker-killed", "转写进程被杀", 0, Hit.PYTHON, _kill(_worker)),
    Fault("worker-frozen", "转写进程冻结", 14, Hit.PYTHON, _freeze(_worker)),
    Fault("recogniser-killed", "识别子进程被杀", 0, Hit.PYTHON, _kill(Site.recogniser)),
    Fault("recogniser-frozen", "识别子进程冻结", 35, Hit.PYTHON, _freeze(Site.recogniser)),
    Fault("asterisk-killed", "Asterisk 被杀", 0, Hit.ASTERISK, _kill(Site.asterisk)),
    Fault("asterisk-frozen", "Asterisk 冻结", 5, Hit.ASTERISK, _freeze(Site.asterisk)),
    Fault("agi-refused", "FastAGI 端口拒绝", 10, Hit.PYTHON, _refused),
    Fault("agi-black-hole", "FastAGI 端口黑洞", 10, Hit.PYTHON, _black_hole),
    Fault("agi-silent", "FastAGI 接受后沉默", 12, Hit.PYTHON, _peer(agi_peers.silent)),
    Fault("agi-garbage", "FastAGI 答乱码", 10, Hit.PYTHON, _peer(agi_peers.garbage)),
    Fault("agi-mid-command", "FastAGI 命令中途断开", 10, Hit.PYTHON, _peer(_mid_command)),
    Fault("telephony-takeover", "第二个电话进程接管", 10, Hit.PYTHON, _takeover),
    Fault("script-broken", "经典脚本也坏了", 10, Hit.PYTHON, _script_broken_too),
    Fault("database-locked", "数据库锁住 30 秒", 30, Hit.DATABASE, _locked),
    Fault("database-gone", "数据库不见了", 12, Hit.DATABASE, _gone),
    Fault("database-read-only", "数据库只读", 12, Hit.DATABASE, _read_only),
    Fault("disk-full", "录音磁盘满", 12, Hit.MACHINE, _disk_full),
    Fault("utility-unplugged", "供暖话机全部断线", 14, Hit.PEOPLE, _unplug(_of_heat)),
    Fault("agents-unplugged", "话务席全部断线", 14, Hit.PEOPLE, _unplug(_agents)),
    Fault("seat-mute", "坐席应答后无声", 12, Hit.PEOPLE, _mute),
    Fault("postgres-restarted", "PostgreSQL 重启", 0, Hit.DATABASE, _restarted, Ground.POSTGRES),
    Fault("postgres-halted", "PostgreSQL 停 15 秒", 15, Hit.DATABASE, _halted, Ground.POSTGRES),
    Fault("postgres-read-only", "PostgreSQL 只读", 12, Hit.DATABASE, _standby, Ground.POSTGRES),
)
SHORT = ("telephony-killed", "agi-silent", "worker-killed", "database-locked", "asterisk-killed")


def order(ground: Ground, names: tuple[str, ...], rng: random.Random) -> list[Fault]:
    """Return the faults of a ground that are named, or all, by chance in order; none at all first."""
    chosen = [fault for fault in FAULTS if fault.ground is ground and (fault.name in names or not names)]
    rest = [fault for fault in chosen if fault.name != "none"]
    rng.shuffle(rest)
    return [*(fault for fault in chosen if fault.name == "none"), *rest]
