"""A score without the telephone, identity and card numbers of the calls it is made of."""

from dataclasses import replace

from cases.masked import Masking
from domain.phone_number import mask
from scoring.fields import Compared
from scoring.score import Score, Scored

_NUMBER, _TIME = "phone", "time"


def masked(score: Score, masking: Masking) -> Score:
    """Return a score in whose texts and fields no number can be read; its figures stay."""
    return replace(score, calls=tuple(_call(one, masking) for one in score.calls))


def _call(one: Scored, masking: Masking) -> Scored:
    said = masking.transcript(one.call.transcript()).utterances
    turns = tuple(
        replace(turn, text=hidden.text, spoken=hidden.text) for turn, hidden in zip(one.call.turns, said, strict=True)
    )
    return replace(
        one,
        call=replace(one.call, turns=turns),
        transcript=masking.transcript(one.transcript),
        fields=tuple(_field(row, masking) for row in one.fields),
    )


def _field(row: Compared, masking: Masking) -> Compared:
    def hidden(text: str | None) -> str | None:
        if not text or row.name == _TIME:  # a date is digits too
            return text
        return mask(text) if row.name == _NUMBER else masking.text(text)

    return replace(row, truth=hidden(row.truth), value=hidden(row.value), heard=hidden(row.heard))
