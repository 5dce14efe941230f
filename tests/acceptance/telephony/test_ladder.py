"""The ladder of failures on a real Asterisk: an emergency reaches the water seat whatever happens to our Python."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from real_asterisk import CITIZEN, Make, RealAsterisk, Whole

from chaos import agi_peers
from chaos.agi_peers import Behaviour
from ivr.tree import Tree
from routing.config import RoutingConfig
from telephony.asterisk.settings import TelephonySettings
from telephony.phone import Phone, State
from telephony.recordings.journal import parse

pytestmark = pytest.mark.asterisk
LIMIT = 20.0
HANG = "#!/bin/sh\nexec sleep 30\n"
BROKEN = "#!/bin/sh\necho 'Traceback (most recent call last):'\nexit 1\n"
NO_PYTHON = "#!/nowhere/python\n"


@pytest.fixture(scope="module")
def house(make_asterisk: Make) -> RealAsterisk:
    def quick(settings: TelephonySettings, routing: RoutingConfig, tree: Tree) -> Whole:
        agi = replace(settings.agi, rescue=1.0)
        return replace(settings, agi=agi, asterisk=replace(settings.asterisk, script_seconds=1.5)), routing, tree

    return make_asterisk(quick)


@pytest.fixture
def script(house: RealAsterisk) -> Iterator[Path]:
    """The second rung's script, put back after the test."""
    file = house.layout.fallback_script
    whole = file.read_text()
    yield file
    file.write_text(whole)
    file.chmod(0o700)


def report_a_burst_pipe(house: RealAsterisk) -> str:
    """Press 9 during the notice and 1 until somebody rings; return the route that the journal tells."""
    with Phone.start(house.seat("water1", answer_after=0.1)) as water, Phone.start(house.citizen()) as citizen:
        water.wait_registered(LIMIT)
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        citizen.press("9")
        for tenths in range(8, 60, 5):
            citizen.press("1", after=tenths / 10)
        water.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
        water.wait_for(State.ENDED, LIMIT)
    journal = house.await_journal(CITIZEN, "ended")
    assert set(house.legs(house.last(CITIZEN))) == {"caller", "seat-water1"}
    return next(line for line in journal if line.startswith("route "))


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(None, id="refused"),
        pytest.param(agi_peers.silent, id="silent"),
        pytest.param(agi_peers.garbage, id="garbage"),
        pytest.param(agi_peers.closing, id="closing"),
        pytest.param(agi_peers.going_silent_after('SET VARIABLE HL_KEYS "9"'), id="hangs after the first key"),
        pytest.param(agi_peers.dying_after('SET VARIABLE HL_KEYS "9"'), id="killed after the first key"),
    ],
)
def test_whatever_fastagi_does_the_second_rung_takes_the_call(house: RealAsterisk, fault: Behaviour | None) -> None:
    with ExitStack() as stack:
        if fault:
            stack.enter_context(agi_peers.behind(house.settings.agi.port, fault))
        route = report_a_burst_pipe(house)
    assert route.startswith("route route=emergency rung=2 keys=91 utility=water queue=agents")


@pytest.mark.parametrize("fault", [agi_peers.going_silent_after, agi_peers.dying_after])
def test_a_key_that_only_asterisk_has_heard_is_not_asked_for_again(
    house: RealAsterisk, fault: Callable[..., Behaviour]
) -> None:
    """The one press of 1 falls into FastAGI's own question, and FastAGI takes note of nothing any more."""
    asked = 'EXEC Read "HL_KEY,hotline/emergency-menu,1,t,1,8"'
    with (
        agi_peers.behind(house.settings.agi.port, fault(asked)),
        Phone.start(house.seat("water1", answer_after=0.1)) as water,
        Phone.start(house.citizen()) as citizen,
    ):
        water.wait_registered(LIMIT)
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        citizen.press("9")
        citizen.press("1", after=0.8)
        water.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
        water.wait_for(State.ENDED, LIMIT)
    journal = house.await_journal(CITIZEN, "ended")
    assert any("route=emergency rung=2 keys=91 utility=water" in line for line in journal)


