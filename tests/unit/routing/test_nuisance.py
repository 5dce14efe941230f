"""Nuisance callers: who is tagged, and how little is done to them."""

import pytest

from domain.call import Choice
from domain.phone_number import fingerprint
from routing.nuisance import CALLS, HANG_UPS, NuisanceRules, check, fewest, judge, slowed
from routing.route import Route, RouteKind

RULES = NuisanceRules(talks=3, hang_ups=2, notice="nuisance-notice")


@pytest.mark.parametrize(
    ("talks", "hang_ups", "why"),
    [(3, 1, None), (4, 0, CALLS), (0, 2, HANG_UPS), (9, 9, HANG_UPS), (0, 0, None)],
)
def test_more_talks_or_as_many_hang_ups_tag(talks: int, hang_ups: int, why: str | None) -> None:
    assert judge(RULES, talks, hang_ups) == why


def test_a_rule_that_is_off_tags_nobody() -> None:
    off = NuisanceRules(talks=0, hang_ups=0)
    assert judge(off, 999, 999) is None
    assert fewest(off) is None
    assert fewest(NuisanceRules(talks=0, hang_ups=7)) == 7


def test_on_the_ordinary_way_a_notice_comes_first_and_everybody_else_before() -> None:
    made = slowed(Route(RouteKind.AGENTS, queue="agents"), Choice(), RULES)
    assert (made.kind, made.queue, made.priority, made.notice) == (RouteKind.AGENTS, "agents", -10, "nuisance-notice")


def test_where_nobody_is_there_the_message_is_everybodys() -> None:
    message = Route(RouteKind.MESSAGE)
    assert slowed(message, Choice(), RULES) is message


def test_a_notice_must_be_a_prompt() -> None:
    assert check(RULES, frozenset({"nuisance-notice"})) == []
    assert [problem.message for problem in check(RULES, frozenset())] == ["没有名为 nuisance-notice 的提示音"]


def test_a_number_is_the_same_with_and_without_the_countrys_code_and_another_with_another_key() -> None:
    assert fingerprint("13853067219", "k") == fingerprint("+8613853067219", "k") == fingerprint("008613853067219", "k")
    assert fingerprint("13853067219", "k") != fingerprint("13853067219", "other")
    assert fingerprint("13853067219", "k") != fingerprint("13853067210", "k")
    assert "13853067219" not in fingerprint("13853067219", "k")
