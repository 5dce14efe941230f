"""Drafts from the true texts of the twelve open calls, against what a person filled in: floors, not targets."""

from collections import defaultdict
from functools import cache

from drafting_calls import shipped_rules
from shipped_config import ROOT
from truth_calls import facts_of, truth_calls

from cases.drafting import draft
from hotline.checked import read
from scoring.fields import Compared, compare
from scoring.names import TruthNames


@cache
def compared() -> dict[str, list[Compared]]:
    """Return each field's comparison of every call."""
    names = read(ROOT / "config/scoring.yaml").build(TruthNames)
    rows: dict[str, list[Compared]] = defaultdict(list)
    for call in truth_calls():
        for row in compare(call, draft(call.transcript(), facts_of(call), shipped_rules()), names):
            rows[row.name].append(row)
    return rows


def right(name: str) -> int:
    """Count the calls in which a field is right."""
    return sum(row.right for row in compared()[name])


def test_districts_are_right() -> None:
    assert right("district") >= 11


def test_utilities_are_all_right() -> None:
    assert right("utility") == 12


def test_every_emergency_is_found_and_no_other() -> None:
    assert right("emergency") == 12


def test_types_and_categories_are_mostly_right() -> None:
    assert right("type") >= 9
    assert right("category") >= 9


def test_spoken_numbers_are_right_and_no_wrong_one_is_sure() -> None:
    assert right("phone") >= 10
    assert not [row for row in compared()["phone"] if not row.right and row.confidence > 0.8]


def test_addresses_names_and_units_are_mostly_right() -> None:
    assert right("address") >= 9
    assert sum(row.credit >= 0.5 for row in compared()["name"]) >= 10  # half: the surname
    assert right("unit") >= 9
