"""Drafts from the true texts of the twelve open calls, against what a person filled in: floors, not targets."""

from collections import Counter
from functools import cache
from typing import Any

import yaml
from drafting_calls import shipped_rules
from truth_calls import FOLDER, truth_calls

from cases.draft import DraftCase
from cases.drafting import draft
from domain.words import Urgency, Utility

UTILITIES = {Utility.WATER: "供水", Utility.POWER: "供电", Utility.HEAT: "供热", Utility.GAS: "燃气", None: None}


@cache
def drafts() -> list[tuple[DraftCase, dict[str, Any]]]:
    return [(draft(call.transcript, call.facts, shipped_rules()), call.truth) for call in truth_calls()]


@cache
def right() -> Counter[str]:
    """Count for each field the calls in which it is right."""
    categories = yaml.safe_load((FOLDER / "categories.yaml").read_text(encoding="utf-8"))
    count: Counter[str] = Counter()
    for case, truth in drafts():
        count["district"] += case.county.value == truth["district"]
        count["utility"] += UTILITIES[case.utility.value] == truth["utility"]
        count["emergency"] += (case.urgency.value is Urgency.EMERGENCY) == truth["emergency"]
        count["type"] += case.type.value == truth["type"]
        count["category"] += categories.get((case.category.value or ("",))[-1]) == truth["category"]
        count["phone"] += case.heard_number.value == truth["phone"]
        count["unit"] += case.unit.value == truth["responsible_unit"]
        count["name"] += (case.caller_name.value or "")[:1] == (truth["caller_name"] or "")[:1]
        count["address"] += case.address.value == truth["address"]
    return count


def test_districts_are_right() -> None:
    assert right()["district"] >= 11


def test_utilities_are_all_right() -> None:
    assert right()["utility"] == 12


def test_every_emergency_is_found_and_no_other() -> None:
    assert right()["emergency"] == 12


def test_types_and_categories_are_mostly_right() -> None:
    assert right()["type"] >= 9
    assert right()["category"] >= 9


def test_spoken_numbers_are_right_and_no_wrong_one_is_sure() -> None:
    assert right()["phone"] >= 10
    for case, truth in drafts():
        if case.heard_number.value != truth["phone"]:
            assert case.heard_number.confidence <= 0.8


def test_addresses_names_and_units_are_mostly_right() -> None:
    assert right()["address"] >= 9
    assert right()["name"] >= 10
    assert right()["unit"] >= 9
