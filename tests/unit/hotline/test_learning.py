"""Learning from calls: judged on calls left out, words taken only where they find more than the rules alone."""

import random
from dataclasses import replace

import pytest
from drafting_calls import bare_rules, facts, play
from shipped_config import ROOT

from cases.draft import Field
from cases.drafting import draft
from cases.rules import Guess
from hotline.checked import read
from hotline.learning import LearningConfig, Learnt, learn
from hotline.lessons import Lesson
from scoring.confirmed import truth_of
from scoring.names import TruthNames

GREEN = ("市政公用", "市政设施", "公园绿化")
STOP = ("市政公用", "供水", "停水")
BUS = ("交通", "公共交通")
OPENINGS = ("你好，", "喂，", "我想说一下，", "就是，", "麻烦你，", "同志，")
PLACES = ("单县", "曹县", "郓城县", "东明县", "巨野县")
CONFIG = LearningConfig(
    fewest_calls=10, newest=100, pooled_weight=20, field_weight=10, fewest_calls_for_words=20, word_weights=(1, 2, 4)
)
NAMES = read(ROOT / "config/scoring.yaml").build(TruthNames)


def lesson(number: int, text: str, category: tuple[str, ...]) -> Lesson:
    """Return a call whose category a person corrected, all else left as drafted."""
    known = replace(facts(), linkedid=f"heze1-{number}.1")
    heard = play("坐席: 您好，请讲。", f"市民: {text}")
    case = replace(draft(heard, known, bare_rules()), category=Field(category, 1.0))
    return Lesson(truth_of(case, known, heard, NAMES), heard, known)


def calls(said: dict[str, tuple[str, ...]], count: int = 40) -> list[Lesson]:
    chance = random.Random(12345)  # noqa: S311
    texts = list(said)
    made = []
    for number in range(count):
        text = texts[number % len(texts)]
        line = f"{chance.choice(OPENINGS)}在{chance.choice(PLACES)}，{text}。"
        made.append(lesson(number, line, said[text]))
    return made


def taught(lessons: list[Lesson], config: LearningConfig = CONFIG) -> Learnt:
    return learn(lessons, bare_rules(), NAMES, config)


def test_words_are_learnt_where_they_find_more_categories_than_the_rules() -> None:
    learnt = taught(calls({"秋千散架了": GREEN, "站牌底下没有坐的地方": BUS}))
    assert learnt.experience is not None
    assert {path for path, _, _ in learnt.experience.categories} == {GREEN, BUS}
    before, after = learnt.right()
    assert after > before
    assert learnt.better


def test_where_the_rules_are_right_already_no_words_are_learnt() -> None:
    assert taught(calls({"家里停水了": STOP, "路灯不亮了": ("市政公用", "市政设施", "路灯")})).experience is None


def test_a_category_that_the_tree_does_not_have_teaches_nothing() -> None:
    lessons = calls({"秋千散架了": GREEN, "站牌底下没有坐的地方": BUS})
    strange = [replace(one, call=replace(one.call, category="没有的类")) for one in lessons]
    assert taught(strange).experience is None


def test_with_too_few_calls_no_words_are_learnt_at_all() -> None:
    lessons = calls({"秋千散架了": GREEN, "站牌底下没有坐的地方": BUS}, count=19)
    assert taught(lessons).experience is None


def test_a_field_that_is_always_right_is_trusted_more_and_one_that_is_wrong_less() -> None:
    right = calls({"家里停水了": STOP})
    wrong = [replace(one, call=replace(one.call, district="鄄城县")) for one in right]
    [sure], [unsure] = ([c.at(0.97)] for c in (taught(rows).curves[Guess.COUNTY] for rows in (right, wrong)))
    assert unsure < 0.5 < 0.9 < sure


def test_a_call_is_never_judged_by_what_it_taught_itself() -> None:
    lessons = calls({"家里停水了": STOP}, count=10)
    odd = replace(lessons[0], call=replace(lessons[0].call, district="鄄城县"))
    claims = [one for one in taught([odd, *lessons[1:]]).after if one.guess is Guess.COUNTY]
    [missed] = [one for one in claims if not one.right]
    assert missed.worth > max(one.worth for one in claims if one.right and one.claimed == missed.claimed)


def test_a_pressed_utility_is_no_guess_and_teaches_nothing() -> None:
    pressed = replace(facts(), utility="water", keys="91")
    lessons = [replace(one, facts=pressed) for one in calls({"家里停水了": STOP}, count=10)]
    assert Guess.UTILITY not in taught(lessons).curves
    assert Guess.COUNTY in taught(lessons).curves


@pytest.mark.parametrize("guess", Guess)
def test_curves_are_rising_confidences(guess: Guess) -> None:
    curve = taught(calls({"昨天下午三点开始停水了，我姓王，电话13605301122": STOP})).curves.get(guess)
    values = [curve.at(x / 20) for x in range(21)] if curve else []
    assert values == sorted(values)
    assert all(0 <= value <= 1 for value in values)
