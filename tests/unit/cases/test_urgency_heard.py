"""Urgency and hazards: keys first, words only raise, denials are heard."""

import pytest
from drafting_calls import drafted, facts

from domain.words import DemandType, Urgency, Utility


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


@pytest.mark.parametrize(
    "said",
    [
        "俺娘七十九了，家里供暖停了三天，她嘴唇发紫，喊不醒。",
        "楼上老太太一个人住，暖气坏了，这两天发高烧，下不了床。",
        "老两口都八十多了，停暖以后冻得不轻，老头喘不上气。",
        "孩子才四个月大，屋里没供暖，夜里烧到三十九度。",
        "我媳妇坐月子呢，地暖不热，娃娃脸冻得发紫。",
        "我姥爷今年八十六，家里冷得像冰窟，他现在迷迷糊糊的，话都说不清。",
        "邻居老汉，九十了，炉子灭了没法取暖，一直说胡话。",
        "小区停热，我爹有哮喘，现在憋气憋得厉害。",
        "刚满月的宝宝，暖气一直没来，冻得直咳嗽，送医院说是肺炎。",
        "村里有位大娘，七十五岁，屋里供热断了，冻僵了站不起来。",
    ],
)
def test_who_is_frail_and_ill_in_the_cold_is_an_emergency(said: str) -> None:
    case = drafted(f"市民: {said}")
    assert case.urgency.value is Urgency.EMERGENCY
    assert {"frail_cold", "frail_ill"} <= set(case.hazards.value or ())
    assert case.type.value is DemandType.HELP


@pytest.mark.parametrize(
    "said",
    [
        "我家暖气片不热，屋里才十六度，俺娘八十二了。",
        "家里有老人，供暖不热，没发烧也没别的事，就是冷。",
        "孩子发烧，想问问医保怎么报销。",
        "老人九十了，高龄补贴怎么申请？",
        "供暖费涨到83了，怎么这么贵？",
        "我父亲七十二岁，想问暖气报停怎么办理。",
        "暖气费交了，孩子上小学报名要什么材料？",
        "暖气阀门起不来，拧不动，我家没有老人。",
    ],
)
def test_who_is_only_cold_or_only_ill_or_only_old_is_none(said: str) -> None:
    assert drafted(f"市民: {said}").urgency.value is not Urgency.EMERGENCY


def test_an_age_makes_frail_a_sum_of_money_does_not() -> None:
    old = drafted("市民: 我隔壁邻居，八十三了，暖气不热。")
    money = drafted("市民: 暖气不热，一平米收八十三块钱，我今年交了六十八块。")
    assert "frail_cold" in (old.hazards.value or ())
    assert money.hazards.value is None


@pytest.mark.parametrize(
    ("said", "leaf"),
    [
        ("沙场旁边的仓库起火了，火势很大，你们快点来。", "火灾"),
        ("快来人，邻居家失火了，里面还有人没出来。", "火灾"),
        ("下大雨涵洞淹了，一辆轿车熄火，司机出不来。", "涉水被困"),
        ("有人掉进河里了，快来救人。", "涉水被困"),
        ("单元门口的电梯卡住了，我妈被困在电梯里。", "电梯故障"),
        ("路边的供暖管道炸了，热水到处喷。", "管线维修"),
    ],
)
def test_whoever_needs_rescue_has_a_category_and_a_unit_and_asks_for_help(said: str, leaf: str) -> None:
    case = drafted(f"市民: 喂，定陶区陈集镇，{said}我投诉过好几次没人管。")
    assert case.category.value is not None
    assert case.category.value[-1] == leaf
    assert case.type.value is DemandType.HELP
    assert case.urgency.value is Urgency.EMERGENCY
    assert case.unit.value


@pytest.mark.parametrize("said", ["我建议多配灭火器，万一着火了怎么办。", "楼道堆满杂物，要是起火跑都跑不出去。"])
def test_a_fire_that_is_only_feared_is_none(said: str) -> None:
    case = drafted(f"市民: {said}")
    assert "fire" not in (case.hazards.value or ())
    assert case.category.value is None or case.category.value[-1] != "火灾"


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
