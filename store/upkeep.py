"""What the workers do for one another: say that they live, take over from the dead, find what was forgotten.

Each of these may be done by several workers at once and changes nothing the second time. dbos' own cron is not used for
them: its schedules run inside the very workers whose health is in question, and leave a workflow row a tick.
"""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from store.attempts import put_next
from store.jobs import JobQueue
from store.tables import ExecutorRow, RecordingRow, TranscriptRow


def beat(session: Session, executor: str, now: datetime) -> None:
    """Say that an executor lives."""
    row = session.get(ExecutorRow, executor)
    if row is None:
        session.add(ExecutorRow(id=executor, heartbeat=now))
    else:
        row.heartbeat = now


def leave(session: Session, executor: str) -> None:
    """Take an executor off the list: it stops in order, with nothing in hand."""
    session.execute(delete(ExecutorRow).where(ExecutorRow.id == executor))


def claim_dead(session: Session, silent_since: datetime, now: datetime) -> list[str]:
    """Return the executors that were silent since a moment, each to one caller only.

    The claim is a heartbeat in the dead one's name: should the claimer die in turn before it is done, the executor
    falls silent again and somebody else takes it over.
    """
    claimed: list[str] = []
    for row in session.scalars(select(ExecutorRow).where(ExecutorRow.heartbeat < silent_since)).all():
        won = session.execute(
            update(ExecutorRow)
            .where(ExecutorRow.id == row.id, ExecutorRow.heartbeat == row.heartbeat)
            .values(heartbeat=now)
            .returning(ExecutorRow.id)
            .execution_options(synchronize_session=False)
        )
        claimed.extend(won.scalars())
    return claimed


def forget_executor(session: Session, executor: str, claimed: datetime) -> None:
    """Take a dead executor off the list, unless it has come back since it was claimed."""
    session.execute(delete(ExecutorRow).where(ExecutorRow.id == executor, ExecutorRow.heartbeat == claimed))


def without_result(session: Session) -> list[str]:
    """Return the recordings that have no transcript yet, oldest first."""
    query = (
        select(RecordingRow.id)
        .outerjoin(TranscriptRow, TranscriptRow.recording_id == RecordingRow.id)
        .where(TranscriptRow.recording_id.is_(None), RecordingRow.deleted_at.is_(None))
        .order_by(RecordingRow.started)
    )
    return list(session.scalars(query))


def adopt(session: Session, jobs: JobQueue, forgotten: list[str], now: datetime, delay_seconds: float) -> list[str]:
    """Give a job to recordings that have neither result nor job; returns those that had none by now either.

    That cannot happen as long as everything works; it is the net below (a job that ended in an error of ours, a queue
    that somebody emptied by hand). The delay keeps an error that returns each time from filling the queue.
    """
    adopted = []
    for recording_id in forgotten:
        session.get(RecordingRow, recording_id, with_for_update=True)
        if session.get(TranscriptRow, recording_id) is None:
            put_next(session, jobs, recording_id, now, delay_seconds)
            adopted.append(recording_id)
    return adopted
