"""Works off what citizens are owed: looks, claims, hands over to Asterisk. All that is known is in store and Asterisk.

Killed anywhere, nothing is lost and nobody is rung twice: a claim is a lease in the store, and Asterisk does not begin
a call whose lease is about to end. A claim without a call file runs out; a call that is up renews its lease, and one
that is over tells by its journal how it went.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from structlog.typing import FilteringBoundLogger
from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from domain.clock import Clock
from domain.phone_number import mask
from hotline.call_back_plan import ENTRY, Channels, Floor, channels, choose, is_place, queue_of
from hotline.owed import rules_of
from hotline.settings import Settings
from store.door import Store
from store.errors import StoreError
from store.records import CallbackRecord, CallbackState
from telephony.ami import floor as ami
from telephony.ami.link import AmiRefused, AmiUnavailable
from telephony.asterisk.layout import Layout
from telephony.asterisk.outgoing import Outgoing, put
from telephony.recordings.spool import Spool
from telephony.recordings.sweep import called_back

LEASE = timedelta(seconds=20)
"""How long a claim holds unless Asterisk has the call."""

_ALIVE = timedelta(seconds=10)
"""How long it holds from the last look at which its channel was there."""

_MARGIN = timedelta(seconds=10)
_WORKED = (CallbackState.WAITING, CallbackState.PLACED)


@dataclass(slots=True)
class CallBacks:
    """The worker; `holder` names this process in the store.

    `missed` is told again and again, in a thread, which emergencies nobody has spoken with yet; None: there are none.
    """

    settings: Settings
    store: Store
    floor: ami.Floor
    clock: Clock
    holder: str
    log: FilteringBoundLogger
    missed: Callable[[str | None], None]
    in_thread: Callable[..., Deferred[Any]] = deferToThread

    async def look(self) -> None:
        """Give back what died, and place what is due; whatever goes wrong, the next look comes."""
        try:
            await self._look()
        except (StoreError, OSError, AmiUnavailable, AmiRefused) as error:
            self.log.warning("call-backs not looked at", why=str(error))
        except Exception:
            self.log.exception("call-backs not looked at")

    async def _look(self) -> None:
        entries = await self.in_thread(self._read)
        if not entries or not self.floor.link.up:
            return
        there = channels(await self.floor.link.listing("Status", Variables=ENTRY))
        floor = Floor(there.lines, self.floor.queues.waiting(), self.floor.states())
        for entry in await self.in_thread(self._work, entries, there, floor):
            self.log.info("call-back placed", callback=entry.id, ani=mask(entry.ani), linkedid=entry.linkedid)

    def _read(self) -> list[CallbackRecord]:
        owed = self.store.callbacks()
        urgent = sum(entry.emergency for entry in owed)
        self.missed(f"{urgent} 个急修来电没有接通, 等待回拨" if urgent else None)
        return [entry for entry in owed if entry.state in _WORKED]

    def _work(self, entries: list[CallbackRecord], there: Channels, floor: Floor) -> list[CallbackRecord]:
        """Do all that may block."""
        layout = Layout(self.settings.places.home)
        boot = layout.boot_name()
        self._tend(entries, there, boot)
        call_back, routing = self.settings.telephony.call_back, self.settings.routing
        placed = []
        for entry in choose(self.store.callbacks(*_WORKED), floor, call_back, routing, self.clock.now()):
            until = self.clock.now() + LEASE
            claimed = self.store.claim_callback(entry.id, self.holder, until, boot)
            if claimed is not None:
                self._place(claimed, layout.outgoing)
                placed.append(claimed)
        return placed

    def _tend(self, entries: list[CallbackRecord], there: Channels, boot: str) -> None:
        if all(entry.state is not CallbackState.PLACED for entry in entries):
            return
        filing = called_back(Spool(self.settings.places.spool))
        rules = rules_of(self.settings.telephony.call_back)
        for freed in self.store.tend_callbacks(there.entries, self.clock.now() + _ALIVE, boot, filing, rules):
            self.log.warning("call-back waits again", callback=freed.id, ani=mask(freed.ani), turn=freed.turn)

    def _place(self, entry: CallbackRecord, folder: Path) -> None:
        call_back = self.settings.telephony.call_back
        place = is_place(entry, call_back, self.clock.now())
        lease = entry.lease or self.clock.now()
        outgoing = Outgoing(
            entry=entry.id,
            turn=entry.turn,
            number=entry.ani,
            first_call=entry.linkedid,
            queue=queue_of(entry, self.settings.routing),
            dialled=self.settings.telephony.sip.dids[0],
            wait=call_back.keep_minutes * 60 if place else call_back.seat_seconds,
            until=int((lease - _MARGIN).timestamp()),
            priority=self.settings.routing.emergency_priority if entry.emergency else 0,
            position=max(1, entry.position) if place else 0,
            duty=(entry.utility.value if entry.utility else "duty") if entry.emergency else "",
            utility=entry.utility.value if entry.utility else "",
        )
        try:
            put(folder, outgoing)
        except ValueError as error:
            self.log.error("call-back cannot be made", callback=entry.id, why=str(error))
