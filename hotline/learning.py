"""What calls whose truth is known teach: a curve for each field, measured on calls that it was not fitted to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as configuration

from cases.drafting import Rules, draft
from cases.rules import Guess
from cases.trust import Trust
from domain.curve import Curve
from domain.record import STRICT
from hotline.lessons import Lesson
from scoring.calibration import brier
from scoring.fields import compare
from scoring.fitting import fit
from scoring.names import TruthNames

_FOLDS = 20
"""Parts into which the calls are cut at most: each is judged by what the others taught."""
_GUESSES = {
    "type": Guess.TYPE,
    "category": Guess.CATEGORY,
    "utility": Guess.UTILITY,
    "district": Guess.COUNTY,
    "address": Guess.ADDRESS,
    "phone": Guess.HEARD_NUMBER,
    "name": Guess.CALLER_NAME,
    "time": Guess.HAPPENED,
    "unit": Guess.UNIT,
}
"""The scorer's names of the fields that are guessed."""


@configuration(frozen=True, slots=True, kw_only=True, config=STRICT)
class LearningConfig:
    """learning.yaml."""

    fewest_calls: Annotated[int, Field(ge=2)]
    newest: Annotated[int, Field(ge=1)]
    pooled_weight: Annotated[float, Field(gt=0)]
    field_weight: Annotated[float, Field(gt=0)]


@dataclass(frozen=True, slots=True)
class Claim:
    """One field that the rules filled in: what they claimed, what that is worth before and after, whether it is right.

    `after` comes from curves that never saw the call (cross-validation).
    """

    guess: Guess
    claimed: float
    right: bool
    before: float
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """The curves of all calls, and every claim as it would have been judged by those of the other calls."""

    curves: dict[Guess, Curve]
    claims: tuple[Claim, ...]
    calls: int

    def brier(self) -> tuple[float, float]:
        """Return the mean squared distance between confidence and truth, before and after."""
        before = brier([(one.before, one.right) for one in self.claims])
        after = brier([(one.after, one.right) for one in self.claims])
        return before or 0.0, after or 0.0

    @property
    def better(self) -> bool:
        """Tell whether confidence lies closer to truth than before."""
        before, after = self.brier()
        return after < before


def learn(lessons: Sequence[Lesson], rules: Rules, names: TruthNames, config: LearningConfig) -> Learnt:
    """Return what the lessons teach; lessons of one call stay together when they are judged."""
    bare = replace(rules, trust=Trust())
    by_call: dict[str, list[Claim]] = {}
    for lesson in lessons:
        by_call.setdefault(lesson.call.id, []).extend(_claims(lesson, bare, rules.trust, names))
    groups = list(by_call.values())
    folds = min(_FOLDS, len(groups))
    judged: list[Claim] = []
    for fold in range(folds):
        taught = [claim for at, group in enumerate(groups) if at % folds != fold for claim in group]
        trust = replace(rules.trust, curves=_curves(taught, config))
        for claim in (claim for group in groups[fold::folds] for claim in group):
            judged.append(replace(claim, after=trust.worth(claim.guess, claim.claimed)))
    curves = _curves([claim for group in groups for claim in group], config)
    return Learnt({**rules.trust.curves, **curves}, tuple(judged), len(groups))


def _claims(lesson: Lesson, bare: Rules, trust: Trust, names: TruthNames) -> Iterator[Claim]:
    case = draft(lesson.heard, lesson.facts, bare)
    for one in compare(lesson.call, case, names):
        guess = _GUESSES.get(one.name)
        if guess and one.value and not _known(guess, lesson):
            yield Claim(guess, one.confidence, one.right, trust.worth(guess, one.confidence))


def _known(guess: Guess, lesson: Lesson) -> bool:
    """Tell whether a field was not guessed at all: the utility whose key was pressed."""
    return guess is Guess.UTILITY and lesson.facts.utility is not None


def _curves(claims: Sequence[Claim], config: LearningConfig) -> dict[Guess, Curve]:
    rows: dict[str, list[tuple[float, bool]]] = {}
    for claim in claims:
        rows.setdefault(claim.guess.value, []).append((claim.claimed, claim.right))
    fitted = fit(rows, config.pooled_weight, config.field_weight)
    return {Guess(name): curve for name, curve in fitted.items()}
