"""The one door to the database. Values in, values out; sessions stay inside.

Every method may raise `store.errors.StoreError` and waits no longer than config/store.yaml allows. Twisted code calls
it with `deferToThread`; it may be used from several threads at once.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Engine, select

from cases.draft import CallFacts, DraftCase
from domain.clock import Clock
from domain.words import Utility
from store import (
    alarms,
    attempts,
    callbacks,
    callers,
    calls,
    chain,
    desk,
    forgetting,
    inventory,
    outbox,
    resealing,
    results,
    upkeep,
)
from store.census import Census, census, require_writable
from store.engine import FileWatch, connect, faults_told_apart, reading, writing
from store.errors import StoreConflict
from store.inventory import Counts
from store.jobs import JobQueue
from store.protection import protection_of
from store.records import (
    AlarmRecord,
    Attempts,
    AuditEntry,
    CallbackRecord,
    CallbackRules,
    CallbackState,
    CallerCalls,
    CallRecord,
    DraftRecord,
    DraftState,
    Event,
    LegRecord,
    OutageRecord,
    Outcome,
    RecordingRecord,
    TaggedCaller,
    Topic,
    Uncalled,
)
from store.settings import StoreSettings
from store.tables import AttemptRow, AuditRow, CallRow, DraftRow, RecordingRow
from transcription.transcript import Transcript
from vault.vault import Vault

if TYPE_CHECKING:
    from store.snapshot import Snapshot


class Store:
    """Calls, recordings, drafts, outages, call-backs, events and audit."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._jobs = JobQueue(engine)
        self._file = FileWatch(engine)

    @classmethod
    def open(cls, settings: StoreSettings, home: Path, clock: Clock) -> Self:
        """Return a store on the configured database; the first use connects."""
        return cls(connect(settings, home), clock)

    def close(self) -> None:
        """Let go of every connection."""
        self._jobs.close()
        self._engine.dispose()

    # Structure

    def upgrade(self) -> None:
        """Bring the database to the newest structure; changes nothing where it is."""
        from store import schema  # alembic, 9 MB: not for processes that only work on what is there

        schema.upgrade(self._engine)

    def revision(self) -> tuple[str | None, str | None]:
        """Return the database's revision (None: empty), and the newest that this program knows."""
        from store import schema

        return schema.current(self._engine), schema.newest()

    # Health

    def probe(self) -> None:
        """Raise StoreError unless the database takes a write now; nothing is written."""
        self._file.require_same()
        with writing(self._engine) as session:
            require_writable(session)

    def census(self, since: datetime) -> Census:
        """Return what there is since a moment, in numbers."""
        with reading(self._engine) as session:
            return census(session, since)

    def require_known(self, revision: str | None) -> None:
        """Raise StoreNewer where this program does not know a revision."""
        from store import schema

        schema.require_known(revision)

    # Copies

    def snapshot(
        self, folder: Path, listed: Callable[[Iterator[tuple[str, str]]], None], said: Callable[[float], None]
    ) -> "Snapshot":
        """Write the database as it is now into a file in `folder`, while others go on writing (store.snapshot)."""
        from store import snapshot  # alembic again

        return snapshot.take(self._engine, folder, listed, said)

    def put_back(self, file: Path, stamp: str) -> Path | str | None:
        """Make a snapshot's file the database; returns where the earlier one was moved (store.snapshot)."""
        from store import snapshot

        return snapshot.put_back(self._engine, file, stamp)

    @property
    def vault(self) -> Vault:
        """Return the keys."""
        return protection_of(self._engine).vault

    @property
    def kind(self) -> str:
        """Return sqlite or postgresql."""
        return self._engine.dialect.name

    @property
    def file(self) -> Path | None:
        """Return SQLite's file."""
        return Path(self._engine.url.database or "") if self.kind == "sqlite" else None

    def kept_files(self) -> Iterator[tuple[str, str]]:
        """Yield id and storage key of every recording that is not deleted, by the bytes of its key."""
        with faults_told_apart(), self._engine.connect() as connection:
            yield from inventory.kept_files(connection)

    def counts(self) -> Counts:
        """Count calls, recordings, transcripts and drafts."""
        with faults_told_apart(), self._engine.connect() as connection:
            return inventory.counts(connection)

    # Calls and recordings

    def take_in(
        self,
        call: CallRecord,
        legs: Sequence[LegRecord],
        recording: RecordingRecord | None = None,
        outcome: Outcome | None = None,
        rules: CallbackRules = CallbackRules(),  # noqa: B008  a frozen value
    ) -> bool:
        """File a finished call in one transaction: call, legs, recording, its job, call-backs, events.

        Idempotent: False, and nothing changes, where all of it was known. A later, fuller journal fills gaps and adds
        the legs and the recording that were missing.
        """
        try:
            return self._take_in(call, legs, recording, outcome, rules)
        except StoreConflict:
            # Another process filed the same call in the same instant; its rows are there now, so this sees them.
            return self._take_in(call, legs, recording, outcome, rules)

    def _take_in(
        self,
        call: CallRecord,
        legs: Sequence[LegRecord],
        recording: RecordingRecord | None,
        outcome: Outcome | None,
        rules: CallbackRules,
    ) -> bool:
        with writing(self._engine) as session:
            now = self._clock.now()
            changed = calls.take_in(session, self._jobs, call, legs, recording, now)
            if outcome is not None:
                callbacks.note_outcome(session, call, outcome, rules, now)
            return changed

    def call(self, linkedid: str) -> CallRecord | None:
        """Return a call."""
        with reading(self._engine) as session:
            row = session.get(CallRow, linkedid)
            return None if row is None else calls.call_record(row)

    def legs(self, linkedid: str) -> list[LegRecord]:
        """Return a call's legs by their start."""
        with reading(self._engine) as session:
            return calls.legs_of(session, linkedid)

    def facts(self, linkedid: str) -> CallFacts | None:
        """Return what a call knows for its draft."""
        with reading(self._engine) as session:
            return calls.facts(session, linkedid)

    def recording(self, recording_id: str) -> RecordingRecord | None:
        """Return a recording."""
        with reading(self._engine) as session:
            row = session.get(RecordingRow, recording_id)
            return None if row is None else calls.recording_record(row)

    def recordings(self, limit: int = 100, before: datetime | None = None) -> list[RecordingRecord]:
        """Return recordings, the newest first; `before` continues a list."""
        query = select(RecordingRow).order_by(RecordingRow.started.desc(), RecordingRow.id).limit(limit)
        if before is not None:
            query = query.where(RecordingRow.started < before)
        with reading(self._engine) as session:
            return [calls.recording_record(row) for row in session.scalars(query)]

    def known_recordings(self, among: Iterable[str] | None = None) -> frozenset[str]:
        """Return the ids of filed recordings: all, or those among the given ones (what a sweep wants)."""
        with reading(self._engine) as session:
            return calls.known(session, among)

    # Retention

    def expire(self, before: datetime, limit: int = 500) -> list[RecordingRecord]:
        """Return the recordings whose files may go: begun before `before`, not held, not deleted.

        Delete the file first, then call `mark_deleted`: after a crash in between it is simply returned again.
        """
        with reading(self._engine) as session:
            return calls.expired(session, before, limit)

    def mark_deleted(self, recording_id: str, who: str) -> bool:
        """Write down that a recording's file is gone, and remove what was made from it: transcript, the draft's words,
        the alarm's, the jobs; False where it is held, unknown or marked already.
        """
        now = self._clock.now()
        with writing(self._engine) as session:
            row = session.get(RecordingRow, recording_id, with_for_update=True)
            if row is None or row.deleted_at is not None or row.legal_hold:
                return False
            row.deleted_at = now
            turns = forgetting.forget(session, recording_id)
            outbox.note(session, who, "recording.delete", recording_id, {"storage_key": row.storage_key}, None, now)
            outbox.announce(session, Topic.RECORDING_DELETED, {"linkedid": recording_id}, now)
        with faults_told_apart():
            self._jobs.forget(recording_id, turns)
        return True

    def set_legal_hold(self, recording_id: str, hold: bool, who: str) -> bool:
        """Hold a recording back from deletion, or release it, with what came late of its call; False where unknown."""
        now = self._clock.now()
        with writing(self._engine) as session:
            if session.get(RecordingRow, recording_id) is None:
                return False
            for row in calls.family(session, recording_id):
                before, row.legal_hold = row.legal_hold, hold
                change = {"legal_hold": before}, {"legal_hold": hold}
                outbox.note(session, who, "recording.hold", row.id, *change, now)
            return True

    def held(self) -> frozenset[str]:
        """Return the ids of the recordings on legal hold."""
        with reading(self._engine) as session:
            return calls.held(session)

    # Transcripts and drafts

    def save_result(self, recording_id: str, transcript: Transcript, draft: DraftCase) -> bool:
        """Write transcript, draft and event in one transaction; False where the recording has its result already."""
        with writing(self._engine) as session:
            return results.save(session, recording_id, transcript, draft, self._clock.now())

    def transcript(self, recording_id: str) -> Transcript | None:
        """Return a recording's transcript."""
        with reading(self._engine) as session:
            return results.transcript_of(session, recording_id)

    def attempts(self, recording_id: str) -> Attempts | None:
        """Return how often a recording was tried, None where no worker has begun it."""
        with reading(self._engine) as session:
            row = session.get(AttemptRow, recording_id)
            return None if row is None else attempts.attempts(row)

    def unheard(self) -> list[str]:
        """Return the recordings that have no result yet, oldest first."""
        with reading(self._engine) as session:
            return upkeep.without_result(session)

    def drafts(self, state: DraftState | None = DraftState.DRAFT, limit: int = 100) -> list[DraftRecord]:
        """Return drafts: open alarms first, then the urgent ones, then the newest; `state=None` means all."""
        with reading(self._engine) as session:
            return results.drafts(session, state, limit)

    def confirmed(self, limit: int) -> list[DraftRecord]:
        """Return the cases that a person confirmed, the newest first; their fields hold what the person left there."""
        with reading(self._engine) as session:
            return results.confirmed(session, limit)

    def draft(self, which: int | str) -> DraftRecord | None:
        """Return a draft by its number, or by its call's linkedid."""
        with reading(self._engine) as session:
            row = session.scalar(select(DraftRow).where(results.is_draft(which)))
            return None if row is None else results.draft_record(session, row)

    def alarms(self, limit: int = 100) -> list[AlarmRecord]:
        """Return the alarms that nobody has acknowledged, the oldest first."""
        with reading(self._engine) as session:
            return alarms.open_alarms(session, limit)

    def alarm(self, linkedid: str) -> AlarmRecord | None:
        """Return a call's alarm, acknowledged or not; None where it raised none."""
        with reading(self._engine) as session:
            return alarms.alarm_of_call(session, linkedid)

    def acknowledge(self, which: int | str, who: str) -> AlarmRecord | None:
        """Close the alarm of a draft (number or linkedid): somebody sees to it; None where none is open."""
        now = self._clock.now()
        with writing(self._engine) as session:
            row = session.scalar(select(DraftRow).where(results.is_draft(which)))
            return None if row is None else alarms.acknowledge(session, row, who, now)

    # Outages

    def outages_now(self, at: datetime | None = None) -> list[OutageRecord]:
        """Return the outages that go on now (or at a moment), the newest first."""
        with reading(self._engine) as session:
            return desk.outages_at(session, at or self._clock.now())

    def add_outage(
        self,
        utility: Utility,
        area: str,
        text: str,
        who: str,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> OutageRecord:
        """Write a new outage; `text` is what callers hear, `until` the estimated end."""
        now = self._clock.now()
        with writing(self._engine) as session:
            made = desk.add_outage(session, utility, area, text, since or now, until, now)
            outbox.note(session, who, "outage.add", str(made.id), None, {"utility": utility.value, "area": area}, now)
            return made

    def end_outage(self, outage_id: int, who: str) -> OutageRecord | None:
        """End an outage; None where it is unknown or over."""
        now = self._clock.now()
        with writing(self._engine) as session:
            over = desk.end_outage(session, outage_id, now)
            if over is not None:
                outbox.note(session, who, "outage.end", str(outage_id), None, None, now)
            return over

    def outage_counts(self) -> dict[int, int]:
        """Return how many calls heard of each outage, by its id."""
        with reading(self._engine) as session:
            return desk.outage_counts(session)

    # Call-backs

    def add_callback(
        self,
        linkedid: str,
        ani: str,
        queue: str,
        position: int,
        asked: datetime | None = None,
        placed: tuple[str, datetime] | None = None,
    ) -> CallbackRecord:
        """Write down a promised call-back; the same call asking twice is one.

        `placed` is (boot, lease) where Asterisk itself is about to keep the place in its queue.
        """
        with writing(self._engine) as session:
            return callbacks.promise(session, linkedid, ani, queue, position, asked or self._clock.now(), placed)

    def callbacks(self, *states: CallbackState) -> list[CallbackRecord]:
        """Return the open call-backs, or those of the given states, in the order in which they are worked off."""
        with reading(self._engine) as session:
            return callbacks.of_state(session, states or callbacks.OPEN)

    def callback(self, callback_id: int) -> CallbackRecord | None:
        """Return one call-back."""
        with reading(self._engine) as session:
            return callbacks.find(session, callback_id)

    def claim_callback(self, callback_id: int, holder: str, lease: datetime, boot: str) -> CallbackRecord | None:
        """Take a waiting call-back that is due, for one caller only; None where there is nothing to take."""
        with writing(self._engine) as session:
            return callbacks.claim(session, callback_id, holder, lease, boot, self._clock.now())

    def tend_callbacks(
        self,
        alive: Collection[int],
        lease: datetime,
        boot: str,
        filing: Collection[str],
        rules: CallbackRules,
    ) -> list[CallbackRecord]:
        """Renew the leases of placed call-backs that are `alive`, and give back those whose channels are gone."""
        with writing(self._engine) as session:
            callbacks.renew(session, alive, lease)
            return callbacks.release(session, boot, filing, rules, self._clock.now())

    def settle_callback(self, callback_id: int, state: CallbackState, who: str, why: str = "") -> CallbackRecord | None:
        """Close an open call-back as done or cancelled; None where it is not open."""
        with writing(self._engine) as session:
            return callbacks.settle(session, callback_id, state, who, why, self._clock.now())

    def ring_callback(self, callback_id: int, who: str) -> CallbackRecord | None:
        """Let a call-back be rung as soon as a seat is free; None where it is placed already, or closed."""
        with writing(self._engine) as session:
            return callbacks.ring(session, callback_id, who, self._clock.now())

    def uncalled(self, since: datetime) -> Uncalled:
        """Count the missed calls since a moment whose numbers nobody can call back."""
        with reading(self._engine) as session:
            return callbacks.uncalled(session, since)

    # Nuisance callers

    def tagged_callers(self) -> list[TaggedCaller]:
        """Return the callers that are tagged now, the newest first."""
        with reading(self._engine) as session:
            return callers.tagged(session, self._clock.now())

    def tag_caller(self, caller: str, shown: str, why: str, who: str, until: datetime | None = None) -> bool:
        """Tag a number (keyed hash, and masked); False where it is tagged for as long already."""
        now = self._clock.now()
        made = TaggedCaller(caller=caller, shown=shown, why=why, by=who, tagged=now, until=until)
        with writing(self._engine) as session:
            callers.purge(session, now)
            done = callers.tag(session, made)
            if done:
                ends = until and until.isoformat()
                outbox.note(session, who, "caller.tag", shown, None, {"why": why, "until": ends}, now)
            return done

    def untag_caller(self, caller: str, who: str) -> bool:
        """Take a number's tag away; False where it has none."""
        now = self._clock.now()
        with writing(self._engine) as session:
            gone = callers.untag(session, caller)
            if gone is not None:
                outbox.note(session, who, "caller.untag", gone.shown, {"why": gone.why}, None, now)
            return gone is not None

    def callers_often(self, since: datetime, fewest: int, short_seconds: float) -> list[CallerCalls]:
        """Return the numbers with at least `fewest` ordinary calls since a moment, and of what kind these were."""
        with reading(self._engine) as session:
            return callers.often(session, since, fewest, short_seconds)

    # Events and audit

    def events(self, after: int = 0, limit: int = 500) -> list[Event]:
        """Return the events behind a given id, in order."""
        with reading(self._engine) as session:
            return outbox.events(session, after, limit)

    def audit(
        self,
        who: str,
        action: str,
        subject: str,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
    ) -> None:
        """Write an audit line."""
        with writing(self._engine) as session:
            outbox.note(session, who, action, subject, before, after, self._clock.now())

    def audit_looks(self, who: str, action: str, subjects: Sequence[str], after: dict[str, Any] | None = None) -> None:
        """Write an audit line for each of several things that somebody looked at, all or none."""
        with writing(self._engine) as session:
            for subject in subjects:
                outbox.note(session, who, action, subject, None, after, self._clock.now())

    def audit_trail(self, subject: str) -> list[AuditEntry]:
        """Return everything that was done to a subject, in order."""
        query = select(AuditRow).where(AuditRow.subject == subject).order_by(AuditRow.id)
        with reading(self._engine) as session:
            return outbox.audit_entries(session.scalars(query))

    def audit_list(self, limit: int, subject: str | None = None) -> list[AuditEntry]:
        """Return the newest audit lines, the newest first."""
        query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
        if subject is not None:
            query = query.where(AuditRow.subject == subject)
        with reading(self._engine) as session:
            return outbox.audit_entries(session.scalars(query))

    def verify_audit(self, newest: int | None = None) -> chain.Verdict:
        """Look at every audit line (or the newest alone), and at the anchors outside the database."""
        with reading(self._engine) as session:
            return chain.verify(session, newest)

    # Keys

    def require_keys(self) -> None:
        """Raise StoreError where the keys are gone, or are not those that this database was written with."""
        with reading(self._engine) as session:
            resealing.require_ours(session)
            chain.require_ours(session)

    def sealed(self) -> dict[str, int]:
        """Return how many texts are sealed with each key, by its name; "" stands for those in the clear."""
        with reading(self._engine) as session:
            return resealing.sealed(session)

    def clear(self, among: Sequence[str]) -> int:
        """Return how many of these recordings have a transcript in the clear."""
        with reading(self._engine) as session:
            return resealing.clear(session, among)

    def reseal(self, said: Callable[[int], None] = lambda _: None) -> resealing.Resealed:
        """Seal every text that is not sealed with the key in use, a few at a time; may be cut off and begun again."""
        done = 0
        broken: list[str] = []
        for column in resealing.COLUMNS:
            after: Any = None
            while True:
                with writing(self._engine) as session:
                    page = resealing.reseal(session, column, after)
                if page.last is None:
                    break
                done, after = done + page.done, page.last
                broken += page.broken
                said(page.done)
        return resealing.Resealed(done, tuple(broken))
