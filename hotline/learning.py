"""What calls whose truth is known teach: how far each field can be trusted, and the words of each category.

Everything is judged on calls that it was not learnt from: the calls are cut into parts, and each part is judged by what
the others taught.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, TypeVar

from pydantic import Field
from pydantic.dataclasses import dataclass as configuration

from cases.drafting import Rules, draft
from cases.fields.experience import Experience
from cases.heard import Heard, listen
from cases.rules import Guess
from cases.trust import Trust
from domain.curve import Curve
from domain.record import STRICT
from hotline.lessons import Lesson
from scoring.calibration import brier
from scoring.fields import compare
from scoring.fitting import fit
from scoring.names import TruthNames

T = TypeVar("T")

_FOLDS = 20
"""Parts into which the calls are cut at most."""
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
    fewest_calls_for_words: Annotated[int, Field(ge=2)]
    word_weights: tuple[Annotated[float, Field(gt=0, le=20)], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One field that was filled in: what the rules claimed, what that is worth, whether it is right."""

    guess: Guess
    claimed: float
    right: bool
    worth: float


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is to be kept, and every claim of every call as it is now and as it would have been without that call.

    `experience` is None where the rules alone find no fewer categories.
    """

    calls: int
    curves: dict[Guess, Curve]
    experience: Experience | None
    before: tuple[Claim, ...]
    after: tuple[Claim, ...]

    def right(self) -> tuple[int, int]:
        """Return how many fields are right, before and after."""
        return sum(one.right for one in self.before), sum(one.right for one in self.after)

    def brier(self) -> tuple[float, float]:
        """Return the mean squared distance between confidence and truth, before and after."""
        return distance(self.before), distance(self.after)

    @property
    def better(self) -> bool:
        """Tell whether more fields are right, or as many with a confidence closer to the truth."""
        (right, more), (off, less) = self.right(), self.brier()
        return (more, -less) > (right, -off)


def distance(claims: Sequence[Claim]) -> float:
    """Return the claims' Brier score, 0 of none."""
    return brier([(one.worth, one.right) for one in claims]) or 0.0


def learn(lessons: Sequence[Lesson], rules: Rules, names: TruthNames, config: LearningConfig) -> Learnt:
    """Return what the lessons teach; lessons of one call stay together when they are judged."""
    bare = replace(rules, trust=Trust(), categories=replace(rules.categories, experience=None))
    groups: dict[str, list[_Told]] = {}
    paths = _paths(rules, names)
    for lesson in lessons:
        told = _Told(lesson, listen(lesson.heard, rules.dialect, rules.ear), paths.get(lesson.call.category))
        groups.setdefault(lesson.call.id, []).append(told)
    count = min(_FOLDS, len(groups))
    folds = [[told for group in list(groups.values())[at::count] for told in group] for at in range(count)]

    weight = _best_weight(folds, bare, names, config) if len(groups) >= config.fewest_calls_for_words else None
    judged: list[list[Claim]] = []
    for at, fold in enumerate(folds):
        taught = _with(bare, _experience(_but(folds, at), weight)) if weight else bare
        judged.append(_claims(fold, taught, rules.trust, names))
    after: list[Claim] = []
    for at, claims in enumerate(judged):
        trust = replace(rules.trust, curves=_curves(_but(judged, at), config))
        after += [replace(claim, worth=trust.worth(claim.guess, claim.claimed)) for claim in claims]
    every = [told for fold in folds for told in fold]
    now = [claim for claims in judged for claim in claims]
    if weight or rules.categories.experience:
        now = _claims(every, replace(rules, trust=Trust()), rules.trust, names)
    return Learnt(
        calls=len(groups),
        curves={**rules.trust.curves, **_curves([claim for claims in judged for claim in claims], config)},
        experience=_experience(every, weight) if weight else None,
        before=tuple(now),
        after=tuple(after),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """A lesson, made ready for reading, and the branch of our tree that its category stands for."""

    lesson: Lesson
    heard: Heard
    path: tuple[str, ...] | None


def _paths(rules: Rules, names: TruthNames) -> dict[str, tuple[str, ...]]:
    """Return the branch that each of the truth's names of a category stands for."""
    paths = [branch.path for branch in rules.categories.branches]
    return {name: path for path in reversed(paths) for name in names.category(path)}


def _best_weight(
    folds: Sequence[Sequence[_Told]], bare: Rules, names: TruthNames, config: LearningConfig
) -> float | None:
    """Return the weight with which most categories are right, None where the rules alone find as many."""
    alone, right = 0, dict.fromkeys(config.word_weights, 0)
    for at, fold in enumerate(folds):
        taught = _experience(_but(folds, at), 1.0)
        alone += _found(fold, bare, names)
        for weight in right:
            right[weight] += _found(fold, _with(bare, replace(taught, weight=weight)), names)
    best = max(right, key=lambda weight: right[weight], default=None)
    return best if best is not None and right[best] > alone else None


def _experience(told: Sequence[_Told], weight: float) -> Experience:
    """Return what calls teach; a category that our tree does not have teaches nothing."""
    return Experience.of(((one.heard, one.path) for one in told if one.path), weight)


def _with(bare: Rules, experience: Experience) -> Rules:
    return replace(bare, categories=replace(bare.categories, experience=experience))


def _found(told: Sequence[_Told], rules: Rules, names: TruthNames) -> int:
    """Return how many calls' categories are right."""
    found = ((one.lesson, rules.categories.find(one.heard, one.lesson.facts).field.value) for one in told)
    return sum(lesson.call.category in names.category(path) for lesson, path in found if path)


def _but(parts: Sequence[Sequence[T]], left_out: int) -> list[T]:
    return [one for at, part in enumerate(parts) if at != left_out for one in part]


def _claims(told: Sequence[_Told], rules: Rules, trust: Trust, names: TruthNames) -> list[Claim]:
    """Return what rules taken at their word claim of calls, and what that is worth."""
    claims: list[Claim] = []
    for lesson in (one.lesson for one in told):
        case = draft(lesson.heard, lesson.facts, rules)
        for one in compare(lesson.call, case, names):
            guess = _GUESSES.get(one.name)
            if guess and one.value and not _known(guess, lesson):
                claims.append(Claim(guess, one.confidence, one.right, trust.worth(guess, one.confidence)))
    return claims


def _known(guess: Guess, lesson: Lesson) -> bool:
    """Tell whether a field was not guessed at all: the utility whose key was pressed."""
    return guess is Guess.UTILITY and lesson.facts.utility is not None


def _curves(claims: Sequence[Claim], config: LearningConfig) -> dict[Guess, Curve]:
    rows: dict[str, list[tuple[float, bool]]] = {}
    for claim in claims:
        rows.setdefault(claim.guess.value, []).append((claim.claimed, claim.right))
    fitted = fit(rows, config.pooled_weight, config.field_weight)
    return {Guess(name): curve for name, curve in fitted.items()}
