"""Emergencies in the words of people who are in one, and what only sounds like it."""

import pytest
from drafting_calls import drafted

from domain.words import Urgency


@pytest.mark.parametrize(
    ("said", "hazard"),
    [
        ("俺家厨房着了火，快来人。", "fire"),
        ("楼道里电表箱直冒蓝光。", "fire"),
        ("澡堂子的锅炉炸了。", "fire"),
        ("配电室冒着烟呢。", "fire"),
        ("有个工人触了电，喊他不应。", "live_wire"),
        ("水龙头让电打了我一下，一摸就麻手。", "live_wire"),
        ("西边那栋楼塌了一半。", "collapse"),
        ("工地脚手架倒了。", "collapse"),
        ("有个小孩掉井里了。", "fallen"),
        ("一个老头栽到沟里去了，爬不上来。", "fallen"),
        ("有人掉到河里去了，快点。", "fallen"),
        ("电梯里关着俺娘，按啥都不动。", "trapped"),
        ("孩子卡在防盗窗上了，头出不来。", "trapped"),
        ("三轮车翻沟里了，人压在下面。", "trapped"),
        ("桥底下的水都没到膝盖了。", "deep_water"),
        ("下大雨，地下车库全淹了。", "deep_water"),
        ("俺爹摔了一跤，起不来了。", "ill"),
        ("屋里头疼恶心，怕是煤气。", "ill"),
        ("我闻着煤气了，头疼。", "gas_smell"),
        ("楼顶上有个女的要跳楼。", "self_harm"),
        ("我真不想活了。", "self_harm"),
        ("俺婆婆老年痴呆，走丢一下午了。", "missing"),
        ("孩子放学没回家，到处找不着。", "missing"),
    ],
)
def test_what_cannot_wait_is_an_emergency(said: str, hazard: str) -> None:
    case = drafted(f"市民: {said}")
    assert hazard in (case.hazards.value or ())
    assert case.urgency.value is Urgency.EMERGENCY


@pytest.mark.parametrize(
    "said",
    [
        "我手机掉井里了，能不能帮着捞一下。",
        "孩子的医保卡在哪里办？",
        "孩子社保卡到现在没办下来。",
        "这事真把我气炸了。",
        "跳楼价甩卖的喇叭吵人。",
        "我家狗走丢了。",
        "打着火就灭，是灶的事吧。",
        "我出了点问题，想问问社保。",
        "电话打到人家那里没人接。",
        "他们办事没意思。",
        "没意识到还要交费。",
        "我吃安眠药都睡不着，广场舞太吵。",
        "我们一起坐了火车去的。",
    ],
)
def test_words_that_only_sound_like_danger_raise_nothing(said: str) -> None:
    case = drafted(f"市民: {said}")
    assert case.hazards.value is None
    assert case.urgency.value is not Urgency.EMERGENCY


@pytest.mark.parametrize(
    "said",
    [
        "楼道里给电动车充电，我们都怕着火。",
        "消防车进不来，一旦着火了怎么办。",
        "隔壁上个月着火了，俺这消防栓还没水。",
        "去年俺家着过火，保险到现在不赔。",
        "差点着火，现在没事了。",
        "担心哪天孩子掉河里，能不能装护栏。",
    ],
)
def test_what_is_feared_or_long_past_is_no_danger_now(said: str) -> None:
    case = drafted(f"市民: {said}")
    assert case.hazards.value is None
    assert case.urgency.value is not Urgency.EMERGENCY


@pytest.mark.parametrize(
    "said",
    [
        "我害怕，楼下着火了。",
        "恐怕是着火了，好大的烟。",
        "上个月报过一回，现在又着火了。",
        "我怕是煤气漏了，屋里呛人。",
    ],
)
def test_fear_beside_a_danger_takes_nothing_from_it(said: str) -> None:
    assert drafted(f"市民: {said}").urgency.value is Urgency.EMERGENCY


def test_how_many_houses_are_without_power_tells_an_emergency() -> None:
    assert drafted("市民: 停电了，这一片都没有，五六十户呢。").urgency.value is Urgency.EMERGENCY
    assert drafted("市民: 停电了，就我一户。").urgency.value is Urgency.TIMED
