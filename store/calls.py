"""Calls, legs and recordings: rows ↔ values, within a session that somebody else opened."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.draft import CallFacts
from store.jobs import JobQueue, priority_of
from store.outbox import announce
from store.records import CallRecord, LegRecord, LegRole, RecordingKind, RecordingRecord, Topic
from store.tables import CallRow, LegRow, RecordingRow

_AT_ONCE = 500
_LATE = ".late-"
_COLUMNS = {"outage": "outage_id"}


def take_in(
    session: Session,
    jobs: JobQueue,
    call: CallRecord,
    legs: Sequence[LegRecord],
    recording: RecordingRecord | None,
    now: datetime,
) -> bool:
    """File a call, its legs, its recording, the recording's job and the events; False where all of it was known."""
    new_call = _file_call(session, call, now)
    new_legs = [_file_leg(session, call.linkedid, leg) for leg in legs]
    new_recording = recording is not None and _file_recording(session, jobs, call, recording, now)
    return new_call or any(new_legs) or new_recording


def _file_call(session: Session, call: CallRecord, now: datetime) -> bool:
    row = session.get(CallRow, call.linkedid)
    if row is not None:
        return _fill_gaps(row, call)
    session.add(CallRow(**{_COLUMNS.get(field.name, field.name): getattr(call, field.name) for field in fields(call)}))
    # Flushed before the next rows: two processes that file the same call meet here, at the key.
    session.flush()
    announce(session, Topic.CALL_ENDED, {"linkedid": call.linkedid, "route": call.route}, now)
    return True


def _fill_gaps(row: CallRow, call: CallRecord) -> bool:
    """Take over what a first, incomplete journal did not know yet; nothing that is known is overwritten."""
    filled = False
    for field in fields(call):
        column = _COLUMNS.get(field.name, field.name)
        value = getattr(call, field.name)
        if value not in (None, "", False) and getattr(row, column) in (None, "", False):
            setattr(row, column, value)
            filled = True
    return filled


def _file_leg(session: Session, linkedid: str, leg: LegRecord) -> bool:
    if session.get(LegRow, (linkedid, leg.uniqueid, leg.role)) is not None:
        return False
    session.add(LegRow(linkedid=linkedid, **{field.name: getattr(leg, field.name) for field in fields(leg)}))
    session.flush()
    return True


def _file_recording(
    session: Session, jobs: JobQueue, call: CallRecord, recording: RecordingRecord, now: datetime
) -> bool:
    if session.get(RecordingRow, recording.id) is not None:
        return False
    row = RecordingRow(**{field.name: getattr(recording, field.name) for field in fields(recording)})
    # What comes late of a call that the law still needs is needed too.
    row.legal_hold = recording.legal_hold or any(one.legal_hold for one in family(session, recording.id))
    session.add(row)
    session.flush()
    jobs.put(session, recording.id, priority_of(call.emergency, recording.kind))
    announce(session, Topic.RECORDING_FILED, {"linkedid": recording.id, "seconds": recording.seconds}, now)
    return True


def call_record(row: CallRow) -> CallRecord:
    """Return a row as a value."""
    return CallRecord(
        **{field.name: getattr(row, _COLUMNS.get(field.name, field.name)) for field in fields(CallRecord)}
    )


def leg_record(row: LegRow) -> LegRecord:
    """Return a row as a value."""
    return LegRecord(**{field.name: getattr(row, field.name) for field in fields(LegRecord)})


def recording_record(row: RecordingRow) -> RecordingRecord:
    """Return a row as a value."""
    return RecordingRecord(**{field.name: getattr(row, field.name) for field in fields(RecordingRecord)})


def legs_of(session: Session, linkedid: str) -> list[LegRecord]:
    """Return a call's legs by their start."""
    rows = session.scalars(select(LegRow).where(LegRow.linkedid == linkedid).order_by(LegRow.started, LegRow.uniqueid))
    return [leg_record(row) for row in rows]


def facts(session: Session, linkedid: str) -> CallFacts | None:
    """Return what the call knows for its draft; the seat is the first that answered."""
    row = session.get(CallRow, linkedid)
    if row is None:
        return None
    answered = [leg for leg in legs_of(session, linkedid) if leg.role in (LegRole.SEAT, LegRole.OUTSIDE)]
    recording = session.get(RecordingRow, linkedid)
    return CallFacts(
        linkedid=linkedid,
        ani=row.ani,
        started=row.started,
        keys=row.keys,
        utility=row.utility,
        emergency=row.emergency,
        queue=row.queue,
        seat=answered[0].seat if answered else None,
        message=recording is not None and recording.kind is RecordingKind.MESSAGE,
        outage=row.outage_id,
    )


def known(session: Session, among: Iterable[str] | None) -> frozenset[str]:
    """Return the ids of the recordings that are filed: all, or those among the given ones."""
    if among is None:
        return frozenset(session.scalars(select(RecordingRow.id)))
    wanted = list(among)
    found: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        found.update(session.scalars(select(RecordingRow.id).where(RecordingRow.id.in_(part))))
    return frozenset(found)


def family(session: Session, recording_id: str) -> list[RecordingRow]:
    """Return a call's recording and those of its legs that turned up late (`<linkedid>.late-…`)."""
    first = recording_id.partition(_LATE)[0]
    query = select(RecordingRow).where(
        (RecordingRow.id == first) | RecordingRow.id.startswith(f"{first}{_LATE}", autoescape=True)
    )
    return list(session.scalars(query.order_by(RecordingRow.id)))


def held(session: Session) -> frozenset[str]:
    """Return the ids of the recordings on legal hold."""
    return frozenset(session.scalars(select(RecordingRow.id).where(RecordingRow.legal_hold)))


def expired(session: Session, before: datetime, limit: int) -> list[RecordingRecord]:
    """Return the recordings that began before a moment, are not deleted and not held, oldest first."""
    query = (
        select(RecordingRow)
        .where(RecordingRow.started < before, RecordingRow.deleted_at.is_(None), RecordingRow.legal_hold.is_(False))
        .order_by(RecordingRow.started)
        .limit(limit)
    )
    return [recording_record(row) for row in session.scalars(query)]
