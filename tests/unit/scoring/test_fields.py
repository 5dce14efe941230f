"""Each field of a draft against the truth: right, partly right, invented."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shipped_config import ROOT

from cases.draft import DraftCase, Field
from domain.words import DemandType, Speaker, Urgency, Utility
from hotline.checked import read
from scoring.fields import Compared, compare, touched
from scoring.names import TruthNames
from scoring.truth import TruthCall, TruthTurn

NAMES = read(ROOT / "config" / "scoring.yaml").build(TruthNames)
CALL = TruthCall(
    id="T",
    duration=30.0,
    turns=(TruthTurn(Speaker.CITIZEN, 0, 3, "没水了"),),
    type="求助",
    category="供水-停水",
    emergency=True,
    utility="供水",
    urgency="紧急",
    district="曹县",
    address="菏泽市曹县磐石街道花园小区3号楼",
    address_detail="磐石街道花园小区3号楼",
    caller_name="李秀梅",
    phone="13800000000",
    responsible_unit="曹县供水公司",
)
NONE: Field[Any] = Field()
CASE = DraftCase(
    type=Field(DemandType.HELP, 0.9),
    category=Field(("市政公用", "供水", "停水"), 0.8),
    utility=Field(Utility.WATER, 0.9),
    reason_code=NONE,
    urgency=Field(Urgency.EMERGENCY, 0.9),
    hazards=NONE,
    county=Field("曹县", 0.9),
    address=Field("菏泽市曹县磐石街道花园小区三号楼", 0.7),
    callback_number=NONE,
    heard_number=Field("13800000000", 0.9),
    caller_name=Field("李秀梅女士", 0.7),
    happened=NONE,
    title=NONE,
    description=NONE,
    unit=Field("曹县供水公司", 0.8),
)


def row(name: str, call: TruthCall = CALL, case: DraftCase = CASE) -> Compared:
    [found] = [one for one in compare(call, case, NAMES) if one.name == name]
    return found


def test_a_draft_that_says_what_a_person_wrote_needs_nothing() -> None:
    assert [one for one in compare(CALL, CASE, NAMES) if not one.right] == []
    assert touched(compare(CALL, CASE, NAMES)) == 0


def test_a_surname_alone_is_worth_half() -> None:
    found = row("name", case=replace(CASE, caller_name=Field("李女士", 0.8)))
    assert (found.right, found.credit) == (False, 0.5)


def test_where_only_a_surname_is_known_a_courtesy_title_is_right() -> None:
    assert row("name", replace(CALL, caller_name="李"), replace(CASE, caller_name=Field("李女士", 0.8))).right


def test_a_near_address_has_part_of_the_credit() -> None:
    found = row("address", case=replace(CASE, address=Field("菏泽市曹县磐石街道花园小区5号楼", 0.7)))
    assert not found.right
    assert 0.8 < found.credit < 1


def test_a_value_where_nothing_was_said_is_invented() -> None:
    found = row("phone", replace(CALL, phone=None))
    assert found.invented
    assert not found.told
    assert not found.right


def test_timed_and_ordinary_count_as_one_but_not_as_an_emergency() -> None:
    calm = replace(CALL, emergency=False, urgency="一般")
    assert row("urgency", calm, replace(CASE, urgency=Field(Urgency.TIMED, 0.8))).right
    assert not row("emergency", calm).right


def test_a_category_may_go_by_any_name_of_the_table_and_no_other() -> None:
    assert row("category", replace(CALL, category="供水-无水")).right
    assert not row("category", replace(CALL, category="供水-水质")).right


def test_a_call_without_utility_wants_none() -> None:
    assert not row("utility", replace(CALL, utility=None)).right
    assert row("utility", replace(CALL, utility=None), replace(CASE, utility=NONE)).right


def test_hazards_and_time_are_compared_where_the_truth_tells_them() -> None:
    moment = datetime(2025, 11, 24, 2, 0, tzinfo=UTC)
    told = replace(CALL, hazards=("gas_smell", "fire"), happened=moment)
    case = replace(CASE, hazards=Field(("gas_smell",), 0.9), happened=Field(moment.replace(hour=5), 0.6))
    assert row("hazards", told, case).credit == 0.5
    assert row("time", told, case).credit == 0.5
    assert row("time", told, replace(CASE, happened=Field(moment.replace(minute=40), 0.6))).right


def test_a_field_left_empty_is_not_right_and_what_was_heard_is_told() -> None:
    county, category = Field(candidate="曹县", confidence=0.3), Field(candidate=("供水", "停水"), confidence=0.2)
    unsure = replace(CASE, county=county, category=category)
    rows = {row.name: row for row in compare(CALL, unsure, NAMES)}
    assert (rows["district"].right, rows["district"].value, rows["district"].heard) == (False, None, "曹县")
    assert rows["category"].heard == "供水-停水"
    assert rows["address"].heard is None
    assert touched(tuple(rows.values())) == touched(compare(CALL, CASE, NAMES)) + 2
