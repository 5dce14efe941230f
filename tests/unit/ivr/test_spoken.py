"""Numbers, times and outages as recorded pieces, read back as the text the pieces were rendered from."""

from datetime import UTC, datetime

import pytest
from shipped_config import ROOT

from domain.words import Utility
from hotline.checked import read
from ivr import spoken
from ivr.outages import Outage
from ivr.prompts import Prompts
from ivr.reading import One, aloud, spell
from ivr.tree import Tree

PROMPTS = read(ROOT / "config/prompts.yaml").build(Prompts)
TREE = read(ROOT / "config/ivr.yaml").build(Tree)
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def text(sounds: tuple[str, ...]) -> str:
    return "".join(PROMPTS.prompts[sound.removeprefix("hotline/")].text for sound in sounds)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (35, "三十五"),
        (100, "一百"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (2050, "二千零五十"),
        (9999, "九千九百九十九"),
    ],
)
def test_numbers_are_counted_as_people_count(value: int, said: str) -> None:
    assert text(spoken.number(value)) == said


@pytest.mark.parametrize("value", [-1, 10000])
def test_a_number_without_pieces_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match=str(value)):
        spoken.number(value)


def test_digits_are_read_one_by_one_with_the_one_of_the_setting() -> None:
    assert text(spoken.digits("12345")) == "幺二三四五"
    assert text(spoken.digits("12345", One.YI)) == "一二三四五"


def test_what_is_no_digit_in_a_case_number_is_left_out() -> None:
    assert text(spoken.case_number("HZ2026-0017")) == "您的工单编号是二零二六零零幺七"


def test_two_before_a_measure_word_is_liang() -> None:
    assert text(spoken.waiting(2, 2)) == "您前面还有两位约需两分钟"
    assert text(spoken.waiting(12, 5)) == "您前面还有十二位约需五分钟"


def test_with_nobody_ahead_the_citizen_is_next() -> None:
    assert text(spoken.waiting(0, 0)) == "您是下一位，请不要挂机。"


def test_a_call_back_names_the_last_four_digits() -> None:
    assert text(spoken.callback_taken("13853067219")) == "已登记，稍后将拨打您尾号七二幺九的电话。再见。"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 24, 10, 30, tzinfo=UTC), "今天十八点三十分"),
        (datetime(2026, 11, 24, 6, 5, tzinfo=UTC), "今天十四点零五分"),
        (datetime(2026, 11, 25, 0, 0, tzinfo=UTC), "明天八点"),
        (datetime(2026, 11, 24, 18, 0, tzinfo=UTC), "明天两点"),
        (datetime(2026, 12, 3, 1, 10, tzinfo=UTC), "十二月三日九点十分"),
    ],
)
def test_times_are_said_by_the_citys_clock(moment: datetime, said: str) -> None:
    assert text(spoken.when(moment, NOW)) == said


def test_no_time_is_promised_where_it_has_passed_or_nobody_knows() -> None:
    unknown, passed = Outage(1, Utility.GAS, "单县"), Outage(1, Utility.GAS, "单县", NOW)
    for outage in (unknown, passed):
        assert text(spoken.outage_notice(outage, TREE, NOW)) == "单县停气已在抢修。如需登记，请稍候。"


def test_an_area_that_nobody_recorded_is_part_of_the_city() -> None:
    assert text(spoken.outage_notice(Outage(1, Utility.HEAT, "某小区"), TREE, NOW)).startswith("部分区域停暖")


def test_the_hotline_is_read_digit_by_digit_and_a_key_is_counted() -> None:
    assert aloud("菏泽12345，请按9。起火请拨119。", One.YAO) == "菏泽幺二三四五，请按9。起火请拨幺幺九。"


def test_a_mobile_number_has_the_pauses_people_make() -> None:
    assert spell("13853067219", One.YAO) == "幺三八，五三零六，七二幺九"
