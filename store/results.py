"""Transcripts and drafts, written together or not at all."""

from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, select
from sqlalchemy.orm import Session

from cases.draft import DraftCase
from domain.words import Urgency
from store.alarms import raise_alarm
from store.codec import draft_cases, transcripts
from store.outbox import announce
from store.protection import seal, unseal
from store.records import DraftRecord, DraftState, Topic
from store.tables import AlarmRow, DraftRow, RecordingRow, TranscriptRow
from transcription.transcript import Transcript


def save(session: Session, recording_id: str, transcript: Transcript, draft: DraftCase, now: datetime) -> bool:
    """Write transcript, draft, events and the alarm that the draft is worth; False where there is a result already.

    Neither is written where the audio was deleted while somebody still listened to it.
    """
    recording = session.get(RecordingRow, recording_id, with_for_update=True)
    if recording is None or recording.deleted_at is not None or session.get(TranscriptRow, recording_id) is not None:
        return False
    session.add(
        TranscriptRow(
            recording_id=recording_id,
            engine=transcript.engine,
            model=transcript.model,
            audio_seconds=transcript.audio_seconds,
            spent_seconds=transcript.spent_seconds,
            body=seal(session, transcripts(), transcript),
            created=now,
        )
    )
    urgency = draft.urgency.value or Urgency.ORDINARY
    body = seal(session, draft_cases(), draft)
    row = DraftRow(linkedid=recording_id, body=body, state=DraftState.DRAFT, urgency=urgency, created=now)
    session.add(row)
    session.flush()
    announce(session, Topic.DRAFT_READY, {"linkedid": recording_id, "draft": row.id, "urgency": urgency.value}, now)
    raise_alarm(session, row, draft, transcript, now)
    return True


def transcript_of(session: Session, recording_id: str) -> Transcript | None:
    """Return a recording's transcript."""
    row = session.get(TranscriptRow, recording_id)
    return None if row is None else unseal(session, transcripts(), row.body)


def draft_record(session: Session, row: DraftRow) -> DraftRecord:
    """Return a row as a value."""
    return DraftRecord(
        id=row.id,
        linkedid=row.linkedid,
        case=unseal(session, draft_cases(), row.body),
        state=row.state,
        urgency=row.urgency,
        created=row.created,
        case_no=row.case_no,
    )


def drafts(session: Session, state: DraftState | None, limit: int) -> list[DraftRecord]:
    """Return drafts: those with an open alarm, then the urgent ones, then the newest."""
    alarmed = exists().where(AlarmRow.draft_id == DraftRow.id, AlarmRow.acknowledged.is_(None))
    rank = case({Urgency.EMERGENCY: 0, Urgency.TIMED: 1}, value=DraftRow.urgency, else_=2)
    query = select(DraftRow).order_by(alarmed.desc(), rank, DraftRow.created.desc(), DraftRow.id.desc()).limit(limit)
    if state is not None:
        query = query.where(DraftRow.state == state)
    return [draft_record(session, row) for row in session.scalars(query)]


def is_draft(which: int | str) -> ColumnElement[bool]:
    """Return the condition that a draft is this one: by its number, or by its call's linkedid."""
    return DraftRow.id == which if isinstance(which, int) else DraftRow.linkedid == which


def confirmed(session: Session, limit: int) -> list[DraftRecord]:
    """Return the drafts that a person confirmed, the newest first."""
    query = (
        select(DraftRow)
        .where(DraftRow.state == DraftState.CONFIRMED)
        .order_by(DraftRow.created.desc(), DraftRow.id.desc())
        .limit(limit)
    )
    return [draft_record(session, row) for row in session.scalars(query)]
