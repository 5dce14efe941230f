"""Whether a confidence means what it says: of all fields given 0.9, nine in ten should be right."""

from collections.abc import Sequence
from dataclasses import dataclass

_BINS = 5


@dataclass(frozen=True, slots=True)
class Bin:
    """Fields whose confidence lies between `low` and `high`: how many, what was claimed, how many were right."""

    low: float
    high: float
    count: int
    claimed: float
    right: float


def bins(given: Sequence[tuple[float, bool]], count: int = _BINS) -> tuple[Bin, ...]:
    """Return the reliability curve of (confidence, right) pairs; empty bins are left out."""
    found = []
    for number in range(count):
        low, high = number / count, (number + 1) / count
        inside = [(sure, right) for sure, right in given if low <= sure < high or (number == count - 1 and sure == 1)]
        if inside:
            claimed = sum(sure for sure, _ in inside) / len(inside)
            right = sum(right for _, right in inside) / len(inside)
            found.append(Bin(low, high, len(inside), round(claimed, 3), round(right, 3)))
    return tuple(found)


def brier(given: Sequence[tuple[float, bool]]) -> float | None:
    """Return the mean squared distance between confidence and truth: 0 is perfect, 0.25 is a coin; None of nothing."""
    return round(sum((sure - right) ** 2 for sure, right in given) / len(given), 4) if given else None
