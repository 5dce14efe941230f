"""The twelve open calls' true texts as transcripts, with what is known about each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cases.draft import CallFacts
from domain.words import Speaker
from transcription.transcript import Transcript, Utterance

FOLDER = Path(__file__).parent / "data" / "truth"
STARTED = datetime(2025, 11, 24, 2, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class TruthCall:
    """One call: its true transcript, and the fields a person filled in."""

    id: str
    transcript: Transcript
    facts: CallFacts
    truth: dict[str, Any]


def truth_calls() -> Iterator[TruthCall]:
    """Yield every call; `spoken` texts keep the digits as they were said."""
    for file in sorted(FOLDER.glob("O*.json")):
        truth = json.loads(file.read_text(encoding="utf-8"))
        said = tuple(Utterance(Speaker(t["speaker"]), t["start"], t["end"], t["spoken"]) for t in truth["turns"])
        transcript = Transcript(said, "truth", "spoken", truth["duration"], 0.0)
        yield TruthCall(truth["id"], transcript, CallFacts(truth["id"], "05305550100", STARTED), truth)
