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
