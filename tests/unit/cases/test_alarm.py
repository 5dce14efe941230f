"""Which drafts are worth an alarm for the shift leader, by the rules that the product ships with."""

import pytest
from drafting_calls import drafted, facts

from cases.draft import alarm_of
from domain.words import Urgency


@pytest.mark.parametrize(
    ("said", "hazard"),
    [
        ("我家厨房有一股煤气味，阀门也关不上。", "gas_smell"),
        ("对面楼着火了，好大的烟。", "fire"),
        ("路边电线断了掉在地上。", "live_wire"),
        ("我妈困在电梯里了。", "trapped"),
        ("自来水管爆了，水都流进家里了。", "flooding"),
        ("停电以后他头晕得厉害，晕倒了。", "ill"),
        ("暖气不热，家里还有老人。", "frail_cold"),
        ("家里暖气冰凉，孩子刚满月，是个婴儿。", "frail_cold"),
    ],
)
def test_each_danger_is_worth_an_alarm_that_names_it_and_its_second(said: str, hazard: str) -> None:
    alarm = alarm_of(drafted("坐席: 您好，请讲。", f"市民: {said}"))
    assert alarm is not None
    assert hazard in alarm.hazards
    assert alarm.second is not None
    assert 2.0 < alarm.second < 8.0
    assert "听到" in alarm.why


def test_an_urgent_case_without_a_hazard_is_worth_an_alarm_that_says_why() -> None:
    case = drafted("市民: 我们整栋楼都停水了，一点水都没有。")
    assert (case.hazards.value, case.urgency.value) == (None, Urgency.EMERGENCY)
    alarm = alarm_of(case)
    assert alarm is not None
    assert (alarm.hazards, alarm.second is None) == ((), False)
    assert "整栋" in alarm.why


@pytest.mark.parametrize(
    "said",
    ["我想咨询一下医保怎么转。", "没有闻到煤气味，就是灶打不着火。", "小区门口路灯不亮好几天了。"],
)
def test_an_ordinary_demand_and_a_danger_denied_are_worth_none(said: str) -> None:
    assert alarm_of(drafted(f"市民: {said}", known=facts())) is None
