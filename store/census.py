"""What the database holds, in numbers for whoever watches; bounded by a moment, so that years of calls cost nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from store.callbacks import OPEN
from store.tables import AlarmRow, AttemptRow, CallbackRow, DraftRow, ExecutorRow, RecordingRow, TranscriptRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """Counts since a moment: recordings without a transcript and the start of the oldest, those given up, drafts by
    state and urgency; and open alarms, call-backs, the workers and when each last said that it lives."""

    waiting: int
    waiting_since: datetime | None
    given_up: int
    drafts: Mapping[tuple[str, str], int]
    alarms: int
    callbacks: int
    workers: Mapping[str, datetime]


def census(session: Session, since: datetime) -> Census:
    """Count what is newer than `since`."""
    unheard = (
        select(func.count(), func.min(RecordingRow.started))
        .select_from(RecordingRow)
        .outerjoin(TranscriptRow, TranscriptRow.recording_id == RecordingRow.id)
        .where(RecordingRow.started >= since, TranscriptRow.recording_id.is_(None), RecordingRow.deleted_at.is_(None))
    )
    waiting, oldest = session.execute(unheard).one()
    given_up = (
        select(func.count())
        .select_from(AttemptRow)
        .join(RecordingRow, RecordingRow.id == AttemptRow.recording_id)
        .where(RecordingRow.started >= since, AttemptRow.given_up.is_(True))
    )
    drafts = (
        select(DraftRow.state, DraftRow.urgency, func.count())
        .where(DraftRow.created >= since)
        .group_by(DraftRow.state, DraftRow.urgency)
    )
    alarms = select(func.count()).select_from(AlarmRow).where(AlarmRow.acknowledged.is_(None))
    callbacks = select(func.count()).select_from(CallbackRow).where(CallbackRow.state.in_(OPEN))
    return Census(
        waiting=waiting,
        waiting_since=oldest,
        given_up=session.scalar(given_up) or 0,
        drafts={(state.value, urgency.value): count for state, urgency, count in session.execute(drafts)},
        alarms=session.scalar(alarms) or 0,
        callbacks=session.scalar(callbacks) or 0,
        workers={row.id: row.heartbeat for row in session.scalars(select(ExecutorRow))},
    )


def require_writable(session: Session) -> None:
    """Write a row as it is and take that back; raises StoreReadOnly where the database only reads.

    Nothing less shows it: SQLite begins a read transaction where it is told to begin a writing one on a file that it
    may only read ("BEGIN IMMEDIATE"), and so does a PostgreSQL standby.
    """
    with session.begin_nested() as tried:
        session.execute(text("UPDATE alembic_version SET version_num = version_num"))
        tried.rollback()
