"""The twelve open calls, with what a person filled in for each."""

from datetime import UTC, datetime
from pathlib import Path

from cases.draft import CallFacts
from scoring.truth import TruthCall, read_calls

FOLDER = Path(__file__).parent / "data" / "truth"
STARTED = datetime(2025, 11, 24, 2, 0, tzinfo=UTC)


def truth_calls() -> list[TruthCall]:
    """Return every call; its recording is not here."""
    return read_calls([FOLDER], with_audio=False)


def facts_of(call: TruthCall) -> CallFacts:
    """Return what such a call knows of itself: no keys, one number for all."""
    return CallFacts(call.id, "05305550100", STARTED)
