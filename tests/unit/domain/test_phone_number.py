"""Numbers are cleaned of everything that is not a number, and masked for logs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.phone_number import clean, mask, mask_all


def test_a_mobile_number_keeps_its_head_and_tail() -> None:
    assert mask("13853067219") == "138****7219"


def test_short_and_absent_numbers_show_nothing_useful() -> None:
    assert mask("5551234") == "5***234"
    assert mask("110") == "***"
    assert mask(None) == "未显示号码"


def test_caller_id_text_around_a_number_is_dropped() -> None:
    assert clean("+86 138-5306-7219") == "+8613853067219"
    assert clean("anonymous") is None
    assert clean("${SHELL(rm)}1") is None


@given(st.text(max_size=5000))
def test_whatever_a_caller_id_holds_only_digits_come_out(raw: str) -> None:
    number = clean(raw)
    assert number is None or (set(number) <= set("0123456789+") and len(number) <= 32)


@given(st.from_regex(r"[0-9]{7,15}", fullmatch=True))
def test_a_masked_number_never_holds_the_whole_number(number: str) -> None:
    assert number not in mask(number)
    assert "***" in mask(number)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("电话13853067219。", "电话138****7219。"),
        ("打138-5306-7219或者138 5306 7219", "打138-****-7219或者138 **** 7219"),
        ("１３８５３０６７２１９", "１３８****７２１９"),
        ("我的号是一三八五三零六七二幺九", "我的号是一三八****七二幺九"),
        ("幺三八，五三洞六，嗯，拐两幺九", "幺三八，****，嗯，拐两幺九"),
        ("家里5551234", "家里5***234"),
        ("0530-5550100", "053*-***0100"),
        ("1385306721913853067219", "138***************7219"),
    ],
)
def test_numbers_inside_a_text_are_masked_however_they_are_said(said: str, shown: str) -> None:
    assert mask_all(said) == shown


@pytest.mark.parametrize(
    "text", ["", "花都新城6号楼3单元502室", "11月24日10:00打的", "一百三十五户", "停水两三天了", "打110、119都没人"]
)
def test_a_text_without_a_number_stays_as_it_is(text: str) -> None:
    assert mask_all(text) == text


def test_characters_misheard_for_digits_hide_no_number() -> None:
    broken = "一三八五吧零六就二一九"
    assert mask_all(broken) == broken
    assert mask_all(broken, also="吧就") == "一三八****就二一九"
    assert mask_all("就在这里吧", also="吧就") == "就在这里吧"


_PIECES = st.sampled_from([*"0123456789０９一幺二两零七拐勾", " ", "-", "，", "嗯", "号楼", "*", "a", "水"])


@given(st.one_of(st.lists(_PIECES, max_size=60).map("".join), st.text(max_size=60)))
def test_no_seven_digits_in_a_row_survive_and_nothing_else_changes(text: str) -> None:
    masked = mask_all(text)
    spoken = "〇零洞一幺二两三四五六七拐八九勾"
    assert len(masked) == len(text)
    assert all(a == b or (b == "*" and (a.isdecimal() or a in spoken)) for a, b in zip(text, masked, strict=True))
    assert not re.search(rf"[\d{spoken}]{{7}}", re.sub(r"[ \-，嗯]", "", re.sub(r"[ \-，嗯]{5,}", "/", masked)))
    assert mask_all(masked) == masked
    if sum(char.isdecimal() or char in spoken for char in text) < 7:
        assert masked == text
