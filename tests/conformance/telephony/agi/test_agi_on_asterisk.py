"""The same FastAGI server with a real Asterisk and a real telephone at the other end."""

import threading
import time

import pytest
import structlog
from prometheus_client import CollectorRegistry
from real_asterisk import CITIZEN, until
from structlog.testing import LogCapture
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from agi_scripts.hotline import Hotline
from domain.clock import SystemClock
from ivr.outages import Outages
from ivr.phone import CallerHungUp
from telephony.agi.counters import AgiCounters
from telephony.agi.line import AgiLine
from telephony.agi.server import AgiServer
from telephony.agi.session import CommandRefused
from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
LIMIT = 20.0
SOUND = "hotline/welcome-menu"  # 0.3 s in these tests


class Behind:
    """Our server behind a real Asterisk; `script` is what it runs for a call, `over` tells that it has ended."""

    def __init__(self, house):
        self.house = house
        self.script = None
        self.results = []
        self.over = threading.Event()
        self.registry = CollectorRegistry()
        self.logged = LogCapture()
        self.log = structlog.wrap_logger(None, processors=[self.logged])
        self.server = AgiServer(
            {"hotline": self._run}, house.settings.agi, reactor, AgiCounters(self.registry), self.log
        )

    async def _run(self, session):
        try:
            await self.script(session)
        except BaseException as error:
            self.results.append(error)
            raise
        finally:
            self.over.set()

    def line(self, session, rescue=3.0):
        return AgiLine(session, lambda sound: 0.3, rescue)

    def count(self, end):
        return self.registry.get_sample_value("agi_sessions_total", {"end": end}) or 0


@pytest.fixture
def behind(asterisk, in_reactor):
    ours = Behind(asterisk)
    in_reactor(ours.server.listen, reactor)
    yield ours
    in_reactor(lambda: Deferred.fromCoroutine(ours.server.stop()))


@pytest.fixture
def citizen(asterisk):
    with Phone.start(asterisk.citizen()) as phone:
        yield phone


def wait(event):
    assert event.wait(LIMIT), "the script did not end"


def test_every_key_is_heard_during_a_sound_and_after_it(behind, citizen):
    keys = "0123456789*#"
    ready, heard = threading.Event(), []

    async def script(session):
        line = behind.line(session)
        ready.set()
        for _ in keys:
            heard.append(await line.read_key((SOUND, SOUND), 5))
        heard.append(await line.read_key((), 5))
        heard.append(await line.read_key((SOUND,), 0.3))

    behind.script = script
    citizen.call("12345")
    wait(ready)
    for key in keys:
        count = len(heard)
        citizen.press(key)
        until(lambda count=count: len(heard) > count, LIMIT, f"{key} was not heard")
    citizen.press("7")
    wait(behind.over)
    assert heard == [*keys, "7", ""]


def test_a_wait_may_be_a_fraction_of_a_second(behind, citizen):
    took = []

    async def script(session):
        line = behind.line(session)
        for wait_for in (0.4, 0.0):
            begun = time.monotonic()
            assert await line.read_key((SOUND,), wait_for) == ""
            took.append(time.monotonic() - begun)

    behind.script = script
    citizen.call("12345")
    wait(behind.over)
    assert behind.results == []
    assert 0.6 < took[0] < 1.5
    assert 0.3 < took[1] < 1.2


def test_a_key_survives_on_the_channel(behind, citizen):
    found = []

    async def script(session):
        await behind.line(session).read_key((SOUND,), 10)
        found.append(await session.variable("HL_KEY"))

    behind.script = script
    citizen.call("12345")
    citizen.wait_for(State.CONFIRMED, LIMIT)
    citizen.press("4", after=2.0)
    wait(behind.over)
    assert found == ["4"]


@pytest.mark.parametrize(
    "value",
    ['"', "\\", '\\"', "a b\tc", "", "${EXTEN}", "$[1+1]", "a,b&c|d;e", "菏泽", "'", ")", '" "HANGUP', "x" * 900],
)
def test_every_value_arrives_as_it_was_sent(behind, citizen, value):
    found = []

    async def script(session):
        await session.set_variable("HL_TEST", value)
        found.append(await session.variable("HL_TEST"))
        found.append(await session.variable("HL_DIALLED"))

    behind.script = script
    citizen.call("12345")
    wait(behind.over)
    assert found == [value, "12345"]


