"""Character errors, speakers and times of a transcript against the true turns."""

import pytest

from domain.words import Speaker
from scoring.hearing import Errors, hear, typical
from scoring.truth import TruthCall, TruthTurn
from transcription.transcript import Transcript, Utterance

CITIZEN, AGENT = Speaker.CITIZEN, Speaker.AGENT
CALL = TruthCall(
    id="T",
    duration=10.0,
    turns=(TruthTurn(AGENT, 0.0, 2.0, "您好请讲"), TruthTurn(CITIZEN, 3.0, 6.0, "家里没水了")),
    type="求助",
    category="供水-停水",
    emergency=False,
)


def heard(*said: Utterance) -> Transcript:
    return Transcript(said, "test", "none", 10.0, 0.1)


def test_errors_are_counted_for_each_speaker_and_both() -> None:
    found = hear(CALL, heard(Utterance(AGENT, 0.1, 2.0, "您好，请讲。"), Utterance(CITIZEN, 3.2, 6.5, "家里没睡")))
    assert found.errors == {CITIZEN: Errors(2, 5), AGENT: Errors(0, 4)}
    assert found.together.rate == pytest.approx(2 / 9)
    assert found.attributed == 1.0
    assert found.starts == pytest.approx((0.1, 0.2))
    assert found.ends == pytest.approx((0.0, 0.5))


def test_nothing_heard_misses_everything() -> None:
    found = hear(CALL, heard())
    assert found.together == Errors(9, 9)
    assert typical(found.starts) is None


def test_words_of_the_other_speaker_are_held_against_attribution() -> None:
    found = hear(CALL, heard(Utterance(CITIZEN, 0.1, 2.0, "您好请讲"), Utterance(CITIZEN, 3.0, 6.0, "家里没水了")))
    assert found.attributed == pytest.approx(5 / 9)


def test_words_of_a_silent_speaker_are_all_wrong() -> None:
    assert Errors(3, 0).rate == 1.0
    assert Errors(0, 0).rate == 0.0
