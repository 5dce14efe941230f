"""Title and description in the hotline's written style."""

import pytest
from drafting_calls import drafted, facts, shipped_rules

from domain.words import Utility

STORY = (
    "坐席: 您好，菏泽12345，请讲。",
    "市民: 喂，你好，我要反映一下，我家从昨天晚上十点就没水了，一滴水都没有。",
    "坐席: 地址是哪里？",
    "市民: 单县北城街道阳光花园十二号楼。",
    "坐席: 您贵姓，电话多少？",
    "市民: 我姓郑，郑海涛，电话13605301122，希望你们尽快来修，谢谢啊。",
    "坐席: 好的郑先生。",
)


def test_the_title_says_where_and_what() -> None:
    assert drafted(*STORY).title.value == "单县阳光花园停水"


def test_the_description_tells_the_matter_in_the_citizens_words() -> None:
    text = drafted(*STORY).description.value
    assert text is not None
    assert text.startswith("市民反映：菏泽市单县北城街道阳光花园12号楼，")
    assert "市民家从11月23日22时就没水了" in text
    assert text.endswith("要求尽快来修。")


def test_the_description_leaves_out_greetings_names_and_numbers() -> None:
    text = drafted(*STORY).description.value or ""
    for left_out in ("你好", "谢谢", "郑海涛", "13605301122", "贵姓"):
        assert left_out not in text


def test_nothing_the_agent_said_stands_in_the_description() -> None:
    text = drafted("市民: 路灯坏了半年了。", "坐席: 我给您转城管局处理。").description.value or ""
    assert "路灯坏了半年了" in text
    assert "转城管局" not in text


def test_where_no_wish_was_said_the_categorys_usual_one_is_written() -> None:
    assert (drafted("市民: 我家停水了。").description.value or "").endswith("要求尽快抢修、恢复供水。")


def test_questions_complaints_and_praise_open_as_such() -> None:
    assert (drafted("市民: 我想咨询公积金怎么提取。").description.value or "").startswith("市民咨询：")
    assert (drafted("市民: 我要投诉物业，垃圾没人管。").description.value or "").startswith("市民投诉：")
    assert (drafted("市民: 我要表扬一位公交司机，特别负责。").description.value or "").startswith("市民来电表扬：")


def test_an_older_case_number_is_named() -> None:
    text = drafted("市民: 我之前的工单号是20251101003344，路灯到现在没人管。").description.value or ""
    assert "原工单20251101003344" in text


def test_misheard_places_are_written_as_they_are_spelt() -> None:
    text = drafted("坐席: 您在哪个县？", "市民: 我这是善线北城接到这边路灯坏了没人修。").description.value or ""
    assert "单县北城街道" in text
    assert "善线" not in text


def test_a_long_story_is_cut_at_a_pause() -> None:
    long = "，".join(f"第{n}天邻居家的狗又叫了一整夜没人管" for n in range(1, 41))
    text = drafted(f"市民: {long}。").description.value or ""
    assert len(text) <= 280
    assert "……" in text


def test_a_call_in_which_nothing_was_heard_says_so_and_keeps_what_is_known() -> None:
    case = drafted(known=facts(ani="13605301122", keys="91", utility=Utility.WATER, emergency=True))
    assert "没有听到" in (case.description.value or "")
    assert case.callback_number.value == "13605301122"
    assert case.utility.value is Utility.WATER
    empty = (case.type, case.category, case.county, case.address, case.heard_number, case.caller_name, case.unit)
    assert all(field.value is None for field in (*empty, case.happened, case.hazards, case.reason_code))
    assert (case.title.value, case.title.why) == ("未听清的来电", "录音里没有讲话")


def test_a_call_in_which_only_the_agent_was_heard_is_no_story() -> None:
    case = drafted("坐席: 您好，请讲。", "坐席: 喂，您好，听得到吗？")
    assert case.type.value is None
    assert "没有听到" in (case.description.value or "")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("他妈的三天没水了也没人管", "三天没水了也没人管"),
        ("你们这帮王八蛋把我家的水停了三天", "把市民家的水停了三天"),
        ("物业那群饭桶三天了也修不好水管", "三天了也修不好水管"),
    ],
)
def test_swearing_stays_out_of_the_description_and_the_matter_in(said: str, written: str) -> None:
    swearing = ("市民: 你们都是混蛋，傻逼，草泥马！", f"市民: {said}，牡丹区花都新城停水了。")
    case = drafted("坐席: 您好，请讲。", *swearing)
    assert case.category.value is not None
    assert case.category.value[-1] == "停水"
    assert case.description.value is not None
    assert written in case.description.value
    whole = f"{case.title.value}{case.description.value}"
    assert not [word for word in shipped_rules().wording.config.abuse if word in whole]


@pytest.mark.parametrize(
    "said", ["他妈住院了没人照顾", "我妈的医保卡丢了", "拆下来的建筑废物堆在路口", "他说活不下去想去死"]
)
def test_what_only_sounds_like_swearing_stays_in_the_description(said: str) -> None:
    case = drafted(f"市民: {said}。")
    assert case.description.value is not None
    assert said[-6:] in case.description.value


def test_of_a_call_that_is_nothing_but_abuse_the_draft_says_only_that_nothing_was_told() -> None:
    case = drafted("坐席: 您好，请讲。", "市民: 你他妈的就是个傻逼，你们这帮王八蛋，狗屁！")
    assert case.description.value is not None
    assert case.description.value.startswith("录音中没有听到可辨认的讲话")
    assert case.title.value is not None


def test_a_stammer_is_written_once() -> None:
    text = drafted("市民: 我我我我家停水了。").description.value or ""
    assert "其其" not in text
