"""Calls to learn from: what was heard, what the call knew, and what a person says is right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from cases.draft import CallFacts
from domain.clock import SHANGHAI
from hotline.wiring import choice_of
from ivr.tree import Tree
from scoring.confirmed import truth_of
from scoring.names import TruthNames
from scoring.truth import TruthCall
from store.door import Store
from transcription.transcript import Transcript

_CALLED = datetime(2025, 11, 24, 10, 0, tzinfo=SHANGHAI)
"""When a call came in that does not say: a fixed moment, so that a score can be repeated."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One call whose right fields are known."""

    call: TruthCall
    heard: Transcript
    facts: CallFacts


def facts_of(call: TruthCall, tree: Tree) -> CallFacts:
    """Return what a test call would have known of itself."""
    started = call.started or _CALLED
    choice = choice_of(tree, call.keys, started)
    return CallFacts(
        linkedid=call.id,
        ani=call.ani,
        started=started,
        keys=call.keys,
        utility=choice.utility,
        emergency=bool(call.keys) and choice.emergency,
    )


def confirmed_lessons(store: Store, names: TruthNames, limit: int) -> Iterator[Lesson]:
    """Yield the newest confirmed cases that have a transcript."""
    for draft in store.confirmed(limit):
        heard, facts = store.transcript(draft.linkedid), store.facts(draft.linkedid)
        if heard is not None and facts is not None:
            yield Lesson(truth_of(draft.case, facts, heard, names), heard, facts)
