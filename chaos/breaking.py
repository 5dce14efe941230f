"""How a running hotline is broken: contexts that break something real on entry and let go of it on exit."""

import contextlib
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from chaos import agi_peers
from chaos.agi_peers import Behaviour
from chaos.postgres_server import PostgresServer
from chaos.site import Site, await_true
from chaos.town import Town

_BROKEN_SCRIPT = "#!/bin/sh\necho 'Traceback (most recent call last):'\nexit 1\n"

_DEATH_SECONDS = 5.0

Breaking = Callable[[Site, Town], AbstractContextManager[None]]


class Unable(Exception):
    """This machine cannot have this fault; the message says what it would take."""


@contextmanager
def nothing(_site: Site, _town: Town) -> Iterator[None]:
    """Break nothing."""
    yield


def kill(find: Callable[[Site], int | None], number: signal.Signals = signal.SIGKILL) -> Breaking:
    """Return what kills the process that `find` names."""

    @contextmanager
    def broken(site: Site, _town: Town) -> Iterator[None]:
        os.kill(_found(find(site)), number)
        yield

    return broken


def freeze(find: Callable[[Site], int | None]) -> Breaking:
    """Return what holds a process still for as long as it lasts."""

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


def telephony(site: Site) -> int | None:
    """Return the telephony process."""
    return site.process("telephony")


def worker(site: Site) -> int | None:
    """Return a worker."""
    return site.process("worker")


@contextmanager
def _no_telephony(site: Site) -> Iterator[None]:
    """Keep the telephony process away: its supervisor is held still meanwhile."""
    site.up.send_signal(signal.SIGSTOP)
    try:
        os.kill(_found(telephony(site)), signal.SIGKILL)
        await_true(lambda: not _answers(site.ports.agi), _DEATH_SECONDS)
        yield
    finally:
        site.up.send_signal(signal.SIGCONT)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0):
        return True
    return False


@contextmanager
def refused(site: Site, _town: Town) -> Iterator[None]:
    """Let nobody listen on the FastAGI port."""
    with _no_telephony(site):
        yield


@contextmanager
def black_hole(site: Site, _town: Town) -> Iterator[None]:
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


def peer(behave: Behaviour) -> Breaking:
    """Return what puts somebody else behind the FastAGI port."""

    @contextmanager
    def broken(site: Site, _town: Town) -> Iterator[None]:
        with _no_telephony(site), agi_peers.behind(site.ports.agi, behave):
            yield

    return broken


def mid_command(connection: socket.socket) -> None:
    """Hang up in the middle of a command."""
    agi_peers.header(connection)
    connection.sendall(b"SET VARIABLE ROU")
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def takeover(site: Site, _town: Town) -> Iterator[None]:
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
def script_broken_too(site: Site, town: Town) -> Iterator[None]:
    """Break the classic script as well as FastAGI."""
    file = site.layout.fallback_script
    whole = file.read_text()
    with refused(site, town):
        file.write_text(_BROKEN_SCRIPT)
        try:
            yield
        finally:
            file.write_text(whole)
            file.chmod(0o700)


def _database(site: Site) -> Path:
    return site.home / "hotline.db"


@contextmanager
def locked(site: Site, _town: Town) -> Iterator[None]:
    """Hold the database's write lock."""
    connection = sqlite3.connect(_database(site), isolation_level=None, timeout=30)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@contextmanager
def gone(site: Site, _town: Town) -> Iterator[None]:
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
def read_only(site: Site, _town: Town) -> Iterator[None]:
    """Nobody may write its files; processes that had them open are started anew, as after a remount."""
    files = [str(file) for file in site.home.glob("hotline.db*") if not file.name.endswith("-shm")]  # that is memory
    if (
        not shutil.which("chattr")
        or subprocess.run(["chattr", "+i", *files], capture_output=True, check=False).returncode
    ):
        raise Unable("needs root, chattr and a file system that knows immutable files")
    try:
        for pid in (telephony(site), worker(site)):
            os.kill(_found(pid), signal.SIGKILL)
        yield
    finally:
        subprocess.run(["chattr", "-i", *files], check=True)


@contextmanager
def disk_full(site: Site, _town: Town) -> Iterator[None]:
    """Fill the recordings' disk."""
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


def unplug(choose: Callable[[Site], list[str]]) -> Breaking:
    """Return what pulls the plugs of the chosen telephones."""

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


def of_heat(site: Site) -> list[str]:
    """Return every telephone that may be on duty for heat."""
    routing = site.settings.routing
    return sorted({seat for shift in routing.rosters[routing.emergency["heat"].roster] for seat in shift.seats})


def agents(site: Site) -> list[str]:
    """Return the telephones of all agents."""
    return [name for name, seat in site.settings.routing.seats.items() if seat.queues]


@contextmanager
def mute(_site: Site, town: Town) -> Iterator[None]:
    """Let a duty seat send nothing."""
    town.seats["water1"].mute = True
    try:
        yield
    finally:
        town.seats["water1"].mute = False


@contextmanager
def restarted(site: Site, _town: Town) -> Iterator[None]:
    """Restart PostgreSQL as a power cut would."""
    server = _server(site)
    server.halt()
    server.resume()
    yield


@contextmanager
def halted(site: Site, _town: Town) -> Iterator[None]:
    """Stop PostgreSQL."""
    server = _server(site)
    server.halt()
    try:
        yield
    finally:
        server.resume()


@contextmanager
def standby(site: Site, _town: Town) -> Iterator[None]:
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
