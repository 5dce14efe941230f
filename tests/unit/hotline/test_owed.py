"""Which finished calls are owed a call back, from their journals."""

from datetime import UTC, datetime

import pytest

from domain.call import Choice
from domain.words import Utility
from hotline.owed import Owed
from store.records import CallbackReason, Outcome
from telephony.asterisk.settings import CallBackSettings
from telephony.recordings.facts import tell
from telephony.recordings.journal import parse

STARTED = "started uniqueid=a.1 ani=13853067219 dialled=12345 boot=b1"
ROUTE = "route route=agents rung=1 keys= utility= queue=agents prio=0 outage="
WATER = "route route=emergency rung=1 keys=91 utility=water queue=agents prio=100 outage="
ANSWERED = "answered seat=agent1001 uniqueid=a.2"
ENDED = "ended cause=16"


def chosen(keys: str, at: datetime) -> Choice:
    assert at.tzinfo is UTC
    return Choice(keys=keys, emergency=keys.startswith("9"), utility=Utility.GAS if keys == "94" else None)


def outcome(*lines: str, settings: CallBackSettings | None = None) -> Outcome:
    text = "".join(f"176400000{number}000 {line}\n" for number, line in enumerate(lines))
    taken = tell("heze1-1764000000.1", parse(text.encode()), (), (), ())
    return Owed(settings or CallBackSettings(), chosen).outcome(taken)


@pytest.mark.parametrize(
    ("lines", "missed"),
    [
        ((STARTED, ENDED), None),
        ((STARTED, "notice heard=full", ENDED), None),
        ((STARTED, "ended cause=16 keys=9"), CallbackReason.MISSED),
        ((STARTED, ROUTE, ENDED), CallbackReason.MISSED),
        ((STARTED, WATER, ENDED), CallbackReason.MISSED),
        ((STARTED, ROUTE, "message", ENDED), CallbackReason.MESSAGE),
        ((STARTED, ROUTE, ANSWERED, ENDED), None),
        ((STARTED, ROUTE, "callback id=7 position=2", ENDED), None),
        ((STARTED,), CallbackReason.INTERRUPTED),
        ((STARTED, ROUTE), CallbackReason.INTERRUPTED),
        ((STARTED, ROUTE, ANSWERED), CallbackReason.INTERRUPTED),
        ((STARTED, ROUTE, "callback id=7 position=2"), None),
        ((STARTED, WATER.replace("outage=", "outage=7"), ENDED), None),
        ((STARTED, WATER.replace("outage=", "outage=7"), "message", ENDED), CallbackReason.MESSAGE),
        ((STARTED, WATER.replace("outage=", "outage=7").replace("water", "gas"), ENDED), CallbackReason.MISSED),
    ],
)
def test_who_asked_for_a_person_and_spoke_with_none_is_owed_a_call(
    lines: tuple[str, ...], missed: CallbackReason | None
) -> None:
    assert outcome(*lines).missed is missed


def test_only_who_talked_to_the_end_was_answered() -> None:
    assert outcome(STARTED, ROUTE, ANSWERED, ENDED).answered
    assert not outcome(STARTED, ROUTE, ANSWERED).answered
    assert not outcome(STARTED, ROUTE, ENDED).answered


def test_an_emergency_is_one_before_and_after_the_decision() -> None:
    decided, menu = outcome(STARTED, WATER, ENDED), outcome(STARTED, "ended cause=16 keys=94")
    assert (decided.emergency, decided.utility) == (True, Utility.WATER)
    assert (menu.emergency, menu.utility) == (True, Utility.GAS)
    assert not outcome(STARTED, ROUTE, ENDED).emergency


def test_config_may_call_back_nobody_or_those_who_heard_of_an_outage_too() -> None:
    told = WATER.replace("outage=", "outage=7")
    assert outcome(STARTED, ROUTE, ENDED, settings=CallBackSettings(missed=False)).missed is None
    assert outcome(STARTED, told, ENDED, settings=CallBackSettings(after_outage=True)).missed is CallbackReason.MISSED


@pytest.mark.parametrize(
    ("ani", "fit"), [("13853067219", True), ("5551234", True), ("0085212345678", False), ("95588", False), ("", False)]
)
def test_only_numbers_that_may_be_called_at_our_cost_can_be_called(ani: str, fit: bool) -> None:
    assert outcome(STARTED.replace("13853067219", ani), ROUTE, ENDED).callable is fit


@pytest.mark.parametrize(
    ("lines", "answered", "said", "excused"),
    [
        ((ANSWERED, "notice heard=full", ENDED), True, "", False),
        ((ANSWERED, "called status=BUSY", ENDED), False, "BUSY", False),
        ((ANSWERED, ENDED), False, "", False),
        ((ANSWERED, "called status=LINES", ENDED), False, "LINES", True),
        ((ANSWERED, "notice heard=full"), False, "", False),
    ],
)
def test_a_call_back_says_what_became_of_it(lines: tuple[str, ...], answered: bool, said: str, excused: bool) -> None:
    found = outcome(f"{STARTED} callback=heze1-1.1", ROUTE, *lines)
    assert (found.back_to, found.missed) == ("heze1-1.1", None)
    assert (found.answered, found.said, found.excused) == (answered, said, excused)
