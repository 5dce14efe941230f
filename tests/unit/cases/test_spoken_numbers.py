"""Telephone numbers as citizens say them, and as recognisers write them."""

import pytest
from drafting_calls import drafted, facts


def number(*lines: str, ani: str | None = "05305550100") -> tuple[str | None, float]:
    field = drafted(*lines, known=facts(ani=ani)).heard_number
    return field.value, field.confidence


@pytest.mark.parametrize(
    "said",
    [
        "我电话是13605301122。",
        "我电话是幺三六,零五三零,幺幺二二。",
        "电话136 0530 1122",
        "手机号一三六零五三零一一二二",
        "电话幺三六零五三零、幺幺二二",
        "联系电话是136-0530-1122，谢谢",
        "电话要三六零五三零药药二二",
        "你记一下，一三六，零五三零，一一二二，对。",
        "电话是136，嗯，0530，1122。",
        "136，0530，哎，1122。",
        "一三六呃零五三零啊一一二二",
    ],
)
def test_a_mobile_number_is_read_however_it_is_spoken(said: str) -> None:
    value, confidence = number("坐席: 您的电话是多少？", f"市民: {said}")
    assert value == "13605301122"
    assert confidence <= 0.75


def test_digits_misheard_cost_confidence() -> None:
    _, clean = number("市民: 电话幺三六零五三零幺幺二二")
    _, misheard = number("市民: 电话幺三六零五三零药药二二")
    assert misheard < clean


def test_a_number_that_the_agent_reads_back_alike_is_surer_than_one_that_nobody_repeats() -> None:
    once = number("市民: 电话13605301122。")
    twice = number("市民: 电话13605301122。", "坐席: 我重复一下，13605301122，对吗？", "市民: 对。")
    assert once[0] == twice[0] == "13605301122"
    assert once[1] < 0.8 < twice[1]


def test_a_number_that_the_agent_reads_back_otherwise_is_hardly_believed() -> None:
    _, confidence = number("市民: 电话13605301122。", "坐席: 13605301123是吧？", "市民: 嗯。")
    assert confidence <= 0.3


def test_the_last_four_digits_read_back_help_a_little() -> None:
    _, without = number("市民: 电话13605301122。")
    _, confidence = number("市民: 电话13605301122。", "坐席: 尾号1122对吧？", "市民: 对。")
    assert without < confidence <= 0.8


def test_the_callers_own_number_spoken_aloud_is_nearly_certain() -> None:
    value, confidence = number("市民: 电话13605301122。", ani="13605301122")
    assert value == "13605301122"
    assert confidence >= 0.95


def test_what_the_citizen_takes_back_is_not_kept() -> None:
    value, _ = number("市民: 电话13605301122，不对，是13605301188。")
    assert value == "13605301188"


def test_a_correction_of_the_last_digits_replaces_only_them() -> None:
    value, confidence = number("市民: 电话13605301122，说错了，后面是1188。")
    assert value == "13605301188"
    assert confidence < 0.6


def test_a_number_corrected_and_then_said_again_whole_is_as_sure_as_any() -> None:
    plain = number("市民: 电话13605301122。")
    again = number("市民: 电话13605301182，说错了，末尾是22，13605301122。")
    assert again == plain


def test_a_number_broken_by_the_agents_hm_is_joined() -> None:
    value, _ = number("市民: 电话幺三六，零五三零", "坐席: 嗯。", "市民: 幺幺二二。")
    assert value == "13605301122"


def test_a_number_said_twice_is_one_number() -> None:
    value, _ = number("市民: 幺三六零五三零幺幺二二，幺三六零五三零幺幺二二。")
    assert value == "13605301122"


def test_two_different_numbers_are_both_doubtful() -> None:
    _, confidence = number("市民: 店里电话15006601234，我的电话13605301122。")
    assert confidence <= 0.45


def test_a_landline_with_its_area_code_is_read() -> None:
    assert number("市民: 电话是零五三零，五五五，零幺零零。")[0] == "05305550100"


@pytest.mark.parametrize(
    "said",
    [
        "我之前的工单号是20251101003344。",
        "身份证号372901198001011234。",
        "电话是136053011。",
        "电话是12605301122。",
        "我卡号是6222021602011234567。",
        "一共欠了一百二十三万四千五百元。",
        "家里就我一个人，三楼四楼五楼都没水。",
        "我是二零一九年十月搬来的，一直到二零二五年。",
        "拨打12345或者120都行。",
    ],
)
def test_other_numbers_are_no_telephone_numbers(said: str) -> None:
    assert number(f"市民: {said}") == (None, 0.0)


def test_a_number_that_only_the_agent_says_is_not_the_citizens() -> None:
    assert number("坐席: 您可以拨打13605301122咨询。", "市民: 我记一下。")[0] is None


def test_a_number_that_the_agent_reads_from_an_older_case_counts_once_the_citizen_agrees() -> None:
    value, confidence = number("坐席: 您的电话还是13605301122吗？", "市民: 对，没变。")
    assert value == "13605301122"
    assert confidence <= 0.75


def test_a_number_that_the_citizen_denies_does_not_count() -> None:
    assert number("坐席: 您的电话还是13605301122吗？", "市民: 不是，换了。")[0] is None


def test_the_citizen_may_mean_the_number_that_is_calling() -> None:
    field = drafted("坐席: 您留个电话？", "市民: 就这个号码就行。").heard_number
    assert field.value is None
    assert "来电号码" in field.why


def test_the_call_back_number_is_the_callers_own_whatever_was_said() -> None:
    field = drafted("市民: 电话13605301122。", known=facts(ani="15006601234")).callback_number
    assert (field.value, field.confidence, field.why) == ("15006601234", 1.0, "来电号码")


def test_a_withheld_number_leaves_the_call_back_number_empty() -> None:
    field = drafted("市民: 电话13605301122。", known=facts(ani=None)).callback_number
    assert field.value is None
    assert field.why == "来电未显示号码"


def test_the_span_holds_the_words_as_they_were_recognised() -> None:
    span = drafted("市民: 我的电话要三六零五三零药药二二。").heard_number.span
    assert span is not None
    assert span.text == "要三六零五三零药药二二"
    assert 0.9 < span.start < span.end < 5.0


def test_last_digits_put_right_and_then_the_whole_number_again_are_the_whole_number() -> None:
    value, confidence = number("市民: 电话幺三六零五三零幺幺二二，不对，幺幺八八，幺三六零五三零幺幺八八。")
    assert value == "13605301188"
    assert confidence >= 0.6


@pytest.mark.parametrize("said", ["座机是五五五零幺零零。", "固话2345678", "你打我家座机，五五五零幺零零。"])
def test_a_landline_without_its_area_code_is_read_where_it_is_said_to_be_one(said: str) -> None:
    assert len(number(f"市民: {said}")[0] or "") == 7


@pytest.mark.parametrize(
    "said",
    ["老板电话幺五零六六零零幺二三四。", "幺五零六六零零幺二三四是他的电话，我就不留了。", "对方手机15066001234。"],
)
def test_a_number_that_is_said_to_be_somebody_elses_is_hardly_believed(said: str) -> None:
    value, confidence = number(f"市民: {said}")
    assert value == "15066001234"
    assert confidence <= 0.2


@pytest.mark.parametrize(
    "said", ["物业不管，我电话15066001234。", "在公司上班，电话15066001234。", "15066001234是我的电话。"]
)
def test_somebody_else_named_beside_ones_own_number_takes_nothing_from_it(said: str) -> None:
    assert number(f"市民: {said}")[1] >= 0.6
