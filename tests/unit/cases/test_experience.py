"""What confirmed cases taught lends points to the category rules, and no more."""

from dataclasses import replace

from drafting_calls import bare_rules, facts, play
from pydantic import TypeAdapter

from cases.drafting import Rules, draft
from cases.fields.experience import Experience
from cases.heard import Heard, listen
from domain.words import Urgency

GREEN = ("市政公用", "市政设施", "公园绿化")
STOP = ("市政公用", "供水", "停水")
NEWS = ("秋千坏了没人来修", "秋千散架了真危险", "秋千锈得厉害")
DRY = ("我家停水了一整天", "小区停水了没法做饭", "停水了孩子没法洗澡")


def heard(text: str) -> Heard:
    return listen(play(f"市民: {text}"), bare_rules().dialect, bare_rules().ear)


def taught(weight: float = 4.0) -> Experience:
    return Experience.of([*((heard(text), GREEN) for text in NEWS), *((heard(text), STOP) for text in DRY)], weight)


def experienced(weight: float = 4.0) -> Rules:
    rules = bare_rules()
    return replace(rules, categories=replace(rules.categories, experience=taught(weight)))


def test_words_that_the_rules_do_not_know_find_their_category_once_cases_taught_them() -> None:
    call = play("市民: 那边的秋千倒了。")
    assert draft(call, facts(), bare_rules()).category.value != GREEN
    field = draft(call, facts(), experienced()).category
    assert (field.value, field.span) == (GREEN, None)
    assert "以往确认的同类工单" in field.why


def test_points_are_shared_among_the_categories_and_no_more_than_the_weight() -> None:
    points = taught(4.0).points(heard("秋千坏了"))
    assert points[GREEN] > points[STOP]
    assert 3.99 < sum(points.values()) < 4.01
    assert taught(4.0).points(heard("您好")) == {}


def test_what_the_rules_call_an_emergency_stays_one_whatever_was_taught() -> None:
    call = play("市民: 停水了没法做饭，孩子没法洗澡，水管爆了。")
    case = draft(call, facts(), experienced(20.0))
    assert case.category.value is not None
    assert case.category.value[-1] == "管道爆裂"
    assert case.urgency.value is Urgency.EMERGENCY


def test_no_number_and_nothing_said_in_one_call_only_is_kept() -> None:
    calls = [
        (heard("电话幺三六零五三零幺幺二二，停水了"), STOP),
        (heard("电话幺三六零五三零幺幺二二，停水啦王五爷"), STOP),
    ]
    other = [(heard("秋千"), GREEN)] * 3
    kept = Experience.of([*calls, *other], 1.0).pairs
    assert "停水" in kept
    assert not [pair for pair in kept if set(pair) & set("零三六五二")]
    assert "王五" not in kept


def test_it_survives_json() -> None:
    adapter = TypeAdapter(Experience)
    assert adapter.validate_json(adapter.dump_json(taught())) == taught()