def test_a_hand_over_in_one_command_arrives_whole_with_its_empty_values(behind, citizen):
    sent = {
        "HL_RING": "&".join(f"Local/seat-{number}@ring-{number}/n" for number in range(30)),
        "HL_MUSIC": "",
        "HL_KEYS": "9*#1",
        "HL_OUTAGE": "",
        "ROUTE": "agents",
    }
    found = {}

    async def script(session):
        await session.set_variable("HL_OUTAGE", "7")
        line = behind.line(session)
        await line.note("HL_RUNG", "1")
        await line.hand_over((*sent.items(), ("TIMEOUT(absolute)", "9")))
        for name in sent:
            found[name] = await session.variable(name)
        found["left"] = float(await session.variable("TIMEOUT(absolute)"))

    behind.script = script
    citizen.call("12345")
    wait(behind.over)
    assert 7 < found.pop("left") <= 9
    assert found == sent


def test_the_longest_command_is_one_command(behind, citizen):
    found = []

    async def script(session):
        await session.set_variable("HL_TEST", "x" * 7950)
        found.append(len(await session.variable("HL_TEST")))
        found.append(await session.variable("HL_DIALLED"))

    behind.script = script
    citizen.call("12345")
    wait(behind.over)
    assert found[0] > 900
    assert found[1] == "12345"


def test_refusals_are_told_and_leave_the_session_in_step(behind, citizen):
    refused, after = [], []

    async def script(session):
        for words in (("NOSUCH", "COMMAND"), ("SET", "VARIABLE", "X1"), ("EXEC", "NoSuchApplication", "")):
            try:
                await session.command(*words)
            except CommandRefused as error:
                refused.append(str(error))
            after.append(await session.variable("HL_DIALLED"))

    behind.script = script
    citizen.call("12345")
    wait(behind.over)
    assert [text.split(":")[1].split()[0] for text in refused] == ["510", "520", "200"]
    assert after == ["12345"] * 3


def test_the_call_comes_with_its_arguments(behind, citizen, asterisk):
    found = []

    async def script(session):
        found.extend(session.request.argument(number) for number in range(1, 5))
        found.append(await session.variable("CHANNEL(linkedid)"))

    behind.script = script
    citizen.call("12345")
    wait(behind.over)
    linkedid, keys, ani, dialled, own = found
    assert linkedid == own
    assert linkedid.startswith("heze1-")
    assert (keys, ani, dialled) == ("", CITIZEN, "12345")


@pytest.mark.parametrize("during", ["a sound", "a pause of ours"])
def test_a_caller_who_hangs_up_ends_the_session_at_once(behind, citizen, during):
    ready = threading.Event()

    async def script(session):
        line = behind.line(session)
        await line.stay(8)
        ready.set()
        if during == "a pause of ours":
            await deferLater(reactor, 1.5, lambda: None)
        await line.read_key((), 8)

    behind.script = script
    citizen.call("12345")
    wait(ready)
    time.sleep(0.2)
    citizen.hang_up()
    begun = time.monotonic()
    wait(behind.over)
    assert time.monotonic() - begun < 3
    assert [type(error) for error in behind.results] == [CallerHungUp]
    until(lambda: behind.count("hung_up") == 1, LIMIT, "the session was not counted as hung up")
    assert [entry for entry in behind.logged.entries if entry["log_level"] == "error"] == []


def test_a_script_that_freezes_loses_the_call_within_the_rescue_time(behind, citizen, asterisk):
    ready = threading.Event()
    journals = len(asterisk.journals())

    async def script(session):
        await behind.line(session, rescue=1.0).stay(0.5)
        ready.set()
        await deferLater(reactor, 30, lambda: None)

    behind.script = script
    citizen.call("12345")
    wait(ready)
    begun = time.monotonic()
    until(lambda: len(asterisk.journals()) > journals, LIMIT, "no journal")
    asterisk.await_journal(CITIZEN, "route", LIMIT)
    took = time.monotonic() - begun
    (route,) = [line for line in asterisk.journal_of(CITIZEN) if line.startswith("route ")]
    assert "rung=1" not in route
    assert took > 1.5, "not before the time it asked for"
    citizen.hang_up()
    asterisk.await_journal(CITIZEN, "ended", LIMIT)


def test_a_burst_pipe_reaches_the_water_seat_by_the_first_rung(behind, citizen, asterisk):
    behind.script = Hotline(
        tree=asterisk.tree,
        routing=asterisk.routing,
        outages=Outages,
        seats=dict,
        duration=lambda sound: 0.3,
        rescue=3.0,
        clock=SystemClock(),
        log=behind.log,
    )
    with Phone.start(asterisk.seat("water1", answer_after=0.1)) as water:
        water.wait_registered(LIMIT)
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        citizen.press("9", after=1.0)
        citizen.press("1", after=1.8)
        water.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
    journal = asterisk.await_journal(CITIZEN, "ended", LIMIT)
    (route,) = [line for line in journal if line.startswith("route ")]
    assert "route=emergency" in route
    assert "rung=1" in route
    assert "utility=water" in route
    assert behind.count("done") == 1
