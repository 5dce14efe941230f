"""The AMI link and the floor with a real Asterisk: restarts, a frozen one, seats that come and go, places kept."""

import os
import signal
import time

import pytest
from real_asterisk import CITIZEN
from real_asterisk import until as wait_until

from routing.route import SeatState
from telephony.ami.link import AmiRefused
from telephony.ami.queues import Place
from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
LIMIT = 20.0


@pytest.fixture
def watched(asterisk, watch, until):
    """The floor of the running Asterisk, read, and what it logs."""
    found, heard = watch(
        asterisk.settings.ami.port,
        asterisk.routing.seats,
        secret=asterisk.secrets.ami,
        user=asterisk.settings.ami.user,
        silence=1.0,
        answer=5.0,
    )
    until(lambda: SeatState.UNKNOWN not in found.states().values())
    return found, heard


@pytest.fixture
def floor(watched):
    return watched[0]


def test_a_seat_is_gone_then_free_then_busy_as_soon_as_it_rings(asterisk, floor, until):
    until(lambda: floor.states()["water1"] is SeatState.GONE)
    with Phone.start(asterisk.seat("water1")) as water, Phone.start(asterisk.citizen()) as citizen:
        water.wait_registered(LIMIT)
        until(lambda: floor.states()["water1"] is SeatState.FREE)
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        citizen.press("9")
        for tenths in range(8, 60, 5):
            citizen.press("1", after=tenths / 10)
        water.wait_for(State.RINGING, LIMIT)
        until(lambda: floor.states()["water1"] is SeatState.BUSY)
        water.answer()
        water.wait_for(State.CONFIRMED, LIMIT)
        assert floor.states()["water1"] is SeatState.BUSY
        citizen.hang_up()
        until(lambda: floor.states()["water1"] is SeatState.FREE)
    until(lambda: floor.states()["water1"] is SeatState.GONE)
    asterisk.await_journal(CITIZEN, "ended")


@pytest.mark.parametrize("how", ["restarted", "killed"])
def test_it_finds_a_restarted_asterisk_again_and_reads_everything_anew(asterisk, floor, until, how):
    if how == "restarted":
        asterisk.process.stop()
    else:
        asterisk.process.kill()
    until(lambda: set(floor.states().values()) == {SeatState.UNKNOWN} and not floor.link.up)
    asterisk.process.start()
    until(lambda: SeatState.UNKNOWN not in floor.states().values())
    with Phone.start(asterisk.seat("power1")) as power:
        power.wait_registered(LIMIT)
        until(lambda: floor.states()["power1"] is SeatState.FREE)


def test_an_asterisk_that_is_frozen_is_noticed_and_found_again(asterisk, floor, until):
    pid = asterisk.process.pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: not floor.link.up)
        assert set(floor.states().values()) == {SeatState.UNKNOWN}
    finally:
        os.kill(pid, signal.SIGCONT)
    until(lambda: floor.link.up and SeatState.UNKNOWN not in floor.states().values())


def test_silence_far_beyond_the_librarys_limit_is_no_loss(watched, ask):
    floor, heard = watched
    time.sleep(4.0)  # four times the limit; what is waited for is that nothing happens
    assert [entry["event"] for entry in heard.logged.entries if "lost" in entry["event"]] == []
    assert ask(floor.link.listing, "QueueStatus")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("Originate", {"Channel": "Local/12345@from-trunk", "Application": "Hangup"}),
        ("Command", {"Command": "core stop now"}),
        ("UpdateConfig", {"SrcFilename": "manager.conf", "DstFilename": "manager.conf"}),
        ("ModuleLoad", {"LoadType": "load", "Module": "app_system"}),
        ("GetConfig", {"Filename": "pjsip.conf"}),
        ("Redirect", {"Channel": "PJSIP/water1-1", "Context": "outside", "Exten": "duty-mobile", "Priority": "1"}),
        ("Setvar", {"Variable": "GLOBAL(HL_AT_water1)", "Value": "x"}),
        ("DBGet", {"Family": "registrar", "Key": "contact"}),
        ("AGI", {"Channel": "PJSIP/water1-1", "Command": "EXEC System id"}),
        ("Hangup", {"Channel": "/.*/"}),
        ("QueueAdd", {"Queue": "agents", "Interface": "Local/duty-mobile@outside-0"}),
        ("DialplanExtensionAdd", {"Context": "from-seats", "Extension": "x", "Priority": "1", "Application": "System"}),
        ("PJSIPNotify", {"Endpoint": "water1", "Variable": "Event=check-sync"}),
        ("MixMonitor", {"Channel": "PJSIP/water1-1", "File": "x.wav", "Command": "id"}),
    ],
)
def test_the_account_can_do_no_more_than_it_needs(floor, ask, name, fields):
    with pytest.raises(AmiRefused):
        ask(floor.link.action, name, **fields)


@pytest.mark.parametrize(
    "variable", ["SHELL(id)", "FILE(/etc/passwd)", "DB(registrar/contact)", "${SHELL(id)}", "EVAL(${SHELL(id)})"]
)
def test_a_variable_that_is_asked_for_runs_nothing_and_reads_no_file(floor, ask, variable):
    try:
        said = ask(floor.link.action, "Getvar", Variable=variable)
    except AmiRefused:
        return
    assert said.fields.get("Value", "") == ""


def test_the_place_of_a_caller_who_left_the_queue_is_known(asterisk, floor, until):
    first_number, second_number = "13853060001", "13853060002"
    with (
        Phone.start(asterisk.seat("agent1001")) as agent,
        Phone.start(asterisk.citizen(first_number)) as first,
        Phone.start(asterisk.citizen(second_number)) as second,
    ):
        agent.wait_registered(LIMIT)
        until(lambda: floor.states()["agent1001"] is SeatState.FREE)
        for citizen in (first, second):
            before = sum(floor.queues.waiting().values())
            citizen.call("12345")
            until(lambda before=before: sum(floor.queues.waiting().values()) == before + 1)
        time.sleep(1.0)  # one who hangs up the moment he joins has left, by Asterisk's word, but abandoned nothing
        second.hang_up()
        until(lambda: sum(floor.queues.waiting().values()) == 1)
        linkedid = wait_until(lambda: asterisk.last(second_number), LIMIT, "no journal")
        until(lambda: floor.queues.left(linkedid) == Place("agents", 2, abandoned=True))
        first.hang_up()
    asterisk.await_journal(first_number, "ended")
