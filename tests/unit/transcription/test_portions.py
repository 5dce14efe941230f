"""Long speech is heard in portions: nothing left out, nothing twice, none too long."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from transcription.voice import Stretch, portions, together


@st.composite
def speech(draw: st.DrawFn) -> list[Stretch]:
    at, stretches = 0.0, []
    for pause, length in draw(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 250)), max_size=20)):
        at += pause
        stretches.append(Stretch(at, at + length))
        at += length
    return stretches


@given(speech(), st.sampled_from((60.0, 100.0, 600.0)))
def test_portions_hold_everything_once_and_none_is_too_long(stretches: list[Stretch], longest: float) -> None:
    found = list(portions(stretches, longest))
    assert all(0 < sum(stretch.seconds for stretch in portion) <= longest for portion in found)
    seconds = [stretch for portion in found for stretch in portion]
    assert all(one.end <= other.start for one, other in pairwise(seconds))
    assert sum(stretch.seconds for stretch in seconds) == sum(stretch.seconds for stretch in stretches)
    assert together(seconds, stretches) == sum(stretch.seconds for stretch in stretches)


def test_an_ordinary_call_is_heard_as_a_whole() -> None:
    turns = [Stretch(10.0 * at, 10.0 * at + 5) for at in range(60)]
    assert list(portions(turns, 600.0)) == [tuple(turns)]
    assert list(portions([], 600.0)) == []
