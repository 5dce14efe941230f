"""Numbers are cleaned of everything that is not a number, and masked for logs."""

from hypothesis import given
from hypothesis import strategies as st

from domain.phone_number import clean, mask


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
