"""Numbers of identity and bank cards are found and hidden however they are written or said; others stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity_numbers import cards, identities, in_pieces, old_identities, readable

from domain.identity import hide_identities

MISHEARD = "领灵要药儿而山是事吴无流起吧就"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("身份证372901199003074518。", "身份证******************。"),
        ("身份证11010519491231002X", "身份证******************"),
        ("三七二九零一，一九九零零三零七，四五幺八", "******，********，****"),
        ("幺幺零幺零五幺九四九幺二三幺零零二叉，对", "******************，对"),
        ("一一零一零五，然后一九四九一二三一，再零零二艾克斯", "******，然后********，再******"),
        ("老身份证372901900307451", "老身份证***************"),
        ("卡号6222 0212 3456 7890 128", "卡号**** **** **** **** ***"),
        ("卡号四五三九五七八七六三六二一四八六吧", "卡号****************吧"),
        ("370683198901117657372901199003074518", "************************************"),
    ],
)
def test_identity_and_card_numbers_are_hidden(said: str, shown: str) -> None:
    assert hide_identities(said) == shown


@pytest.mark.parametrize(
    "text",
    [
        "电话13853067219",
        "电话一三八五三零六七二幺九，对，是一三八五三零六七二幺九。",
        "13853067219，05305551234",
        "13853067219，6721，7219",
        "工单20251124000123，6号楼3单元",
        "花都新城6号楼3单元502室，停了两三天，一九九零年的老楼",
        "",
    ],
)
def test_telephone_and_case_numbers_and_addresses_stay(text: str) -> None:
    assert hide_identities(text, MISHEARD) == text


@pytest.mark.parametrize(
    "heard",
    [
        "三七二九零一一九九零零三零七四五幺九",  # the last digit is wrong: no check agrees
        "三七二九零一一九九零零三零七四五幺",  # one digit lost
        "三七儿九零一一九九零零山零七四五幺八",  # misheard characters between true digits
        "6222021234567890129",
    ],
)
def test_a_number_in_which_the_recogniser_erred_is_hidden_as_well(heard: str) -> None:
    assert not readable(hide_identities(heard, MISHEARD))


@given(st.one_of(identities(), old_identities(), cards()), st.data())
def test_no_valid_number_survives_however_it_is_written_or_said(number: str, data: st.DataObject) -> None:
    said = data.draw(in_pieces(number))
    text = f"麻烦您记好，号码是{''.join(said)}，谢谢。"
    hidden = hide_identities(text, MISHEARD)
    assert readable(hidden) == ""
    assert len(hidden) == len(text)
    assert hidden.startswith("麻烦您记好，号码")


@given(st.text(alphabet="0123456789一幺二三零〇叉X，。 是对然后再艾克斯领要abc", max_size=80))
def test_whatever_is_said_only_stars_are_put_in_and_twice_is_once(text: str) -> None:
    hidden = hide_identities(text, MISHEARD)
    assert len(hidden) == len(text)
    assert all(was == now or now == "*" for was, now in zip(text, hidden, strict=True))
    assert hide_identities(hidden, MISHEARD) == hidden


def test_the_end_of_a_telephone_number_before_the_whole_of_it_is_no_identity_number() -> None:
    assert hide_identities("不对，幺幺八八，幺三六零五三零幺幺八八") == "不对，幺幺八八，幺三六零五三零幺幺八八"
    assert "3605" not in hide_identities("不对，1199，13605301188")
