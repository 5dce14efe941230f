"""How a job begins and how it ends: counted, retried later, or given up to a person. Within sessions of others."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from cases.draft import DraftCase
from store import calls, results
from store.jobs import JobQueue, priority_of
from store.outbox import announce
from store.records import Attempts, Topic
from store.settings import JobSettings
from store.tables import AttemptRow, CallRow, RecordingRow, TranscriptRow
from store.unheard import unheard_draft, unheard_transcript
from transcription.transcript import Transcript

_LONGEST_ERROR = 500


class Standing(StrEnum):
    """What is to be done with a recording whose job begins."""

    TO_DO = "to do"
    NOTHING_TO_DO = "nothing to do"
    HOPELESS = "hopeless"


@dataclass(frozen=True, slots=True)
class Heard:
    """The recording was transcribed."""

    transcript: Transcript
    draft: DraftCase


@dataclass(frozen=True, slots=True)
class Failed:
    """The recording's transcription ended in an error."""

    error: str


@dataclass(frozen=True, slots=True)
class PutBack:
    """The worker or the database failed (no model, locked): not the recording's fault, so not counted against it."""

    error: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """There was nothing to do."""


@dataclass(frozen=True, slots=True)
class Hopeless:
    """The recording was tried too often."""


Outcome = Heard | Failed | PutBack | Skipped | Hopeless


def begin(session: Session, recording_id: str, limits: JobSettings, now: datetime) -> Standing:
    """Count one more attempt and say whether it is to be made."""
    recording = session.get(RecordingRow, recording_id, with_for_update=True)
    if recording is None or recording.deleted_at is not None or session.get(TranscriptRow, recording_id) is not None:
        return Standing.NOTHING_TO_DO
    row = attempt_row(session, recording_id, now)
    if row.failed >= limits.failures or row.begun >= limits.attempts:
        return Standing.HOPELESS
    row.begun += 1
    row.updated = now
    return Standing.TO_DO


def settle(
    session: Session, jobs: JobQueue, recording_id: str, outcome: Outcome, limits: JobSettings, now: datetime
) -> str:
    """Write how a job ended, and enqueue the next turn where there is one; returns a word for the log."""
    match outcome:
        case Heard(transcript, draft):
            return "saved" if results.save(session, recording_id, transcript, draft, now) else "known"
        case Skipped():
            return "skipped"
        case Hopeless():
            return _give_up(session, recording_id, now)
        case Failed(error):
            row = attempt_row(session, recording_id, now)
            row.failed += 1
            row.last_error = error[:_LONGEST_ERROR]
            if row.failed >= limits.failures:
                return _give_up(session, recording_id, now)
            put_next(session, jobs, recording_id, now, limits.retry_seconds * 2 ** (row.failed - 1))
            return "failed"
        case PutBack(error):
            row = attempt_row(session, recording_id, now)
            row.begun = max(row.begun - 1, 0)
            row.last_error = error[:_LONGEST_ERROR]
            put_next(session, jobs, recording_id, now, limits.retry_seconds)
            return "put back"


def put_next(session: Session, jobs: JobQueue, recording_id: str, now: datetime, delay_seconds: float = 0) -> None:
    """Enqueue the recording's next turn, in the place that its call deserves."""
    recording = session.get_one(RecordingRow, recording_id)
    call = session.get_one(CallRow, recording_id)
    row = attempt_row(session, recording_id, now)
    row.turn += 1
    row.updated = now
    session.flush()
    jobs.put(session, recording_id, priority_of(call.emergency, recording.kind), row.turn, delay_seconds)


def attempt_row(session: Session, recording_id: str, now: datetime) -> AttemptRow:
    """Return the recording's count, begun at nought."""
    row = session.get(AttemptRow, recording_id, with_for_update=True)
    if row is None:
        row = AttemptRow(recording_id=recording_id, begun=0, failed=0, turn=0, given_up=False, updated=now)
        session.add(row)
    return row


def attempts(row: AttemptRow) -> Attempts:
    """Return a row as a value."""
    return Attempts(
        recording_id=row.recording_id,
        begun=row.begun,
        failed=row.failed,
        turn=row.turn,
        last_error=row.last_error,
        given_up=row.given_up,
    )


def _give_up(session: Session, recording_id: str, now: datetime) -> str:
    row = attempt_row(session, recording_id, now)
    recording = session.get_one(RecordingRow, recording_id)
    facts = calls.facts(session, recording_id)
    if facts is None:
        raise LookupError(recording_id)
    why = f"已试 {row.begun} 次" + (f": {row.last_error}" if row.last_error else ", 每次都中途中断")
    row.given_up = True
    row.updated = now
    saved = results.save(
        session, recording_id, unheard_transcript(recording.seconds, why), unheard_draft(facts, why), now
    )
    if saved:
        announce(session, Topic.JOB_GIVEN_UP, {"linkedid": recording_id, "why": why}, now)
    return "given up"
