"""The conversation on the shipped tree, spoken to a telephone whose citizen presses what the test says."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from shipped_config import ROOT

from domain.call import Choice
from domain.words import Utility
from hotline.checked import read
from ivr.flow import Start, converse
from ivr.outages import Outage, Outages
from ivr.tree import Tree

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NOBODY_KNOWS = Outages()


@dataclass(slots=True)
class Keypad:
    """A telephone: `keys` are what the citizen presses, one a question; silence once they are used up."""

    keys: list[str]
    heard: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)

    async def read_key(self, sounds: tuple[str, ...], wait: float) -> str:
        self.heard.append(sounds)
        return self.keys.pop(0) if self.keys else ""

    async def note(self, name: str, value: str) -> None:
        self.notes.append((name, value))


@pytest.fixture(scope="module")
def tree() -> Tree:
    return read(ROOT / "config/ivr.yaml").build(Tree)


def talk(tree: Tree, phone: Keypad, outages: Outages = NOBODY_KNOWS, keys: str = "") -> Choice:
    """Converse after the first menu, at which `keys` were pressed; the telephone presses what comes after."""
    return asyncio.run(converse(phone, tree, Start(keys, NOW), outages))


def test_a_citizen_who_presses_nothing_is_asked_no_more_and_reaches_a_person(tree: Tree) -> None:
    phone = Keypad([])
    assert talk(tree, phone) == Choice()
    assert phone.heard == []


def test_a_first_menu_that_asks_twice_is_asked_the_second_time_by_us(tree: Tree) -> None:
    patient = replace(tree, menus={**tree.menus, tree.start: replace(tree.menus[tree.start], retries=1)})
    phone = Keypad(["9", "3"])
    assert talk(patient, phone).utility is Utility.HEAT
    assert phone.heard == [("hotline/welcome-menu",), ("hotline/emergency-menu",)]


def test_the_first_menu_waits_less_than_a_second(tree: Tree) -> None:
    assert tree.menus[tree.start].wait < 1
    assert tree.menus[tree.start].retries == 0


@pytest.mark.parametrize("key", list("012345678*#"))
def test_every_other_key_at_the_start_reaches_a_person_at_once(tree: Tree, key: str) -> None:
    phone = Keypad([])
    assert talk(tree, phone, keys=key) == Choice(keys=key)
    assert phone.heard == []


@pytest.mark.parametrize(
    ("key", "utility"), [("1", Utility.WATER), ("2", Utility.POWER), ("3", Utility.HEAT), ("4", Utility.GAS)]
)
def test_nine_and_a_digit_choose_a_utility(tree: Tree, key: str, utility: Utility) -> None:
    assert talk(tree, Keypad([key]), keys="9") == Choice(keys=f"9{key}", emergency=True, utility=utility)


@pytest.mark.parametrize("key", ["", *"056789*#"])
def test_inside_the_emergency_menu_anything_else_is_a_duty_person(tree: Tree, key: str) -> None:
    assert talk(tree, Keypad([key]), keys="9") == Choice(keys=f"9{key}", emergency=True)


def test_the_key_of_the_first_menu_is_not_asked_again(tree: Tree) -> None:
    phone = Keypad(["4"])
    assert talk(tree, phone, keys="9").utility is Utility.GAS
    assert phone.heard == [("hotline/emergency-menu",)]


def test_a_choice_made_on_an_earlier_rung_is_taken_without_a_word(tree: Tree) -> None:
    phone = Keypad([])
    assert talk(tree, phone, keys="93").utility is Utility.HEAT
    assert phone.heard == []


def test_each_key_is_noted_on_the_line(tree: Tree) -> None:
    phone = Keypad(["2"])
    talk(tree, phone, keys="9")
    assert phone.notes == [("HL_KEY", ""), ("HL_KEYS", "92")]


WATER = Outage(7, Utility.WATER, "牡丹区", datetime(2026, 3, 2, 10, 30, tzinfo=UTC))
MORE_WATER = Outage(8, Utility.WATER, "曹县")


def test_a_known_outage_is_said_after_the_choice_and_goes_with_it(tree: Tree) -> None:
    phone = Keypad(["1"])
    assert talk(tree, phone, Outages((WATER,)), "9").outage == 7
    said = "area-mudan out-water outage-mending outage-expected today shi d8 hour d3 shi minute outage-restored"
    assert phone.heard[-1] == tuple(f"hotline/{piece}" for piece in (*said.split(), "outage-register"))


def test_an_outage_is_noted_before_it_is_said_so_that_a_hang_up_counts(tree: Tree) -> None:
    phone = Keypad(["1"])
    talk(tree, phone, Outages((WATER,)), "9")
    assert phone.notes[-1] == ("HL_OUTAGE", "7")


def test_an_outage_of_another_utility_is_not_said(tree: Tree) -> None:
    phone = Keypad(["2"])
    assert talk(tree, phone, Outages((WATER,)), "9").outage is None
    assert len(phone.heard) == 1


def test_of_several_outages_the_one_at_which_a_key_came_is_the_citizens(tree: Tree) -> None:
    phone = Keypad(["1", "", "5"])
    assert talk(tree, phone, Outages((WATER, MORE_WATER)), "9").outage == 8


def test_several_outages_heard_to_the_end_are_nobodys(tree: Tree) -> None:
    phone = Keypad(["1"])
    assert talk(tree, phone, Outages((WATER, MORE_WATER)), "9").outage is None
    assert phone.notes[-1] == ("HL_OUTAGE", "")
