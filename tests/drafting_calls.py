"""Calls written down as a play, for tests of drafting: 市民 and 坐席 speak in turn."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cases.draft import CallFacts, DraftCase
from cases.drafting import Rules, draft
from cases.trust import Trust
from domain.words import Speaker, Utility
from hotline.drafting_rules import read_rules
from transcription.transcript import Transcript, Utterance

CONFIG = Path(__file__).parent.parent / "config"
MONDAY_TEN = datetime(2025, 11, 24, 2, 0, tzinfo=UTC)
"""Monday, ten in the morning in Heze."""

_SPEAKERS = {"市民": Speaker.CITIZEN, "坐席": Speaker.AGENT}
_SECONDS_A_CHARACTER = 0.25
_PAUSE = 0.5


@cache
def shipped_rules() -> Rules:
    """Return the rules that the product ships with, compiled once for all tests."""
    return read_rules(CONFIG)


@cache
def bare_rules() -> Rules:
    """Return the shipped rules taken at their word: no curve, no threshold."""
    return replace(shipped_rules(), trust=Trust())


def play(*lines: str) -> Transcript:
    """Return the transcript of lines such as "市民: 我家没水了。"."""
    at, said = 0.0, []
    for line in lines:
        name, _, text = line.partition(": ")
        end = at + len(text) * _SECONDS_A_CHARACTER
        said.append(Utterance(_SPEAKERS[name], at, end, text))
        at = end + _PAUSE
    return Transcript(tuple(said), "play", "none", at, 0.0)


def facts(
    *,
    ani: str | None = "05305550100",
    keys: str = "",
    utility: Utility | None = None,
    emergency: bool = False,
    message: bool = False,
    started: datetime = MONDAY_TEN,
) -> CallFacts:
    """Return what a call knows of itself."""
    return CallFacts("heze1-1.1", ani, started, keys, utility, emergency, message=message)


def drafted(*lines: str, known: CallFacts | None = None) -> DraftCase:
    """Return the draft that the shipped rules make of a play, their confidence as they claim it."""
    return draft(play(*lines), known or facts(), bare_rules())
