"""A case that a person confirmed, as the truth that a draft is measured against."""

from cases.draft import CallFacts, DraftCase
from domain.words import Urgency
from scoring.names import TruthNames
from scoring.truth import TruthCall, TruthTurn
from transcription.transcript import Transcript


def truth_of(case: DraftCase, facts: CallFacts, heard: Transcript, names: TruthNames) -> TruthCall:
    """Return what the person left in each field; the turns are those that were recognised."""
    utility, urgency = case.utility.value, case.urgency.value
    return TruthCall(
        id=facts.linkedid,
        duration=heard.audio_seconds,
        turns=tuple(TruthTurn(said.speaker, said.start, said.end, said.text) for said in heard.utterances),
        type=case.type.value or "",
        category=names.category(case.category.value)[0] if case.category.value else "",
        emergency=urgency is Urgency.EMERGENCY,
        utility=next((name for name, meant in names.utilities.items() if meant is utility), None),
        urgency=next((name for name, meant in names.urgencies.items() if meant is urgency), None),
        district=case.county.value,
        address=case.address.value,
        caller_name=case.caller_name.value,
        phone=case.heard_number.value,
        responsible_unit=case.unit.value,
        started=facts.started,
        ani=facts.ani,
        keys=facts.keys,
        happened=case.happened.value,
    )
