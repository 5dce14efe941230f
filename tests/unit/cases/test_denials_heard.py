"""Denials before and after a danger, with the small words that people put between."""

import pytest
from drafting_calls import drafted

from domain.words import Urgency


@pytest.mark.parametrize(
    "said",
    [
        "煤气味一点也没有，就是灶不好使。",
        "煤气味倒是没有。",
        "煤气味，倒是没有。",
        "煤气味儿也没闻到。",
        "闻不到煤气味，就是没气。",
        "没有闻到什么煤气味。",
        "没闻到一点煤气味。",
        "没听说着火。",
        "停电了，也没觉得头晕。",
        "着火倒没发现，就是有点烟味。",
    ],
)
def test_a_denied_danger_is_none_wherever_the_denial_stands(said: str) -> None:
    case = drafted(f"市民: {said}")
    assert case.hazards.value is None
    assert case.urgency.value is not Urgency.EMERGENCY
    assert (case.category.value or ("",))[-1] != "泄漏"


@pytest.mark.parametrize(
    "said",
    [
        "煤气味没散，还是呛人。",
        "有煤气味，没有人管。",
        "煤气味没人来查。",
        "家里没水了，厨房着火了。",
        "着火了，没有水救。",
        "电线掉地上了，一点也没有人管。",
    ],
)
def test_a_denial_of_something_else_leaves_the_danger(said: str) -> None:
    assert drafted(f"市民: {said}").urgency.value is Urgency.EMERGENCY
