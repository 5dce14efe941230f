"""What the agent asks is a matter only where the citizen says yes to it."""

import pytest
from drafting_calls import drafted

from domain.words import Urgency


@pytest.mark.parametrize(
    "lines",
    [
        ("坐席: 您闻到煤气味了吗？", "市民: 没有。"),
        ("坐席: 有没有闻到煤气味", "市民: 没。"),
        ("坐席: 您闻到煤气味了吗？",),
        ("坐席: 是家里漏水还是停电？",),
        ("坐席: 是家里漏水还是停电？", "市民: 是。"),
    ],
)
def test_a_question_alone_is_no_matter(lines: tuple[str, ...]) -> None:
    case = drafted(*lines)
    assert case.category.value is None
    assert case.urgency.value is Urgency.ORDINARY


def test_a_no_leaves_the_citizens_own_matter() -> None:
    case = drafted("市民: 我问问燃气公司的电话。", "坐席: 您是闻到燃气味了吗？", "市民: 不是，我想报装。")
    assert (case.category.value or ("",))[-1] == "安装与气费"
    assert case.urgency.value is Urgency.ORDINARY


def test_a_yes_makes_the_agents_words_the_matter() -> None:
    case = drafted("坐席: 是自来水管爆了吗？", "市民: 对，你们快来。")
    assert case.category.value is not None
    assert case.category.value[-1] == "管道爆裂"


def test_a_choice_is_decided_by_the_citizens_own_word() -> None:
    case = drafted("坐席: 是家里漏水还是停电？", "市民: 漏水，水管漏了。")
    assert case.category.value is not None
    assert case.category.value[-1] == "管道漏水"


def test_people_in_a_lift_are_heard_in_the_answer() -> None:
    assert "trapped" in (drafted("坐席: 里面困着人吗？", "市民: 有俩人呢。").hazards.value or ())
    assert drafted("坐席: 里面困着人吗？", "市民: 没有，空的。").hazards.value is None


def test_a_question_that_takes_the_matter_for_granted_counts() -> None:
    case = drafted("坐席: 您家是从什么时候停的水，停水多久了？", "市民: 早上。")
    assert case.category.value is not None
    assert case.category.value[-1] == "停水"
