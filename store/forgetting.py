"""What retention removes beside the audio: everything that was made from it. Within sessions of others."""

from dataclasses import fields, replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from cases.draft import DraftCase, Field
from store.codec import draft_cases
from store.protection import seal, seal_words, unseal
from store.records import DraftState
from store.tables import AlarmRow, AttemptRow, DraftRow, TranscriptRow

_OF_THE_MATTER = frozenset(
    ("type", "category", "utility", "reason_code", "urgency", "hazards", "county", "unit")  # nobody's name or words
)


def forget(session: Session, recording_id: str) -> int:
    """Remove a recording's transcript and the words of its draft and alarm; returns the turn of its latest job."""
    session.execute(delete(TranscriptRow).where(TranscriptRow.recording_id == recording_id))
    draft = session.scalar(select(DraftRow).where(DraftRow.linkedid == recording_id))
    if draft is not None:
        case = unseal(session, draft_cases(), draft.body)
        draft.body = seal(session, draft_cases(), without_words(case, confirmed=draft.state is DraftState.CONFIRMED))
        alarm = session.get(AlarmRow, draft.id)
        if alarm is not None:
            alarm.why = seal_words(session, "")
    attempt = session.get(AttemptRow, recording_id)
    if attempt is None:
        return 0
    attempt.last_error = None
    return attempt.turn


def without_words(case: DraftCase, *, confirmed: bool) -> DraftCase:
    """Return a draft without what the citizen said: no quotations, reasons or candidates, and nothing of the person.

    What a person confirmed is the city's own record of a demand, not derived from the recording any more: its values
    stay.
    """
    kept = {
        part.name: replace(getattr(case, part.name), span=None, why="", candidate=None)
        if confirmed or part.name in _OF_THE_MATTER
        else Field()
        for part in fields(case)
    }
    return replace(case, **kept)
