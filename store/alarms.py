"""Alarms for the shift leader: emergencies heard in calls that had not taken the emergency way."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from cases.draft import DraftCase, alarm_of
from store.outbox import announce, note
from store.protection import seal_words, unseal_words
from store.records import AlarmRecord, Topic
from store.tables import AlarmRow, CallRow, DraftRow
from transcription.transcript import Transcript

_EMERGENCY_WAY = "emergency"


def raise_alarm(session: Session, draft: DraftRow, case: DraftCase, transcript: Transcript, now: datetime) -> None:
    """Write alarm and event where a draft tells of an emergency and its call went another way than the emergencies'.

    A recording in which nobody could be heard raises none: its draft is urgent because nothing is known.
    """
    alarm = alarm_of(case)
    if alarm is None or not transcript.utterances:
        return
    if session.get_one(CallRow, draft.linkedid).route == _EMERGENCY_WAY:
        return
    hazards = list(alarm.hazards)
    why = seal_words(session, alarm.why)
    session.add(AlarmRow(draft_id=draft.id, hazards=hazards, second=alarm.second, why=why, raised=now))
    told = {"linkedid": draft.linkedid, "draft": draft.id, "hazards": hazards, "second": alarm.second}
    announce(session, Topic.EMERGENCY_HEARD, told, now)


def alarm_record(session: Session, row: AlarmRow, linkedid: str) -> AlarmRecord:
    """Return a row as a value."""
    return AlarmRecord(
        draft=row.draft_id,
        linkedid=linkedid,
        hazards=tuple(row.hazards),
        second=row.second,
        why=unseal_words(session, row.why),
        raised=row.raised,
        acknowledged=row.acknowledged,
        acknowledged_by=row.acknowledged_by,
    )


def open_alarms(session: Session, limit: int) -> list[AlarmRecord]:
    """Return the alarms that nobody has acknowledged, the oldest first."""
    query = (
        select(AlarmRow, DraftRow.linkedid)
        .join(DraftRow, DraftRow.id == AlarmRow.draft_id)
        .where(AlarmRow.acknowledged.is_(None))
        .order_by(AlarmRow.raised, AlarmRow.draft_id)
        .limit(limit)
    )
    return [alarm_record(session, row, linkedid) for row, linkedid in session.execute(query)]


def alarm_of_call(session: Session, linkedid: str) -> AlarmRecord | None:
    """Return a call's alarm, acknowledged or not."""
    row = session.scalar(select(AlarmRow).join(DraftRow).where(DraftRow.linkedid == linkedid))
    return None if row is None else alarm_record(session, row, linkedid)


def acknowledge(session: Session, draft: DraftRow, who: str, now: datetime) -> AlarmRecord | None:
    """Say that somebody sees to an alarm, with an audit line and an event; None where none is open."""
    row = session.get(AlarmRow, draft.id, with_for_update=True)
    if row is None or row.acknowledged is not None:
        return None
    row.acknowledged, row.acknowledged_by = now, who
    hazards = list(row.hazards)
    note(session, who, "alarm.acknowledge", draft.linkedid, {"hazards": hazards}, {"acknowledged_by": who}, now)
    announce(session, Topic.EMERGENCY_ACKNOWLEDGED, {"linkedid": draft.linkedid, "draft": draft.id}, now)
    return alarm_record(session, row, draft.linkedid)
