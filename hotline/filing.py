"""From the spool to the database: finished calls become recordings with a job, in one transaction each."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from domain.clock import Clock
from store.door import Store
from store.errors import StoreConflict, StoreError
from store.records import CallbackRules, CallRecord, LegRecord, LegRole, Outcome, RecordingKind, RecordingRecord
from telephony.recordings.intake import NothingToTake, NotTaken, discard, intake
from telephony.recordings.retention import Kept, delete, expired
from telephony.recordings.settings import RecordingSettings
from telephony.recordings.shelf import Shelf
from telephony.recordings.spool import Spool
from telephony.recordings.sweep import look, put_aside
from telephony.recordings.taken import TakenIn, TakenLeg

log = structlog.get_logger()

_RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did: calls filed, calls that must be tried again, calls that are not over yet; and whether the
    database took none, and why."""

    filed: tuple[str, ...]
    failed: tuple[str, ...]
    waiting: tuple[str, ...]
    store_failed: bool = False
    why: str | None = None

    @property
    def touched(self) -> bool:
        """Tell whether the database was asked for anything, so that this says how it is."""
        return self.store_failed or bool(self.filed)


def _tell_nobody(_: object) -> None:
    """Take note of nothing."""


@dataclass(frozen=True, slots=True)
class Filing:
    """Takes in what is finished in the spool. Doing it twice, or in two processes at once, changes nothing.

    `filed` is told each call that was taken in, `failed` each that was not.
    `live` are the calls that are up, `boot` names the Asterisk that is; `owed` says what a call means for call-backs.
    """

    spool: Spool
    shelf: Shelf
    store: Store
    settings: RecordingSettings
    clock: Clock
    live: Callable[[], frozenset[str] | None]
    filed: Callable[[TakenIn], None] = _tell_nobody
    failed: Callable[[str], None] = _tell_nobody
    boot: Callable[[], str] = lambda: ""
    owed: Callable[[TakenIn], Outcome | None] = lambda _: None
    rules: CallbackRules = field(default_factory=CallbackRules)

    def sweep(self) -> Swept:
        """File every finished call; what fails stays in the spool for the next sweep."""
        self.spool.finish_discards()
        found = look(self.spool, self.settings, self.clock.now(), self.live(), self.boot())
        put_aside(self.spool, found)
        filed: list[str] = []
        store_failed, why = False, None
        try:
            for linkedid in found.ready:
                if self._file(linkedid):
                    filed.append(linkedid)
        except StoreError as error:  # the database, not this call: each of the others would be merged for nothing
            store_failed, why = True, str(error)
            log.error("calls stay in the spool", calls=len(found.ready) - len(filed), why=str(error))
        failed = tuple(linkedid for linkedid in found.ready if linkedid not in filed)
        return Swept(tuple(filed), failed, found.waiting, store_failed, why)

    def upkeep(self) -> None:
        """Delete what retention no longer keeps and what a killed process left half written; warn of a full disk."""
        now = self.clock.now()
        self.shelf.clear_partial(now, self.settings.quiet_seconds)
        kept = [
            Kept(id=one.id, key=one.storage_key, started=one.started, legal_hold=one.legal_hold)
            for one in self.store.expire(now - timedelta(days=self.settings.retention_days))
        ]
        for gone in delete(self.shelf, expired(kept, self.settings, now)):
            self.store.mark_deleted(gone.id, _RETENTION)
        before = now - timedelta(days=self.settings.retention_days)
        self.spool.forget_quarantined(before, self.store.held())
        free = shutil.disk_usage(self.spool.folder).free // (1 << 20)
        if free < self.settings.low_space_mb:
            log.error("disk is nearly full, recordings are in danger", free_mb=free)

    def _file(self, linkedid: str) -> bool:
        with structlog.contextvars.bound_contextvars(linkedid=linkedid):
            return self._take_in(linkedid)

    def _take_in(self, linkedid: str) -> bool:
        try:
            taken = intake(self.spool, self.shelf, linkedid, self.settings)
            outcome = self.owed(taken)
            self.store.take_in(*records(taken), outcome, self.rules)
            discard(self.spool, taken)
        except NothingToTake:
            return True
        except (NotTaken, StoreConflict, OSError) as error:
            log.error("call stays in the spool", why=str(error))
            self.failed(linkedid)
            return False
        log.info("call filed", route=taken.route, seats=taken.seats, notes=taken.notes)
        self.filed(taken)
        if outcome is not None and outcome.emergency and outcome.missed is not None:
            log.error("an emergency was missed", utility=taken.utility, why=outcome.missed.value)
        return True


def records(taken: TakenIn) -> tuple[CallRecord, list[LegRecord], RecordingRecord | None]:
    """Return what was taken in as the store wants it."""
    call = CallRecord(
        linkedid=taken.linkedid,
        node=taken.node,
        ani=taken.ani,
        dialled=taken.dialled,
        started=taken.started,
        ended=taken.ended,
        keys=taken.keys,
        utility=taken.utility,
        emergency=taken.emergency,
        queue=taken.queue,
        priority=taken.priority,
        rung=taken.rung,
        route=taken.route,
        outage=taken.outage,
        wait_seconds=taken.wait_seconds,
        talk_seconds=taken.talk_seconds,
        notice=taken.notice,
        cause=taken.cause,
    )
    recording = taken.recording
    if recording is None:
        return call, [_leg(leg) for leg in taken.legs], None
    filed = RecordingRecord(
        id=taken.linkedid,
        storage_key=recording.key,
        sha256=recording.sha256,
        seconds=recording.seconds,
        channels=recording.channels,
        kind=RecordingKind(recording.kind),
        started=recording.started,
        node=taken.node,
    )
    return call, [_leg(leg) for leg in taken.legs], filed


def _leg(leg: TakenLeg) -> LegRecord:
    return LegRecord(
        uniqueid=leg.uniqueid,
        role=LegRole(leg.role),
        seat=leg.name,
        started=leg.started,
        answered=leg.answered,
        seconds=leg.seconds,
    )
