"""All calls together: the figures that `hotline score` prints."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cases.draft import DraftCase
from domain.words import Speaker
from scoring.calibration import bins, brier
from scoring.fields import Compared, touched
from scoring.hearing import Errors, Hearing, hear, typical
from scoring.truth import TruthCall
from transcription.transcript import Transcript, as_heard

FEW = 2
"""Fields that may be touched in a draft that still saves its reader time."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One call, heard and drafted; `hearing` is None where the true text was drafted."""

    call: TruthCall
    transcript: Transcript
    case: DraftCase
    hearing: Hearing | None
    fields: tuple[Compared, ...]

    @property
    def touched(self) -> int:
        """Return how many fields a person must change."""
        return touched(self.fields)


@dataclass(frozen=True, slots=True)
class Tally:
    """One field over all calls that tell it; `invented` counts values in calls that do not."""

    name: str
    right: int
    of: int
    credit: float
    invented: int
    sure_and_wrong: int
    """Wrong or invented values with a confidence above 0.8."""
    left_empty: int
    """Fields in which something was heard, too unsurely to be filled in."""


@dataclass(frozen=True, slots=True)
class Score:
    """The whole result; seconds are those of listening and drafting together."""

    calls: tuple[Scored, ...]
    engine: str
    wall_s: float
    cpu_s: float

    @property
    def audio_s(self) -> float:
        """Return the length of all recordings."""
        return sum(one.call.duration for one in self.calls)

    def errors(self, speaker: Speaker | None = None) -> Errors | None:
        """Return the character errors of one speaker or of both; None where nothing was listened to."""
        heard = [one.hearing for one in self.calls if one.hearing]
        if not heard:
            return None
        counted = [one.errors[speaker] if speaker else one.together for one in heard]
        return sum(counted, Errors(0, 0))

    def errors_as_heard(self) -> Errors | None:
        """Return both speakers' character errors before the text was put right by sound."""
        heard = [one for one in self.calls if one.hearing]
        if not heard:
            return None
        return sum((hear(one.call, as_heard(one.transcript)).together for one in heard), Errors(0, 0))

    def tallies(self) -> tuple[Tally, ...]:
        """Return every field's tally, in the order of the draft."""
        names = dict.fromkeys(field.name for one in self.calls for field in one.fields)
        return tuple(self._tally(name) for name in names)

    def confidences(self) -> list[tuple[float, bool]]:
        """Return (confidence, right) of every value that a draft gives."""
        return [
            (field.confidence, field.right)
            for one in self.calls
            for field in one.fields
            if field.value and field.name not in ("emergency", "urgency")
        ]

    def few_touched(self) -> int:
        """Return how many drafts need no more than FEW fields changed."""
        return sum(one.touched <= FEW for one in self.calls)

    def plain(self) -> dict[str, Any]:
        """Return everything as one JSON object."""
        heard = [one.hearing for one in self.calls if one.hearing]
        count = len(self.calls)
        given = self.confidences()
        return {
            "cer": {name: _rate(errors) for name, errors in self._all_errors()},
            "cer_as_heard": _rate(self.errors_as_heard()),
            "fields": {
                row.name: {
                    "right": row.right,
                    "of": row.of,
                    "credit": round(row.credit, 3),
                    "invented": row.invented,
                    "sure_and_wrong": row.sure_and_wrong,
                    "left_empty": row.left_empty,
                }
                for row in self.tallies()
            },
            "touched_two_or_less": round(self.few_touched() / count, 4),
            "unchanged": round(sum(one.touched == 0 for one in self.calls) / count, 4),
            "speakers_right": round(sum(one.attributed for one in heard) / len(heard), 4) if heard else None,
            "start_off_s": typical([off for one in heard for off in one.starts]),
            "end_off_s": typical([off for one in heard for off in one.ends]),
            "brier": brier(given),
            "reliability": [{"claimed": b.claimed, "right": b.right, "count": b.count} for b in bins(given)],
            "calls": count,
            "audio_s": round(self.audio_s, 2),
            "wall_s": round(self.wall_s, 2),
            "cpu_s": round(self.cpu_s, 2),
            "engine": self.engine,
            "each": [_call(one) for one in self.calls],
        }

    def _all_errors(self) -> Iterator[tuple[str, Errors | None]]:
        yield "citizen", self.errors(Speaker.CITIZEN)
        yield "agent", self.errors(Speaker.AGENT)
        yield "all", self.errors()

    def _tally(self, name: str) -> Tally:
        rows = [field for one in self.calls for field in one.fields if field.name == name]
        told = [row for row in rows if row.told]
        return Tally(
            name,
            sum(row.right for row in told),
            len(told),
            sum(row.credit for row in told),
            sum(row.invented for row in rows),
            sum(bool(row.value) and not row.right and row.confidence > 0.8 for row in rows),
            sum(row.heard is not None for row in rows),
        )


def _rate(errors: Errors | None) -> float | None:
    return None if errors is None else round(errors.rate, 4)


def _call(one: Scored) -> dict[str, Any]:
    return {
        "id": one.call.id,
        "cer": _rate(one.hearing.together) if one.hearing else None,
        "touched": one.touched,
        "wrong": {
            field.name: {
                "truth": field.truth,
                "draft": field.value,
                "heard": field.heard,
                "confidence": field.confidence,
            }
            for field in one.fields
            if not field.right
        },
    }
