"""Curves fitted to claims: few change little, many decide."""

import pytest

from scoring.fitting import fit

WELL = [(0.7, True)] * 9 + [(0.7, False)]


def test_many_claims_decide() -> None:
    curve = fit({"county": WELL * 100}, pooled_weight=20, field_weight=10)["county"]
    assert curve.at(0.7) == pytest.approx(0.9, abs=0.01)


def test_few_claims_change_little() -> None:
    curve = fit({"county": [(0.7, True), (0.7, True)]}, pooled_weight=20, field_weight=10)["county"]
    assert 0.7 < curve.at(0.7) < 0.8


def test_a_field_of_few_claims_is_taken_to_be_like_the_others() -> None:
    curves = fit({"county": WELL * 50, "unit": [(0.7, True)]}, pooled_weight=20, field_weight=10)
    assert curves["unit"].at(0.7) == pytest.approx(curves["county"].at(0.7), abs=0.02)


def test_a_field_that_is_worse_than_the_others_keeps_its_own_curve_where_it_has_many_claims() -> None:
    curves = fit({"county": WELL * 20, "name": [(0.7, False), (0.7, True)] * 50}, pooled_weight=20, field_weight=10)
    assert curves["name"].at(0.7) == pytest.approx(0.5, abs=0.05)
    assert curves["county"].at(0.7) > 0.85


def test_where_the_surer_are_the_more_often_wrong_both_are_worth_their_mean() -> None:
    curve = fit({"name": [(0.5, True)] * 100 + [(0.9, False)] * 100}, pooled_weight=1, field_weight=1)["name"]
    assert curve.at(0.5) == curve.at(0.9) == pytest.approx(0.5, abs=0.05)
