"""Type, category, utility, reason code and unit from fresh sentences."""

import pytest
from drafting_calls import drafted, facts

from domain.words import DemandType, Utility


@pytest.mark.parametrize(
    ("said", "leaf"),
    [
        ("我们家从早上就停水了，一滴水都没有。", "停水"),
        ("马路上的自来水管子让挖掘机挖断了，水哗哗地往外冒。", "管道爆裂"),
        ("自来水发黄，还有一股怪味，根本不能喝。", "水质"),
        ("六楼水压太低，水流很小，热水器都打不着。", "水压低"),
        ("门口水表井一直漏水，都淌到路上了。", "管道漏水"),
        ("整个村都没电了，变压器冒了一阵烟。", "故障停电"),
        ("高压线断了，耷拉到地上，小孩都在那玩。", "线路隐患"),
        ("厨房里有股臭鸡蛋味，是不是煤气漏了。", "泄漏"),
        ("家里没气了，灶打不着火，也没通知。", "停气"),
        ("暖气片不热，屋里才十五度。", "温度不达标"),
        ("取暖费早交了，到现在还没供暖。", "未按时供热"),
        ("暖气管漏水，把地板都泡了。", "管线维修"),
        ("村里的路灯坏了半年了。", "路灯"),
        ("路中间井盖没了，太危险。", "井盖"),
        ("门口乱停车，人行道都让车占满了。", "违法停车"),
        ("红绿灯坏了，路口乱成一团。", "交通信号"),
        ("工地半夜施工，打桩的声音吵得人睡不着。", "施工噪声"),
        ("楼下广场舞音响太吵，扰民。", "夜间扰民"),
        ("有人在地里烧秸秆，浓烟呛得受不了。", "大气污染"),
        ("养猪场的污水直接排到河里，河水又黑又臭。", "水污染"),
        ("小区垃圾桶满了好几天没人清运。", "垃圾清运"),
        ("卖菜的占道经营，车都过不去。", "占道经营"),
        ("邻居私搭乱建，把楼顶都盖上了。", "违法建设"),
        ("流浪狗咬人了，没人管。", "犬只管理"),
        ("电梯坏了一个星期，老人上不去楼。", "电梯故障"),
        ("开发商延期交房两年了。", "延期交房"),
        ("包工头拖欠工资不给，干了半年活。", "拖欠工资"),
        ("我想咨询养老保险怎么补缴。", "社会保险"),
        ("孩子上小学报名需要什么材料？", "入学咨询"),
        ("医保异地就医怎么报销？", "医保"),
        ("健身房办卡之后老板跑路了，不退钱。", "消费维权"),
        ("超市卖过期食品。", "食品安全"),
        ("承包地确权怎么办？", "土地与承包"),
        ("低保怎么申请？", "社会救助"),
        ("身份证丢了怎么补办？", "户籍证件"),
        ("快递不送上门，驿站还乱收费。", "快递物流"),
        ("我要表扬120的大夫，特别负责。", "表扬感谢"),
        ("我打电话是想夸夸公交车司机，他把我妈送到医院，还给垫了钱。", "表扬感谢"),
        ("新换的气表，旧表里剩的余额怎么办，还有气卡在哪充值？", "安装与气费"),
        ("电梯停用一个月了，物业费年年交，维修基金也有，就是不修。", "电梯故障"),
        ("我提个建议，广福街路口的绿灯太短，加个左转灯吧。", "交通信号"),
        ("我提个建议，能不能把办事流程都印出来。", "建言献策"),
        ("办事大厅工作人员态度恶劣，来回推诿。", "作风效能"),
    ],
)
def test_what_the_call_is_about_finds_its_leaf(said: str, leaf: str) -> None:
    field = drafted(f"市民: 你好，我反映个事。{said}").category
    assert field.value is not None
    assert field.value[-1] == leaf
    assert field.span is not None


def test_without_a_word_of_any_category_the_field_stays_empty() -> None:
    field = drafted("市民: 喂，你好，听得见吗？").category
    assert field.value is None
    assert field.confidence == 0.0


def test_a_misheard_long_cue_is_found_by_sound_and_says_so() -> None:
    field = drafted("市民: 我家的暖汽片一直不热。").category
    assert field.value is not None
    assert field.value[-1] == "温度不达标"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("我想咨询一下公积金怎么提取。", DemandType.INQUIRY),
        ("我要投诉小区物业。", DemandType.COMPLAINT),
        ("我要举报有人偷排污水。", DemandType.REPORT),
        ("我提个建议，路口能不能增设一个红绿灯。", DemandType.SUGGESTION),
        ("我要表扬一位公交司机。", DemandType.PRAISE),
        ("我要撤单，问题已经解决了。", DemandType.WITHDRAWAL),
        ("我家没水了，麻烦快来人看看。", DemandType.HELP),
        ("反映过三次了，一直没人管。", DemandType.COMPLAINT),
    ],
)
def test_the_demand_type_follows_the_citizens_words(said: str, kind: DemandType) -> None:
    assert drafted(f"市民: {said}").type.value is kind


def test_the_key_pressed_decides_the_utility() -> None:
    case = drafted("市民: 喂，我这边出事了。", known=facts(keys="91", utility=Utility.WATER, emergency=True))
    assert case.utility.value is Utility.WATER
    assert case.utility.confidence >= 0.95
    assert "按键" in case.utility.why


def test_a_key_that_the_words_contradict_stays_but_is_doubted() -> None:
    case = drafted("市民: 我家停电了，没电。", known=facts(keys="91", utility=Utility.WATER, emergency=True))
    assert case.utility.value is Utility.WATER
    assert case.utility.confidence <= 0.6
    assert "供电" in case.utility.why
    assert case.reason_code.value is None


@pytest.mark.parametrize(
    ("said", "utility", "reason"),
    [
        ("暖气片不热，屋里才十五度。", Utility.HEAT, "温度不达标"),
        ("到现在还没供暖。", Utility.HEAT, "未按时供热"),
        ("暖气管漏水了。", Utility.HEAT, "管线维修"),
        ("家里停水了。", Utility.WATER, "停水"),
    ],
)
def test_the_reason_code_belongs_to_the_utility(said: str, utility: Utility, reason: str) -> None:
    case = drafted(f"市民: {said}")
    assert (case.utility.value, case.reason_code.value) == (utility, reason)


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ("牡丹区和平路停水了。", "市供水公司"),
        ("曹县磐石街道停水了。", "曹县供水公司"),
        ("成武县这边停电了。", "国网成武县供电公司"),
        ("定陶区马集镇门口乱停车，违停。", "定陶区公安分局交警大队"),
        ("单县张集镇门口乱停车，违停。", "单县公安局交警大队"),
        ("单县的公积金怎么提取？", "市住房公积金中心"),
        ("我要表扬牡丹区供水公司，停水了马上来修。", "市供水公司"),
    ],
)
def test_the_unit_follows_the_dispatch_table(said: str, unit: str) -> None:
    field = drafted(f"市民: {said}").unit
    assert field.value == unit
    assert field.why


def test_no_unit_without_the_county_it_depends_on() -> None:
    field = drafted("市民: 孩子上小学怎么报名？").unit
    assert field.value is None
    assert "县区" in field.why
