"""What confirmed cases taught: which pairs of characters citizens say in a matter of each category (naive Bayes).

It lends points to the category rules, never decides alone, and knows no numbers: pairs of digits are left out, and a
pair must have been said in two calls.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from pydantic.dataclasses import dataclass

from cases.heard import Heard
from domain.record import STRICT
from domain.words import Speaker

Path = tuple[str, ...]

_DIGITS = frozenset("〇零洞一幺二两三四五六七拐八九勾十百")
_SMOOTHING = 0.5
_FEWEST_CALLS = 2
"""Calls in which a pair, and of which a category, must have been seen."""
_COMMON = 0.5
"""Share of all calls from which a pair tells nothing (这个, 您好)."""


@dataclass(frozen=True, slots=True, config=STRICT)
class Experience:
    """Categories, each with its calls and the pairs said in them; and each pair's calls by the category's place there.

    `weight` are the points that a category gets which is certain by its words.
    """

    weight: float
    categories: tuple[tuple[Path, int, int], ...]
    pairs: dict[str, tuple[tuple[int, int], ...]]

    @classmethod
    def of(cls, calls: Iterable[tuple[Heard, Path]], weight: float) -> "Experience":
        """Count the pairs of confirmed calls."""
        rows = [(frozenset(_pairs(heard)), path) for heard, path in calls]
        usual = Counter(path for _, path in rows)
        known = [path for path, count in usual.items() if count >= _FEWEST_CALLS]
        said = Counter(pair for pairs, path in rows for pair in pairs if usual[path] >= _FEWEST_CALLS)
        telling = {pair for pair, count in said.items() if _FEWEST_CALLS <= count <= _COMMON * len(rows)}
        counts: dict[str, Counter[int]] = {pair: Counter() for pair in sorted(telling)}
        for number, path in enumerate(known):
            for pairs, _ in (row for row in rows if row[1] == path):
                for pair in pairs & telling:
                    counts[pair][number] += 1
        totals = sum(counts.values(), Counter())
        return cls(
            weight,
            tuple((path, usual[path], totals[number]) for number, path in enumerate(known)),
            {pair: tuple(sorted(of.items())) for pair, of in counts.items()},
        )

    def points(self, heard: Heard) -> dict[Path, float]:
        """Return the points that what the citizen said lends to each category: `weight` shared among them."""
        heard_pairs = [pair for pair in set(_pairs(heard)) if pair in self.pairs]
        if not heard_pairs:
            return {}
        likely = [
            math.log(calls) - len(heard_pairs) * math.log(said + _SMOOTHING * len(self.pairs))
            for _, calls, said in self.categories
        ]
        for pair in heard_pairs:
            told = dict(self.pairs[pair])
            for number in range(len(likely)):
                likely[number] += math.log(told.get(number, 0) + _SMOOTHING)
        return {
            path: self.weight * share
            for (path, _, _), share in zip(self.categories, _shares(likely, len(heard_pairs)), strict=True)
        }


def _shares(likely: list[float], pairs: int) -> list[float]:
    """Return probabilities; neighbouring pairs say the same thing, so that their number counts by its root only."""
    best = max(likely)
    raw = [math.exp((one - best) / math.sqrt(pairs)) for one in likely]
    return [one / sum(raw) for one in raw]


def _pairs(heard: Heard) -> Iterator[str]:
    for turn in heard.by(Speaker.CITIZEN):
        for one, other in pairwise(turn.text):
            if _is_han(one) and _is_han(other) and not (one in _DIGITS and other in _DIGITS):
                yield one + other


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or char == "〇"
