"""What counts as a character error, and what is only a way of writing."""

import pytest

from scoring.plain import plain


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("十点", "10点。"),
        ("幺五九，六六七幺，二三八零", "15966712380"),
        ("二十八万六", "28万6"),
        ("二十八万六", "286000"),
        ("一百零六号", "106号"),
        ("一千二百", "1200"),
        ("十一号楼二单元", "11号楼2单元"),
        ("沒有水", "没有水"),
        ("ＡＢ c", "abC"),
        ("两公里", "2公里"),
    ],
)
def test_ways_of_writing_are_no_errors(one: str, other: str) -> None:
    assert plain(one) == plain(other)


def test_a_word_made_of_units_stays_a_word() -> None:
    assert plain("千万别开灯") == "千万别开灯"


def test_other_words_stay_apart() -> None:
    assert plain("没水") != plain("没睡")
    assert plain("十五") != plain("五十")
