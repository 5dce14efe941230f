"""Is everything as it should be? Asked again and again after a fault: what is still wrong, in words."""

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from chaos.site import Site
from hotline.live import seat_states
from routing.route import SeatState
from store.errors import StoreError
from telephony.recordings.spool import Spool

_GREETING = b"agi_network: yes\nagi_network_script: hotline\nagi_uniqueid: probe.1\nagi_arg_1: probe.1\n\n"
_UNFILED = 8.0


def amiss(site: Site) -> list[str]:
    """Return everything that is not normal, cheapest look first; the seats are asked for when all else is well."""
    found = [*_processes(site), *_agi(site), *_database(site), *_spool(site)]
    return found or list(_seats(site))


def _processes(site: Site) -> Iterator[str]:
    if site.asterisk() is None:
        yield "no asterisk"
    for name, pid in (
        ("telephony", site.process("telephony")),
        ("worker", site.process("worker")),
        ("recogniser", site.recogniser()),
    ):
        if pid is None or _state(pid) in "TZX":
            yield f"no {name}"


def _state(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    return "X"


def _agi(site: Site) -> Iterator[str]:
    try:
        with socket.create_connection(("127.0.0.1", site.ports.agi), 0.5) as wire:
            wire.settimeout(0.5)
            wire.sendall(_GREETING)
            if not wire.recv(1):
                yield "FastAGI hangs up"
    except OSError as error:
        yield f"FastAGI: {error}"


def _database(site: Site) -> Iterator[str]:
    store = site.store()
    try:
        store.unheard()
    except StoreError as error:
        yield f"database: {error}"
    finally:
        store.close()


def _spool(site: Site) -> Iterator[str]:
    """Name the calls that have ended a while ago and are not filed."""
    now = time.time()
    for linkedid, files in Spool(site.settings.places.spool).calls().items():
        with contextlib.suppress(OSError):
            quiet = min(now - file.stat().st_mtime for file in files)
            if quiet > _UNFILED:
                yield f"unfiled: {linkedid}"


def _seats(site: Site) -> Iterator[str]:
    states = seat_states(site.settings)
    gone = [name for name in site.settings.routing.seats if states.get(name, SeatState.GONE) is SeatState.GONE]
    if gone:
        yield f"seats away: {' '.join(gone)}"
