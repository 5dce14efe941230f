"""A spoken number that was listened to a second time: what two hearings of it make together."""

from dataclasses import replace

import pytest
from drafting_calls import bare_rules, facts, play, shipped_rules

from cases.draft import Field
from cases.drafting import draft
from domain.words import Speaker
from transcription.transcript import Reading, SpokenNumber

CONFIG = shipped_rules().numbers.config
LEAST, MOST = CONFIG.second_look
MINE, OTHER = "13605301122", "15006601234"


def number(*lines: str, readings: tuple[tuple[str, float], ...], speaker: Speaker = Speaker.CITIZEN) -> Field[str]:
    """Return the number of a play whose last line was listened to again."""
    said = play(*lines)
    last = said.utterances[-1]
    again = SpokenNumber(speaker, last.start, last.end, tuple(Reading(*each) for each in readings))
    return draft(replace(said, numbers=(again,)), facts(), bare_rules()).heard_number


def test_where_both_hearings_agree_the_number_is_surer_than_either() -> None:
    once = number(f"市民: 电话{MINE}。", readings=())
    again = number("市民: 电话1360530112。", readings=((MINE, 1.0),))
    twice = number(f"市民: 电话{MINE}。", readings=((MINE, 0.02),))

    assert once.value == again.value == twice.value == MINE
    assert max(once.confidence, again.confidence) < twice.confidence == CONFIG.heard_twice
    assert "再听一遍" in twice.why


@pytest.mark.parametrize(
    ("likelihood", "confidence"), [(0.0, LEAST), (0.25, (LEAST + MOST) / 2), (0.5, MOST), (1.0, MOST)]
)
def test_a_number_whole_in_the_second_hearing_alone_is_as_sure_as_it_is_likely(
    likelihood: float, confidence: float
) -> None:
    field = number("市民: 电话要三六五三零幺二。", readings=((MINE, likelihood),))

    assert field.value == MINE
    assert field.confidence == pytest.approx(confidence, abs=0.01)


def test_the_likeliest_whole_reading_counts_and_one_that_is_no_telephone_number_never_does() -> None:
    readings = (("1360530112", 0.6), ("12605301122", 0.2), (MINE, 0.1), ("13605301128", 0.05))

    assert number("市民: 电话一三六零五三零一二。", readings=readings).value == MINE
    assert number("市民: 电话一三六零五三零一二。", readings=readings[:2]).value is None


@pytest.mark.parametrize(
    ("likelihood", "value"),
    [(CONFIG.second_look_least / 2, MINE), (CONFIG.second_look_least * 2, "13605301128")],
)
def test_an_unlikely_second_hearing_does_not_outdo_a_first_that_is_whole(likelihood: float, value: str) -> None:
    assert number(f"市民: 电话{MINE}。", readings=(("13605301128", likelihood),)).value == value


def test_what_was_heard_on_the_other_side_or_elsewhere_is_no_second_hearing() -> None:
    other_side = number("市民: 电话一三六零五三零一二。", readings=((MINE, 0.9),), speaker=Speaker.AGENT)
    elsewhere = number("市民: 电话一三六零五三零一二。", "坐席: 好。", "市民: 谢谢。", readings=((MINE, 0.9),))

    assert (other_side.value, elsewhere.value) == (None, None)


def test_a_number_heard_again_and_read_back_alike_is_surest() -> None:
    said = play("市民: 电话一三六零五三零一二。", f"坐席: {MINE}，对吗？", "市民: 对。")
    first = said.utterances[0]
    again = SpokenNumber(Speaker.CITIZEN, first.start, first.end, (Reading(MINE, 0.4),))

    field = draft(replace(said, numbers=(again,)), facts(), bare_rules()).heard_number

    assert (field.value, field.confidence) == (MINE, CONFIG.read_back)


@pytest.mark.parametrize(
    "said",
    [
        f"老板手机是{OTHER}，我的电话是{MINE}。",
        f"我的电话是{MINE}，老板手机是{OTHER}。",
        f"物业电话{OTHER}。我手机{MINE}。",
    ],
)
def test_somebody_elses_number_is_not_taken_where_the_citizen_says_an_own_one(said: str) -> None:
    field = number(f"市民: {said}", readings=())

    assert field.value == MINE
    assert field.confidence <= 0.45


def test_somebody_elses_number_is_all_there_is_where_no_other_was_said() -> None:
    assert number(f"市民: 老板手机是{OTHER}。", readings=()).value == OTHER
