"""The caller's name: said, asked for, confirmed; never somebody else's."""

import pytest
from drafting_calls import drafted


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["坐席: 您贵姓？", "市民: 免贵姓郑，郑海涛。"], "郑海涛"),
        (["坐席: 怎么称呼您？", "市民: 我叫宋丽华，电话13605301122。"], "宋丽华"),
        (["市民: 我姓何，叫何建军。"], "何建军"),
        (["坐席: 您的姓名？", "市民: 田秀英。"], "田秀英"),
        (["市民: 我叫欧阳明。"], "欧阳明"),
        (["市民: 我姓郑。", "坐席: 好的郑女士，马上为您转办。"], "郑女士"),
        (["市民: 我姓郑。"], "郑"),
        (["市民: 我姓郑郑海涛电话13605301122"], "郑海涛"),
    ],
)
def test_names_are_heard(lines: list[str], name: str) -> None:
    assert drafted(*lines).caller_name.value == name


@pytest.mark.parametrize(
    "said",
    [
        "包工头姓马，电话不接。",
        "来的师傅姓郭，特别负责。",
        "那个老板叫张大力。",
        "我叫了好几次师傅都没人来。",
        "我要举报一个姓刘的。",
    ],
)
def test_other_peoples_names_are_not_the_callers(said: str) -> None:
    assert drafted(f"市民: {said}").caller_name.value is None


def test_a_name_that_agent_and_citizen_share_is_surer() -> None:
    alone = drafted("市民: 我叫宋丽华。").caller_name
    agreed = drafted("市民: 我叫宋丽华。", "坐席: 好的宋女士。").caller_name
    assert alone.confidence < agreed.confidence <= 0.75


def test_a_surname_written_otherwise_becomes_the_usual_one_with_little_confidence() -> None:
    field = drafted("市民: 我姓网。").caller_name
    assert field.value == "王"
    assert field.confidence <= 0.4


@pytest.mark.parametrize(
    ("asked", "answer", "surname"),
    [
        ("您贵姓？", "李。", "李"),
        ("贵姓？", "免贵，王。", "王"),
        ("您贵姓？", "弓长张。", "张"),
        ("怎么称呼？", "李，木子李。", "李"),
        ("怎么称呼您？", "叫我小孙就行。", "孙"),
        ("您的姓名和电话？", "庞，幺五三五四四二二三三四。", "庞"),
        ("您贵姓？", "我姓种。", "种"),
    ],
)
def test_a_surname_alone_is_an_answer(asked: str, answer: str, surname: str) -> None:
    assert drafted(f"坐席: {asked}", f"市民: {answer}").caller_name.value == surname


@pytest.mark.parametrize("answer", ["成。", "我姓啥不重要。", "你管我姓什么。", "不想说。", "对。", "高。"])
def test_another_answer_is_no_surname(answer: str) -> None:
    assert drafted("坐席: 您贵姓？", f"市民: {answer}").caller_name.value is None
