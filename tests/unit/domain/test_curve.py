"""A curve read off between its knots."""

import pytest

from domain.curve import Curve

CURVE = Curve(((0.2, 0.1), (0.6, 0.7), (0.8, 0.7), (0.9, 1.0)))


@pytest.mark.parametrize(
    ("x", "y"), [(0.0, 0.1), (0.2, 0.1), (0.4, 0.4), (0.6, 0.7), (0.7, 0.7), (0.85, 0.85), (0.9, 1.0), (1.0, 1.0)]
)
def test_straight_between_knots_and_level_beyond_the_ends(x: float, y: float) -> None:
    assert CURVE.at(x) == pytest.approx(y)


def test_without_knots_everything_is_worth_itself() -> None:
    assert Curve().at(0.37) == 0.37
