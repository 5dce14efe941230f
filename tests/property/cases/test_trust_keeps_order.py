"""Whatever the curve, a confidence stays one, and a surer field stays the surer."""

from hypothesis import given
from hypothesis import strategies as st

from cases.rules import Guess
from cases.trust import Trust
from scoring.fitting import fit

SHARE = st.floats(0, 1)
CLAIMS = st.dictionaries(
    st.sampled_from(Guess), st.lists(st.tuples(SHARE, st.booleans()), max_size=30), min_size=1, max_size=4
)
WEIGHT = st.floats(0.01, 100)


@given(CLAIMS, WEIGHT, WEIGHT, SHARE, SHARE)
def test_a_fitted_curve_gives_confidences_and_keeps_their_order(
    claims: dict[Guess, list[tuple[float, bool]]], pooled: float, own: float, one: float, other: float
) -> None:
    curves = {Guess(name): curve for name, curve in fit({g.value: c for g, c in claims.items()}, pooled, own).items()}
    trust = Trust(curves, unchecked_number=0.8)
    for guess, curve in curves.items():
        xs, ys = zip(*curve.knots, strict=True)
        assert list(xs) == sorted(set(xs))
        assert list(ys) == sorted(ys)
        low, high = trust.worth(guess, min(one, other)), trust.worth(guess, max(one, other))
        assert 0 < low <= high <= 1
