"""What a confidence is worth, and what is left empty for too little of it."""

import io
from dataclasses import replace
from typing import Any

import pytest
from drafting_calls import bare_rules, facts, play, shipped_rules
from rich.console import Console

from cases.draft import DraftCase, Field
from cases.drafting import draft
from cases.masked import Masking
from cases.rules import Guess
from cases.show import draft_panel
from cases.trust import Trust
from domain.curve import Curve
from domain.words import Urgency, Utility

SAID = (
    "坐席: 您好，请讲，您住哪里？",
    "市民: 楼道里有煤气味，在单县北城街道阳光花园十二号楼，电话13605301122，我姓王。",
)


def drafted_trusting(least: dict[Guess, float], said: tuple[str, ...] = SAID, **known: Any) -> DraftCase:
    rules = replace(bare_rules(), trust=Trust(least=least))
    return draft(play(*said), facts(**known), rules)


def test_a_confidence_is_read_off_its_fields_own_curve() -> None:
    trust = Trust({Guess.COUNTY: Curve(((0.0, 0.2), (1.0, 0.6)))})
    assert trust.settle(Guess.COUNTY, Field("单县", 0.5)).confidence == 0.4
    assert trust.settle(Guess.UNIT, Field("单县供水公司", 0.5)).confidence == 0.5


def test_below_its_threshold_a_field_is_empty_and_what_was_heard_is_its_candidate() -> None:
    trust = Trust(least={Guess.COUNTY: 0.5})
    heard = Field("单县", 0.49, None, "听到“善线”")
    assert trust.settle(Guess.COUNTY, heard) == Field(None, 0.49, None, "听到“善线”", "单县")
    assert trust.settle(Guess.COUNTY, replace(heard, confidence=0.5)).value == "单县"


def test_an_empty_field_stays_as_it_is() -> None:
    empty: Field[str] = Field(why="没有听到县区")
    assert Trust(least={Guess.COUNTY: 0.5}).settle(Guess.COUNTY, empty) == empty


def test_no_curve_makes_a_number_that_nobody_read_back_surer_than_its_limit() -> None:
    trust = Trust({Guess.HEARD_NUMBER: Curve(((0.0, 0.9), (1.0, 0.99)))}, unchecked_number=0.8)
    assert trust.worth(Guess.HEARD_NUMBER, 0.7) == 0.8
    assert trust.worth(Guess.HEARD_NUMBER, 0.92) > 0.9
    assert shipped_rules().trust.worth(Guess.HEARD_NUMBER, 0.8) <= 0.8


@pytest.mark.parametrize("guess", Guess)
def test_every_guess_has_a_threshold_of_its_own(guess: Guess) -> None:
    case = drafted_trusting({guess: 1.01}, ("坐席: 地址？", *SAID[1:], "市民: 昨天下午三点开始的。"))
    field = getattr(case, guess.value)
    assert field.value is None
    assert field.candidate is not None


def test_what_is_known_without_hearing_and_what_may_be_dangerous_is_never_left_empty() -> None:
    case = drafted_trusting(dict.fromkeys(Guess, 1.01), keys="94", utility=Utility.GAS, emergency=True)
    assert case.utility.value is Utility.GAS
    assert case.callback_number.value == "05305550100"
    assert case.urgency.value is Urgency.EMERGENCY
    assert case.hazards.value


def test_an_unsure_county_names_no_place_and_no_unit_anywhere_in_the_draft() -> None:
    case = drafted_trusting({Guess.COUNTY: 1.01, Guess.UNIT: 0.5})
    assert (case.county.candidate, case.address.value, case.unit.value) == ("单县", None, None)
    assert "单县" not in (case.title.value or "")
    assert case.description.value is not None
    assert "北城街道" in case.description.value, "the citizen's own words stay where the address is left empty"


def test_an_unsure_category_lends_nothing_to_title_and_unit_but_the_danger_is_seen() -> None:
    case = drafted_trusting({Guess.CATEGORY: 1.01})
    assert case.category.candidate
    assert "燃气" not in (case.title.value or "")
    assert case.unit.value is None
    assert case.reason_code.value is None
    assert case.urgency.value is Urgency.EMERGENCY


def test_an_unsure_field_is_shown_as_undecided_with_its_candidate_and_no_number_of_it_unmasked() -> None:
    case = drafted_trusting({Guess.HEARD_NUMBER: 1.01, Guess.COUNTY: 1.01})
    out = io.StringIO()
    Console(file=out, width=110).print(draft_panel(case))
    assert "未能确定，听着像 单县" in out.getvalue()
    assert "136 0530 1122" in out.getvalue()
    masked = Masking.of(shipped_rules().numbers.config).case(case)
    assert masked.heard_number.candidate == "136****1122"


def test_a_number_that_the_agent_read_back_otherwise_is_left_to_a_person() -> None:
    said = ("市民: 电话13605301122。", "坐席: 13605301123是吧？", "市民: 嗯。")
    number = draft(play(*said), facts(), shipped_rules()).heard_number
    assert (number.value, number.candidate) == (None, "13605301122")
    assert "请核对" in number.why
