"""Urgency and hazards: keys first, words only raise, denials are heard."""

import pytest
from drafting_calls import drafted, facts

from domain.words import Urgency, Utility


@pytest.mark.parametrize(
    ("said", "hazard"),
    [
        ("楼道里有煤气味。", "gas_smell"),
        ("我闻到一股天然气的味儿，特别冲。", "gas_smell"),
        ("配电箱着火了。", "fire"),
        ("电线断了掉在路上。", "live_wire"),
        ("我母亲被困在电梯里。", "trapped"),
        ("自来水管爆了，水都灌进屋里了。", "flooding"),
        ("我妈头晕，喘不上气，家里烧着煤气。", "ill"),
        ("停电了，我爸还靠呼吸机呢。", "medical_device"),
        ("路面塌了一个大洞。", "collapse"),
    ],
)
def test_dangers_are_heard_and_make_the_call_urgent(said: str, hazard: str) -> None:
    case = drafted(f"市民: {said}")
    assert hazard in (case.hazards.value or ())
    assert case.urgency.value is Urgency.EMERGENCY
    assert case.hazards.span is not None


@pytest.mark.parametrize(
    "said",
    [
        "没有闻到煤气味，就是打不着火。",
        "我家没气了，没闻到燃气味。",
        "没有着火，也没有冒烟，就是跳闸了。",
        "煤气味倒没有，就是火小。",
    ],
)
def test_what_is_denied_is_no_danger(said: str) -> None:
    assert drafted(f"市民: {said}").hazards.value is None


def test_nobody_coming_is_no_denial() -> None:
    assert "live_wire" in (drafted("市民: 没有人管电线掉下来了都。").hazards.value or ())


def test_the_agents_question_is_no_danger_by_itself() -> None:
    assert drafted("坐席: 有没有闻到煤气味？", "市民: 没有，就是停气了。").hazards.value is None


def test_a_yes_to_the_agents_question_counts_with_less_confidence() -> None:
    field = drafted("坐席: 有没有闻到煤气味？", "市民: 有，挺大的。").hazards
    assert field.value == ("gas_smell",)
    assert field.confidence <= 0.6


def test_an_old_person_counts_in_a_cold_flat_only() -> None:
    cold = drafted("市民: 家里有老人，暖气片不热。")
    other = drafted("市民: 家里有老人，想问问老年卡怎么办。")
    assert "frail_cold" in (cold.hazards.value or ())
    assert cold.urgency.value is Urgency.TIMED
    assert other.hazards.value is None


def test_the_emergency_key_decides_whatever_is_said() -> None:
    case = drafted("市民: 我就想问问水费。", known=facts(keys="91", utility=Utility.WATER, emergency=True))
    assert case.urgency.value is Urgency.EMERGENCY
    assert "91" in case.urgency.why


def test_a_message_left_after_the_emergency_route_is_urgent_even_when_nothing_can_be_made_of_it() -> None:
    case = drafted(known=facts(keys="9", emergency=True, message=True))
    assert case.urgency.value is Urgency.EMERGENCY
    assert "留言" in case.urgency.why


def test_a_whole_building_without_water_is_an_emergency_one_tap_is_not() -> None:
    assert drafted("市民: 整栋楼都没水了。").urgency.value is Urgency.EMERGENCY
    assert drafted("市民: 我家没水了。").urgency.value is Urgency.TIMED


def test_an_ordinary_question_stays_ordinary() -> None:
    assert drafted("市民: 我想咨询公积金怎么提取。").urgency.value is Urgency.ORDINARY
