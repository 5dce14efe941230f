"""Matters said in few words: category, utility, urgency and type as citizens put them."""

import pytest
from drafting_calls import drafted, shipped_rules

from cases.rules import Guess
from domain.words import DemandType, Urgency, Utility


@pytest.mark.parametrize(
    "said",
    [
        "俺家暖气管子崩了，屋里全是热水，关不住。",
        "暖气上的接头掉了，热水呲得满屋都是。",
        "暖气裂了，热水都淌到楼下去了。",
    ],
)
def test_hot_water_from_a_burst_radiator_is_an_emergency_of_heat(said: str) -> None:
    case = drafted(f"市民: {said}")
    assert (case.category.value or ("",))[-1] == "管线维修"
    assert case.utility.value is Utility.HEAT
    assert case.urgency.value is Urgency.EMERGENCY
    assert "flooding" in (case.hazards.value or ())


def test_a_dripping_radiator_can_wait_its_time() -> None:
    assert drafted("市民: 暖气片有点漏，滴滴答答的。").urgency.value is Urgency.TIMED


def test_words_tell_a_utility_where_no_category_does() -> None:
    case = drafted("市民: 我家暖气有点毛病。")
    assert case.category.value is None
    assert case.utility.value is Utility.HEAT
    assert case.utility.confidence <= 0.6


def test_a_matter_of_no_utility_gets_none_from_a_word_in_passing() -> None:
    assert drafted("市民: 我问问公积金，刚才停电了没打成。").utility.value is not Utility.HEAT
    assert drafted("市民: 我想咨询公积金怎么提取，我在供暖公司上班。").utility.value is None


def test_the_heating_fee_is_not_the_gas_fee_inside_its_name() -> None:
    paid = drafted("市民: 暖气费早交了，家里没暖气。")
    assert paid.utility.value is Utility.HEAT
    assert (drafted("市民: 这个月的气费怎么交？").category.value or ("",))[-1] == "安装与气费"
    assert (drafted("市民: 暖气费能不能退？").category.value or ("",))[-1] == "供热收费与报停"


@pytest.mark.parametrize(
    ("said", "leaf"),
    [
        ("包工头欠我们八个人三万多块钱，拖到现在。", "拖欠工资"),
        ("夜里有人偷我电动车。", "社会治安"),
        ("水表不走字了，是不是坏了。", "水费与报装"),
        ("电表转得太快，一个月两百。", "电费与报装"),
        ("俺这儿天然气啥时候通？", "安装与气费"),
        ("液化气罐到期了不给换。", "安装与气费"),
        ("人行道的砖翘起来了，绊人。", "道路破损"),
        ("小区停车位不够，天天抢。", "物业服务"),
        ("楼下能不能装充电桩？", "物业服务"),
        ("屋檐下有个大马蜂窝。", "社会救援"),
        ("有人在河里电鱼。", "农资与养殖"),
        ("村头养鸡场臭得开不了窗。", "大气污染"),
    ],
)
def test_few_words_find_their_leaf(said: str, leaf: str) -> None:
    assert (drafted(f"市民: {said}").category.value or ("",))[-1] == leaf


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("低保评得不公平，有车的都吃低保。", DemandType.COMPLAINT),
        ("俺的宅基地让邻居占了一米。", DemandType.COMPLAINT),
        ("买的牛奶坏了，要退一赔十。", DemandType.COMPLAINT),
        ("老板欠我工钱不给。", DemandType.COMPLAINT),
        ("低保怎么申请？", DemandType.INQUIRY),
        ("今天停电到几点？", DemandType.INQUIRY),
        ("不好意思，打错了。", DemandType.INVALID),
        ("哎呀拨错号了。", DemandType.INVALID),
        ("没啥事，陪我聊聊天呗。", DemandType.NUISANCE),
    ],
)
def test_the_type_is_what_the_citizen_wants(said: str, kind: DemandType) -> None:
    assert drafted(f"市民: {said}").type.value is kind


@pytest.mark.parametrize(
    "said", ["电费打错账户了。", "他妈的停水三天了。", "我老接到骚扰电话。", "楼塌了，他妈的快来人。"]
)
def test_a_call_with_a_matter_is_neither_invalid_nor_nuisance(said: str) -> None:
    assert drafted(f"市民: {said}").type.value not in (DemandType.INVALID, DemandType.NUISANCE)


def test_a_type_that_only_its_category_tells_is_never_sure() -> None:
    field = drafted("市民: 养老保险的事。").type
    assert field.value is DemandType.INQUIRY
    assert shipped_rules().trust.settle(Guess.TYPE, field).confidence < 0.8
