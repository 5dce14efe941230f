"""The telephony process: FastAGI answers, AMI listens, finished calls are filed. Asterisk carries calls without it."""

import gc
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import structlog
from structlog.typing import FilteringBoundLogger
from twisted.internet import reactor as twisted_reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.internet.threads import deferToThread

from agi_scripts.callback import CallBack
from agi_scripts.callback_owed import CallbackOwed
from agi_scripts.hotline import Hotline
from domain.clock import SystemClock
from hotline import logs
from hotline.cabinet import Cabinet
from hotline.call_backs import LEASE, CallBacks
from hotline.callers import CallerBoard
from hotline.checked import ConfigurationError
from hotline.exits import Exit
from hotline.fault_kinds import Kind
from hotline.faults import FaultBook
from hotline.metrics.serving import new_registry, serve
from hotline.metrics.telephony import CallCounters, RoomCollector
from hotline.places import places
from hotline.room_faults import RoomFaults
from hotline.settings import Settings, load
from hotline.wiring import filing, open_store, passwords, sound_seconds
from ivr.outages import Outage, Outages
from store.door import Store
from store.errors import StoreError
from telephony.agi.counters import AgiCounters
from telephony.agi.server import AgiServer
from telephony.ami.events import HANGUP
from telephony.ami.floor import Floor
from telephony.asterisk.layout import Layout
from telephony.asterisk.ports import Endpoint, PortTaken, require_free
from telephony.asterisk.secrets import SecretsUnusable
from telephony.recordings.taken import TakenIn

_OUTAGES_EVERY = 5.0
_CALLERS_EVERY = 5.0
_UPKEEP_EVERY = 3600.0
_SWITCH_SECONDS = 0.0005


def run(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT; raises PortTaken where FastAGI's port is in use, SecretsUnusable."""
    # AMI is heard and calls are filed in threads. By default one of them may keep the interpreter for 5 ms while an
    # answer from Asterisk waits, at each trip of each call.
    sys.setswitchinterval(_SWITCH_SECONDS)
    agi, ami = settings.telephony.agi, settings.telephony.ami
    require_free((Endpoint("tcp", agi.host, agi.port, "FastAGI"),))
    settings.places.spool.mkdir(parents=True, exist_ok=True)
    reactor = cast(Any, twisted_reactor)  # what we need of it stands in telephony.reactor
    log: FilteringBoundLogger = structlog.get_logger()
    store = open_store(settings)
    registry = new_registry("telephony")
    counters = CallCounters(registry, SystemClock().now)
    faults = FaultBook(settings.places.faults, "telephony", SystemClock())

    def filed(taken: TakenIn) -> None:
        counters.filed(taken)
        room.filed(taken)

    def failed(linkedid: str) -> None:
        counters.failed(linkedid)
        room.not_filed(linkedid)

    taking_in = filing(settings, store, lambda: None, filed=filed, failed=failed)
    cabinet = Cabinet(
        taking_in, reactor, log, swept=lambda swept: swept.touched and deferToThread(room.store_failed, swept.why)
    )
    outages = OutageBoard(store, log)
    callers = CallerBoard(store, settings.nuisance, passwords(settings).callers, SystemClock(), log)
    floor = Floor(
        ami,
        passwords(settings).ami,
        reactor,
        log,
        settings.routing.seats,
        wanted={HANGUP},
        on_event=cabinet.heard,
        on_up=cabinet.look_soon,
    )
    owed = CallBacks(
        settings,
        store,
        floor,
        SystemClock(),
        f"{socket.gethostname()}:{os.getpid()}",
        log,
        lambda why: faults.hold(Kind.EMERGENCY_MISSED, "", why),
    )
    room = RoomFaults(
        faults, settings.routing, settings.operations.faults, floor.states, lambda: floor.link.up, time.monotonic
    )
    registry.register(RoomCollector(settings.routing, floor.states, floor.queues.waiting, lambda: floor.link.up))
    scripts = _scripts(settings, store, floor, outages, callers, log, counters)
    server = AgiServer(scripts, agi, reactor, AgiCounters(registry), log)

    async def stop() -> None:
        log.info("telephony stops")
        await server.stop()
        await floor.stop()
        store.close()

    server.listen(reactor)
    reactor.callWhenRunning(floor.start)
    for seconds, work in (
        (settings.recordings.sweep_seconds, cabinet.sweep),
        (_UPKEEP_EVERY, cabinet.upkeep),
        (_OUTAGES_EVERY, outages.refresh),
        (settings.operations.faults.look_seconds, lambda: deferToThread(room.look)),
        (settings.telephony.call_back.look_seconds, owed.look),
        (_CALLERS_EVERY, callers.refresh),
    ):
        LoopingCall(work).start(seconds)
    reactor.addSystemEventTrigger("before", "shutdown", lambda: Deferred.fromCoroutine(stop()))
    serve(registry, settings.operations.metrics, "telephony")
    # What start-up made stays for good: looking through it again and again would stop every call for 0.1 s.
    gc.collect()
    gc.freeze()
    log.info("telephony listens", host=agi.host, port=agi.port)
    reactor.run()


def _scripts(
    settings: Settings,
    store: Store,
    floor: Floor,
    outages: "OutageBoard",
    callers: CallerBoard,
    log: FilteringBoundLogger,
    counters: CallCounters,
) -> dict[str, Callable[..., Any]]:
    """Return what is answered on agi://…/NAME."""
    boot = Layout(settings.places.home).boot_name

    async def keep(linkedid: str, ani: str, queue: str, position: int) -> int:
        now = SystemClock().now()
        placed = (boot(), now + LEASE)
        made = await deferToThread(store.add_callback, linkedid, ani, queue, position, now, placed)
        return made.id

    async def is_owed(entry: int) -> bool:
        try:
            found = await deferToThread(store.callback, entry)
        except StoreError as error:
            log.warning("call-back not looked up", callback=entry, why=str(error))
            return True
        return found is None or found.settled is None

    hotline = Hotline(
        tree=settings.tree,
        routing=settings.routing,
        outages=lambda: outages.now,
        seats=floor.states,
        duration=sound_seconds(settings),
        rescue=settings.telephony.agi.rescue,
        clock=SystemClock(),
        log=log,
        decided=counters.decided,
        nuisance=settings.nuisance,
        tagged=callers.tagged,
    )
    return {
        "hotline": hotline,
        "callback": CallBack(keep=keep, place_of=floor.queues.left, log=log),
        "callback-owed": CallbackOwed(owed=is_owed, log=log),
    }


@dataclass(slots=True)
class OutageBoard:
    """The known outages in memory, read again and again; a call never waits for the database to hear of them."""

    store: Store
    log: FilteringBoundLogger
    now: Outages = field(default_factory=Outages)

    async def refresh(self) -> None:
        """Read them; what was known stays where the database does not answer."""
        try:
            found = await deferToThread(self.store.outages_now)
        except StoreError as error:
            self.log.warning("outages not refreshed", why=str(error))
            return
        self.now = Outages(tuple(Outage(id=o.id, utility=o.utility, area=o.area, until=o.until) for o in found))


def main() -> int:
    """Run on the configuration and data that the environment names; return the exit code."""
    logs.configure("telephony")
    try:
        run(load(places()))
    except ConfigurationError as error:
        sys.stderr.write("\n".join((*error.faults, "")))
        return Exit.USAGE
    except (PortTaken, SecretsUnusable) as error:
        sys.stderr.write(f"{error}\n")
        return Exit.FAILED
    return Exit.DONE


if __name__ == "__main__":
    sys.exit(main())
