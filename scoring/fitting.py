"""Curves from what was claimed to what was right: few calls change little, many decide."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.curve import Curve, Knot

Claim = tuple[float, bool]
"""What the rules claimed of one field of one call, and whether it was right."""

_BINS = 5


def fit(claims: Mapping[str, Sequence[Claim]], pooled_weight: float, field_weight: float) -> dict[str, Curve]:
    """Return a curve for each field.

    The curve of all fields together begins as "worth what is claimed", which counts as much as `pooled_weight` claims
    in each fifth of the scale; each field's own begins as that of all, with `field_weight`.
    """
    pooled = _curve([claim for rows in claims.values() for claim in rows], _claimed, pooled_weight)
    return {name: _curve(rows, pooled.at, field_weight) for name, rows in claims.items()}


def _claimed(sure: float) -> float:
    return sure


def _curve(claims: Sequence[Claim], prior: Callable[[float], float], weight: float) -> Curve:
    knots = (_knot(claims, number, prior, weight) for number in range(_BINS))
    return Curve(tuple((round(x, 3), round(y, 3)) for x, y in _rising(knots)))


def _knot(
    claims: Sequence[Claim], number: int, prior: Callable[[float], float], weight: float
) -> tuple[float, float, float]:
    """Return where a fifth of the scale stands, its share of right claims (the prior's counted in), and its weight."""
    inside = [claim for claim in claims if min(int(claim[0] * _BINS), _BINS - 1) == number]
    count = len(inside) + weight
    at = (sum(sure for sure, _ in inside) + weight * (number + 0.5) / _BINS) / count
    return at, (sum(right for _, right in inside) + weight * prior(at)) / count, count


def _rising(knots: Iterator[tuple[float, float, float]]) -> Iterator[Knot]:
    """Yield the knots, neighbours that fall brought to their common mean (pool adjacent violators)."""
    blocks: list[_Block] = []
    for x, y, weight in knots:
        block = _Block((x,), y * weight, weight)
        while blocks and blocks[-1].mean > block.mean:
            before = blocks.pop()
            block = _Block(before.places + block.places, before.sum + block.sum, before.weight + block.weight)
        blocks.append(block)
    return ((x, block.mean) for block in blocks for x in block.places)


@dataclass(frozen=True, slots=True)
class _Block:
    """Knots that share one value: where they stand, and their weighted sum."""

    places: tuple[float, ...]
    sum: float
    weight: float

    @property
    def mean(self) -> float:
        return self.sum / self.weight