@pytest.mark.parametrize("text", [None, BROKEN, NO_PYTHON, HANG], ids=["missing", "broken", "no python", "hangs"])
def test_with_no_python_at_all_the_dialplan_takes_the_call(house: RealAsterisk, script: Path, text: str | None) -> None:
    if text is None:
        script.unlink()
    else:
        script.write_text(text)
    assert report_a_burst_pipe(house).startswith("route route=emergency rung=3 keys=91 utility=water queue=agents")


def test_silence_on_both_upper_rungs_costs_their_switches_and_no_more(house: RealAsterisk, script: Path) -> None:
    script.write_text(HANG)
    with agi_peers.behind(house.settings.agi.port, agi_peers.silent):
        assert " rung=3 keys=91" in report_a_burst_pipe(house)
    times = {line.split()[1]: int(line.split()[0]) for line in journal_with_times(house)}
    assert 2400 <= times["route"] - times["notice"] <= 5000


def test_a_decision_counts_even_if_its_server_then_hangs(house: RealAsterisk) -> None:
    decision = [
        f'SET VARIABLE {name} "{value}"'
        for name, value in (
            ("HL_KEYS", "91"),
            ("HL_UTILITY", "water"),
            ("HL_RING", "PJSIP/water1"),
            ("HL_RING_SECONDS", "10"),
            ("HL_QUEUE", "agents"),
            ("HL_PRIO", "100"),
            ("ROUTE", "emergency"),
        )
    ]
    with agi_peers.behind(house.settings.agi.port, agi_peers.going_silent_after(*decision)):
        assert " rung=1 keys=91" in report_a_burst_pipe(house)


def test_a_caller_who_presses_nothing_gets_a_person_without_any_python(house: RealAsterisk, script: Path) -> None:
    script.unlink()
    with Phone.start(house.seat("agent1001", answer_after=0.1)) as agent, Phone.start(house.citizen()) as citizen:
        agent.wait_registered(LIMIT)
        citizen.call("12345")
        agent.wait_for(State.CONFIRMED, LIMIT)
        agent.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
    journal = house.await_journal(CITIZEN, "ended")
    assert "route route=agents rung=3 keys= utility= queue=agents prio=0 outage=" in journal
    assert set(house.legs(house.last(CITIZEN))) == {"caller", "seat-agent1001"}


def test_a_caller_who_hangs_up_while_a_rung_is_silent_leaves_nothing_running(house: RealAsterisk) -> None:
    with (
        agi_peers.behind(house.settings.agi.port, agi_peers.silent),
        Phone.start(house.citizen("05301234567")) as citizen,
    ):
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        house.await_journal("05301234567", "notice")
        citizen.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
        assert "ended cause=" in house.await_journal("05301234567", "ended")[-1]
    assert "0 active channels" in house.process.ask("core show channels")


def journal_with_times(house: RealAsterisk) -> list[str]:
    return (house.layout.spool / f"{house.last(CITIZEN)}.call").read_text().splitlines()


def test_who_hangs_up_in_the_second_menu_leaves_a_journal_that_can_be_read(house: RealAsterisk) -> None:
    number = "05307654321"
    with Phone.start(house.citizen(number)) as citizen:
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        citizen.press("9")
        house.await_journal(number, "notice")
        citizen.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
        house.await_journal(number, "ended")
    story = parse((house.layout.spool / f"{house.last(number)}.call").read_bytes())
    assert story.damaged == ()
    assert story.ended is not None
    assert story.last_keys.startswith("9")


def test_a_spool_that_cannot_be_written_costs_the_record_and_not_the_call(house: RealAsterisk) -> None:
    house.layout.spool.chmod(0o500)
    try:
        with Phone.start(house.seat("water1", answer_after=0.1)) as water, Phone.start(house.citizen()) as citizen:
            water.wait_registered(LIMIT)
            citizen.call("12345")
            citizen.wait_for(State.CONFIRMED, LIMIT)
            citizen.press("9")
            for tenths in range(8, 60, 5):
                citizen.press("1", after=tenths / 10)
            water.wait_for(State.CONFIRMED, LIMIT)
            citizen.hang_up()
            water.wait_for(State.ENDED, LIMIT)
    finally:
        house.layout.spool.chmod(0o700)
