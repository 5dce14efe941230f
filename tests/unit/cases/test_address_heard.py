"""Addresses put together from what was heard."""

import pytest
from drafting_calls import drafted


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("我住单县北城街道阳光花园12号楼3单元402。", "菏泽市单县北城街道阳光花园12号楼3单元402"),
        ("单县北城街道的阳光花园，十二号楼，三单元四零二室。", "菏泽市单县北城街道阳光花园12号楼3单元402"),
        ("在牡丹区中华路和太原路交叉口东南角。", "菏泽市牡丹区中华路与太原路交叉口东南角"),
        ("东明县陆圈镇，从卫生院往东大概三公里。", "菏泽市东明县陆圈镇卫生院往东约3公里"),
        ("郓城县程屯镇中心小学门口。", "菏泽市郓城县程屯镇中心小学门口"),
        ("成武县文亭街道幸福家园二期5栋。", "菏泽市成武县文亭街道幸福家园二期5号楼"),
        ("牡丹区和平路128号。", "菏泽市牡丹区和平路128号"),
        ("定陶区和谐家园小区8号楼。", "菏泽市定陶区和谐家园小区8号楼"),
        ("鄄城县什集镇刘楼村。", "菏泽市鄄城县什集镇刘楼村"),
        ("巨野县麒麟镇。", "菏泽市巨野县麒麟镇"),
        ("单县张集镇，张楼村，就在村口北边。", "菏泽市单县张集镇张楼村村口北边"),
        ("曹县韩集镇韩集村，村东头。", "菏泽市曹县韩集镇韩集村村东头"),
        ("东明县陆圈镇，陆圈村。就在中学对面。", "菏泽市东明县陆圈镇陆圈村中学对面"),
        ("郓城县程屯镇程屯村西边，就是那个涵洞，水可深了。", "菏泽市郓城县程屯镇程屯村西边涵洞"),
        ("定陶区马集镇马集村，村里那个板材厂。", "菏泽市定陶区马集镇马集村板材厂"),
        ("鄄城县什集镇什集村，村里的敬老院，8号屋。", "菏泽市鄄城县什集镇什集村敬老院8号"),
        ("牡丹区和平路上，建设银行门口。", "菏泽市牡丹区和平路建设银行门口"),
        ("成武县文亭街道幸福家园3号楼跟前。", "菏泽市成武县文亭街道幸福家园3号楼楼前"),
        ("巨野县永丰街道，人民广场南边，临街的三楼。", "菏泽市巨野县永丰街道人民广场南边临街三楼"),
        ("单县北城街道，菜市场的南门。", "菏泽市单县北城街道菜市场南门"),
        ("成武县永昌路跟伯乐大街那个路口，永昌街道的。", "菏泽市成武县永昌街道永昌路与伯乐大街路口"),
        ("牡丹区中华路和太原路路口往西大概60米，路南边。", "菏泽市牡丹区中华路与太原路路口往西60米路南"),
        ("单县北城街道阳光花园5号楼，不对不对，7号楼1单元。", "菏泽市单县北城街道阳光花园7号楼1单元"),
    ],
)
def test_addresses_are_written_as_the_hotline_writes_them(said: str, address: str) -> None:
    field = drafted("坐席: 请问具体地址？", f"市民: {said}").address
    assert field.value == address
    assert 0.3 < field.confidence <= 0.9


def test_parts_given_at_different_moments_come_together() -> None:
    field = drafted(
        "市民: 我是曹县的，没电了。",
        "坐席: 具体什么位置？",
        "市民: 韩集镇，幸福小镇小区。",
        "坐席: 几号楼？",
        "市民: 三号楼，二单元。",
    ).address
    assert field.value == "菏泽市曹县韩集镇幸福小镇小区3号楼2单元"


def test_a_place_within_an_estate_counts_from_where_the_matter_was_told() -> None:
    field = drafted(
        "市民: 我们小区地下停车场全淹了。", "坐席: 请问具体地址？", "市民: 单县北城街道，阳光花园。"
    ).address
    assert field.value == "菏泽市单县北城街道阳光花园地下停车场"


def test_what_the_agent_asks_back_counts_when_the_citizen_agrees() -> None:
    field = drafted("坐席: 是成武县文亭街道幸福家园对吗？", "市民: 对，五号楼。").address
    assert field.value == "菏泽市成武县文亭街道幸福家园5号楼"


@pytest.mark.parametrize(
    "said", ["我想咨询一下公积金怎么提取。", "这个小区物业不管事。", "我们那条路太难走了。", "县里的医院看病太贵。"]
)
def test_without_a_place_there_is_no_address(said: str) -> None:
    case = drafted(f"市民: {said}")
    assert case.address.value is None
    assert case.county.value is None


def test_a_county_alone_is_no_address() -> None:
    case = drafted("市民: 我是单县的，想问问医保。")
    assert case.county.value == "单县"
    assert case.address.value is None


def test_the_span_covers_the_address_as_it_was_recognised() -> None:
    span = drafted("坐席: 地址？", "市民: 我住善线北城接到阳光花园十二号楼。").address.span
    assert span is not None
    assert span.text.endswith("阳光花园十二号楼")


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("单县终兴路有个大坑。", "菏泽市单县终兴路"),
        ("我在鄄城县什集大街。", "菏泽市鄄城县什集大街"),
        ("巨野县龙固大道路灯不亮。", "菏泽市巨野县龙固大道"),
    ],
)
def test_a_road_that_bears_a_towns_name_is_not_the_town(said: str, address: str) -> None:
    field = drafted("坐席: 什么位置？", f"市民: {said}").address
    assert (field.value or field.candidate) == address


@pytest.mark.parametrize(
    ("lines", "county"),
    [
        (("市民: 我是成武的，家里没暖气。",), "成武县"),
        (("市民: 俺在定陶，问个事。",), "定陶区"),
        (("市民: 我们巨野这边下大雨。",), "巨野县"),
        (("坐席: 您是哪个县的？", "市民: 嗯，郓城。"), "郓城县"),
        (("坐席: 您在哪个区？", "市民: 牡丹的。"), "牡丹区"),
    ],
)
def test_a_county_is_known_without_its_last_syllable_where_it_is_said_to_be_here(
    lines: tuple[str, ...], county: str
) -> None:
    field = drafted(*lines).county
    assert field.value == county
    assert field.confidence >= 0.6


@pytest.mark.parametrize(
    "said", ["今年的牡丹开得好。", "我在牡丹大道。", "我叫李东明。", "我要表扬巨野煤矿。", "我在成武路口。"]
)
def test_a_word_that_is_also_a_countys_short_name_is_no_county(said: str) -> None:
    assert drafted(f"市民: {said}").county.value is None


def test_a_town_named_short_that_villages_elsewhere_are_called_too_is_only_offered() -> None:
    case = drafted("坐席: 什么地方？", "市民: 庄寨。")
    assert case.county.value == "曹县"
    assert case.county.confidence < 0.6
