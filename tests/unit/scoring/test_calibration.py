"""The reliability curve and the Brier score."""

import pytest

from scoring.calibration import bins, brier


def test_nine_of_ten_at_ninety_per_cent_lie_on_the_diagonal() -> None:
    [only] = bins([(0.9, True)] * 9 + [(0.9, False)])
    assert (only.count, only.claimed, only.right) == (10, 0.9, 0.9)


def test_a_certainty_belongs_to_the_last_bin_and_empty_bins_are_left_out() -> None:
    found = bins([(1.0, True), (0.0, False)])
    assert [(one.low, one.high, one.count) for one in found] == [
        (0.0, 0.2, 1),
        (0.8, 1.0, 1),
    ]


def test_brier_is_nought_for_the_knowing_and_a_quarter_for_a_coin() -> None:
    assert brier([(1.0, True), (0.0, False)]) == 0
    assert brier([(0.5, True), (0.5, False)]) == pytest.approx(0.25)
    assert brier([]) is None
