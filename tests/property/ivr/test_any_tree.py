"""Whatever the tree and whatever is pressed: people within bounded steps, and a hang-up is a hang-up."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped_config import ROOT

from domain.call import Choice
from domain.words import Utility
from hotline.checked import read
from ivr.check import DEEPEST, LONGEST_FIRST_WAIT, check
from ivr.flow import Start, converse
from ivr.hours import Day, Hours
from ivr.outages import Outage, Outages
from ivr.phone import CallerHungUp
from ivr.prompts import Prompts
from ivr.tree import Destination, Ending, Key, Menu, Tree
from ivr.walk import Walk

PROMPTS = read(ROOT / "config/prompts.yaml").build(Prompts).names()
QUEUES = ("agents", "leader")
MOST_RETRIES = 3
MOST_OUTAGES = 3

times = st.times().map(lambda moment: time(moment.hour, moment.minute))
hours = st.none() | st.builds(
    Hours, start=times, end=times, days=st.lists(st.sampled_from(Day), unique=True).map(tuple)
)
people = st.builds(Ending, to=st.just(Destination.PERSON), queue=st.none() | st.sampled_from(QUEUES))
duty = st.builds(Ending, to=st.just(Destination.EMERGENCY), utility=st.none() | st.sampled_from(Utility))
endings = people | duty
digits = st.sampled_from("123456789*#")
prompts = st.sampled_from(sorted(PROMPTS))


@st.composite
def leaving(draw: st.DrawFn) -> Key:
    end = draw(endings)
    return Key(to=end.to, utility=end.utility, queue=end.queue, hours=draw(hours), prompt=draw(st.none() | prompts))


def menus(
    keys: st.SearchStrategy[dict[str, Key]],
    limits: st.SearchStrategy[Hours | None],
    wait: float = 10,
    retries: int = MOST_RETRIES,
) -> st.SearchStrategy[Menu]:
    return st.builds(
        Menu,
        title=st.just("菜单"),
        prompt=prompts,
        wait=st.floats(0, wait),
        retries=st.integers(0, retries),
        keys=keys,
        otherwise=endings,
        hours=limits,
    )


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    below = draw(st.integers(0, 3))
    root = draw(st.dictionaries(digits, leaving(), min_size=1, max_size=4))
    second = {}
    for number, digit in enumerate(draw(st.lists(digits, min_size=below, max_size=below, unique=True))):
        root[digit] = Key(menu=f"menu-{number}", hours=draw(hours))
        second[f"menu-{number}"] = draw(menus(st.dictionaries(digits, leaving(), min_size=1, max_size=4), hours))
    first = draw(menus(st.just(root), st.none(), wait=LONGEST_FIRST_WAIT, retries=0))
    return Tree(start="root", menus={"root": first, **second}, any_area="area-other")


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
presses = st.lists(st.sampled_from(("", *"0123456789*#")), max_size=12)


@st.composite
def known(draw: st.DrawFn) -> Outages:
    count = draw(st.integers(0, MOST_OUTAGES))
    soon = datetime(2026, 6, 1, tzinfo=UTC)
    return Outages(
        tuple(
            Outage(number, draw(st.sampled_from(Utility)), "曹县", draw(st.none() | st.just(soon + timedelta(hours=9))))
            for number in range(1, count + 1)
        )
    )


@dataclass(slots=True)
class Line:
    """A telephone on which `keys` are pressed; the citizen hangs up at step number `leaves`."""

    keys: list[str]
    leaves: int | None = None
    steps: int = 0

    async def read_key(self, sounds: tuple[str, ...], wait: float) -> str:
        self._step()
        assert sounds
        return self.keys.pop(0) if self.keys else ""

    async def note(self, name: str, value: str) -> None:
        self._step()

    def _step(self) -> None:
        if self.leaves == self.steps:
            raise CallerHungUp
        self.steps += 1


LONGEST = 1 + 3 * DEEPEST * (MOST_RETRIES + 1) + 2 * MOST_OUTAGES + 1


@given(trees())
def test_the_trees_drawn_here_pass_the_check(tree: Tree) -> None:
    assert check(tree, PROMPTS, QUEUES) == []


@given(trees(), presses, moments, known())
def test_any_keys_end_with_people_within_bounded_steps(
    tree: Tree, keys: list[str], now: datetime, outages: Outages
) -> None:
    line = Line(keys[1:])
    choice = asyncio.run(converse(line, tree, Start("".join(keys[:1]), now), outages))
    assert isinstance(choice, Choice)
    assert choice.emergency or choice.utility is None
    assert choice.queue is None or choice.queue in QUEUES
    assert "".join(keys).startswith(choice.keys)
    assert line.steps <= LONGEST


@given(trees(), presses, moments, known())
def test_a_hang_up_at_every_single_step_is_a_hang_up_and_nothing_else(
    tree: Tree, keys: list[str], now: datetime, outages: Outages
) -> None:
    whole, start = Line(keys[1:]), Start("".join(keys[:1]), now)
    asyncio.run(converse(whole, tree, start, outages))
    for step in range(whole.steps):
        line = Line(keys[1:], leaves=step)
        with pytest.raises(CallerHungUp):
            asyncio.run(converse(line, tree, start, outages))
        assert line.steps == step


@given(trees(), presses, moments)
def test_another_rung_that_goes_on_from_the_keys_noted_decides_the_same(
    tree: Tree, keys: list[str], now: datetime
) -> None:
    pressed = [key for key in keys if key]
    walk = Walk.begin(tree, now).press_all("".join(pressed))
    choice = asyncio.run(converse(Line(pressed[1:]), tree, Start("".join(pressed[:1]), now), Outages()))
    for heard in range(1, len(choice.keys) + 1):
        start = Start(choice.keys[:heard], now)
        rest = Line(list(choice.keys[heard:]))
        assert asyncio.run(converse(rest, tree, start, Outages())) == choice
    assert walk.choice() == choice


@given(trees(), st.text("0123456789*#", max_size=40), moments)
def test_zero_reaches_people_from_wherever_the_citizen_stands(tree: Tree, keys: str, now: datetime) -> None:
    walk = Walk.begin(tree, now).press_all(keys)
    assert walk.press("0").ending is not None
