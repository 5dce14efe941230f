"""A line that never falls: what a number is worth, read off between knots."""

from bisect import bisect_right
from dataclasses import dataclass

Knot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """Knots (x, y), both within 0 to 1, x rising and y not falling; straight between them, level beyond the ends.

    Without knots every x is worth itself.
    """

    knots: tuple[Knot, ...] = ()

    def at(self, x: float) -> float:
        """Return y at x."""
        if not self.knots:
            return x
        after = bisect_right(self.knots, x, key=lambda knot: knot[0])
        if after in (0, len(self.knots)):
            return self.knots[max(after - 1, 0)][1]
        (left, low), (right, high) = self.knots[after - 1 : after + 1]
        return min(low + (high - low) * (x - left) / (right - left), high)
