"""How well a recording was heard: character errors, speakers, times."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import jiwer

from domain.words import Speaker
from scoring.plain import plain
from scoring.truth import TruthCall, TruthTurn
from transcription.transcript import Transcript, Utterance


@dataclass(frozen=True, slots=True)
class Errors:
    """Character errors of one stretch of speech over the characters that were said."""

    wrong: int
    said: int

    @property
    def rate(self) -> float:
        """Return the CER, 0 where nothing was said and nothing heard."""
        return self.wrong / self.said if self.said else float(self.wrong > 0)

    def __add__(self, other: "Errors") -> "Errors":
        """Return both together."""
        return Errors(self.wrong + other.wrong, self.said + other.said)


@dataclass(frozen=True, slots=True)
class Hearing:
    """One call: errors of each speaker, share of the text that is given to the right one, times' offsets in seconds.

    An offset is from a heard utterance's start (end) to the nearest true turn's of its speaker; late is positive.
    """

    errors: dict[Speaker, Errors]
    attributed: float
    starts: tuple[float, ...]
    ends: tuple[float, ...]

    @property
    def together(self) -> Errors:
        """Return both speakers' errors together."""
        return sum(self.errors.values(), Errors(0, 0))


def hear(call: TruthCall, heard: Transcript) -> Hearing:
    """Compare a transcript with what was said."""
    counted = {speaker: errors(call.words(speaker), words_of(heard, speaker)) for speaker in Speaker}
    starts, ends = [], []
    for said in heard.utterances:
        turns = [turn for turn in call.turns if turn.speaker is said.speaker]
        if turns:
            starts.append(_nearest(said.start, [turn.start for turn in turns]))
            ends.append(_nearest(said.end, [turn.end for turn in turns]))
    return Hearing(counted, _attributed(call.turns, heard.utterances), tuple(starts), tuple(ends))


def errors(said: str, heard: str) -> Errors:
    """Count the character errors of what was heard against what was said, as `plain` reads both."""
    reference, hypothesis = plain(said), plain(heard)
    if not reference:
        return Errors(len(hypothesis), 0)
    counted = jiwer.process_characters(reference, hypothesis)
    return Errors(counted.substitutions + counted.deletions + counted.insertions, len(reference))


def words_of(heard: Transcript, speaker: Speaker) -> str:
    """Return all that was heard of one speaker."""
    return "".join(said.text for said in heard.utterances if said.speaker is speaker)


def typical(offsets: Sequence[float]) -> float | None:
    """Return the median distance, whatever its direction; None of nothing."""
    return round(median(map(abs, offsets)), 3) if offsets else None


def _attributed(turns: Sequence[TruthTurn], heard: Sequence[Utterance]) -> float:
    """Return the share of heard characters in utterances whose time is mostly the same speaker's."""
    right = total = 0
    for said in heard:
        count = len(plain(said.text))
        shared = dict.fromkeys(Speaker, 0.0)
        for turn in turns:
            shared[turn.speaker] += max(0.0, min(said.end, turn.end) - max(said.start, turn.start))
        total += count
        right += count if shared[said.speaker] >= max(shared.values()) > 0 else 0
    return right / total if total else 1.0


def _nearest(moment: float, others: Sequence[float]) -> float:
    return min((moment - other for other in others), key=abs)
