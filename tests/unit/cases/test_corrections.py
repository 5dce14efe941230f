"""A citizen who puts himself right: the draft holds what he meant, and says that he did."""

import pytest
from drafting_calls import drafted, play, shipped_rules

from cases.draft import DraftCase

GREETING = "坐席: 您好，请讲。"


def value(case: DraftCase, field: str) -> str:
    return str(getattr(case, field).value)


@pytest.mark.parametrize(
    ("said", "field", "meant", "wrong"),
    [
        ("牡丹区花都新城6号楼，不对，是8号楼3单元没水了", "address", "花都新城8号楼3单元", "6号楼"),
        ("牡丹区花都新城6号楼2单元，说错了，3单元没水了", "address", "花都新城6号楼3单元", "2单元"),
        ("我住花都新城，不对，是丽都花园，6号楼没水了", "address", "丽都花园6号楼", "花都新城"),
        ("我住牡丹区，不对，应该是定陶区，停电了", "county", "定陶区", "牡丹区"),
        ("昨天停的水，不对，是前天晚上停的水", "happened", "2025-11-22", "2025-11-23"),
        ("没水了，我姓王，不对，我姓张", "caller_name", "张", "王"),
        ("没水了，我叫李秀梅，不对，是李秀兰", "caller_name", "李秀兰", "李秀梅"),
        ("没水了，电话13853067219，不对，是13853067218", "heard_number", "13853067218", "13853067219"),
    ],
)
def test_what_is_taken_back_is_in_no_field(said: str, field: str, meant: str, wrong: str) -> None:
    case = drafted(GREETING, f"市民: {said}。")
    assert meant in value(case, field)
    assert wrong not in value(case, field)
    assert wrong not in value(case, "description")


def test_a_correction_of_what_the_agent_repeated_counts_too_and_the_draft_says_so() -> None:
    case = drafted(
        GREETING,
        "市民: 牡丹区花都新城6号楼没水了。",
        "坐席: 花都新城6号楼是吧？",
        "市民: 不对，是8号楼，一点水都没有。",
    )
    assert value(case, "address").endswith("花都新城8号楼")
    assert "市民更正过“6号楼”" in case.description.why


@pytest.mark.parametrize(
    "said",
    [
        "不是6号楼停水，是我们整个小区停水",
        "物业说的不对，6号楼没有修过",
        "这样收费不对，3号楼和6号楼都不一样",
        "我反映的不是路灯，是下水道",
    ],
)
def test_a_not_that_takes_nothing_back_changes_nothing(said: str) -> None:
    heard = play(GREETING, f"市民: 牡丹区花都新城，{said}。")
    assert shipped_rules().corrections.applied(heard) == (heard, ())
