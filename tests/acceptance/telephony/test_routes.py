"""What Asterisk does with a decision: staggered ring, outside telephones, queues, message; the journal holds."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import agi_peers
import numpy as np
import pytest
import soundfile
from real_asterisk import Make, RealAsterisk, Whole, until

from domain.call import Choice
from domain.words import Utility
from ivr.tree import Tree
from routing.config import EmergencyPlan, Outside, Queue, RoutingConfig
from routing.route import Ring, Route, RouteKind
from telephony.asterisk.settings import TelephonySettings
from telephony.phone import Phone, State
from telephony.route_variables import variables

pytestmark = pytest.mark.asterisk
LIMIT = 15.0
LEG = re.compile(
    r"(?P<linkedid>[0-9A-Za-z.-]+)_(?P<uniqueid>[0-9A-Za-z.-]+)_(?P<start>\d{13})_(?P<role>[a-z0-9-]+)\.wav"
)
LINE = re.compile(r"\d{13} (started|notice|route|answered|message|callback|ended)( [a-z]+=[0-9A-Za-z_.+-]*)*")


@pytest.fixture(scope="module")
def house(make_asterisk: Make) -> RealAsterisk:
    def quick(settings: TelephonySettings, routing: RoutingConfig, tree: Tree) -> Whole:
        plan = EmergencyPlan(roster="water", neighbours=("power1",), outside="duty-mobile", stagger=1, queue="agents")
        queues = {
            "agents": Queue(title="人工坐席", wait=4, ring=8, overflow="supervisors", announce_every=5),
            "supervisors": Queue(title="值班长", strategy="ringall", wait=4),
        }
        routing = replace(
            routing,
            emergency={"water": plan, "duty": replace(plan, roster="duty")},
            queues=queues,
            outside={"duty-mobile": Outside(title="值班手机", number="15400000000")},
        )
        limits = replace(settings.asterisk, accept_seconds=2, message_seconds=10, message_silence=2)
        return replace(settings, asterisk=limits), routing, tree

    return make_asterisk(quick)


@pytest.fixture(autouse=True)
def quiet(house: RealAsterisk) -> Iterator[None]:
    """Every test ends with no call left, and every line and file it left keeps the contract."""
    yield
    deadline = time.monotonic() + LIMIT
    while "0 active channels" not in house.process.ask("core show channels"):
        assert time.monotonic() < deadline, house.process.ask("core show channels concise")
        time.sleep(0.05)
    for file in house.layout.spool.glob("*.call"):
        assert all(LINE.fullmatch(line) for line in file.read_text().splitlines()), file.read_text()
    for file in house.layout.spool.glob("*.wav"):
        match = LEG.fullmatch(file.name)
        assert match, file.name
        assert (house.layout.spool / f"{match['linkedid']}.call").exists()
        info = soundfile.info(file)
        assert (info.samplerate, info.channels, info.subtype) == (8000, 1, "PCM_16")


def emergency(*rings: Ring, seconds: int = 8, music: str | None = None) -> Route:
    return Route(
        RouteKind.EMERGENCY,
        rings=rings,
        ring_seconds=seconds,
        queue="agents",
        priority=100,
        utility=Utility.WATER,
        while_ringing=music,
    )


AGENTS = Route(RouteKind.AGENTS, queue="agents")
WATER = Ring(0, seat="water1")
POWER = Ring(1, seat="power1")
MOBILE = Ring(1, outside="duty-mobile")


@contextmanager
def decided(house: RealAsterisk, route: Route, keys: str = "91") -> Iterator[None]:
    """FastAGI that decides at once for whoever calls."""
    choice = Choice(keys=keys, emergency=route.kind is RouteKind.EMERGENCY, utility=route.utility)
    pairs = (("HL_KEYS", keys), *variables(route, choice))
    with agi_peers.behind(house.settings.agi.port, agi_peers.deciding(*pairs)):
        yield


@contextmanager
def phones(house: RealAsterisk, *seats: Phone) -> Iterator[None]:
    with ExitStack() as stack:
        for seat in seats:
            stack.enter_context(seat)
        yield


def at(house: RealAsterisk, name: str, **more: object) -> Phone:
    phone = Phone.start(house.seat(name, **more))
    phone.wait_registered(LIMIT)
    return phone


def tone(file: Path, hertz: float, seconds: float = 3.0) -> Path:
    times = np.arange(int(8000 * seconds)) / 8000
    soundfile.write(file, 0.3 * np.sin(2 * np.pi * hertz * times), 8000, subtype="PCM_16")
    return file


def strength(file: Path, hertz: float) -> float:
    """The share of a recording's energy that lies at a frequency, 0 to 1."""
    samples, rate = soundfile.read(file)
    spectrum = np.abs(np.fft.rfft(samples)) ** 2
    near = np.abs(np.fft.rfftfreq(len(samples), 1 / rate) - hertz) < 15
    return float(spectrum[near].sum() / max(spectrum.sum(), 1e-12))


def test_seats_ring_one_after_the_other_and_go_on_ringing(house: RealAsterisk) -> None:
    with (
        decided(house, emergency(WATER, POWER)),
        at(house, "water1") as water,
        at(house, "power1") as power,
        Phone.start(house.citizen("13800000001")) as citizen,
    ):
        citizen.call("12345")
        first = water.wait_for(State.RINGING, LIMIT)
        second = power.wait_for(State.RINGING, LIMIT)
        assert second.monotonic - first.monotonic == pytest.approx(1.0, abs=0.25)
        water.answer()
        water.wait_for(State.CONFIRMED, LIMIT)
        power.wait_for(State.ENDED, LIMIT)
        citizen.hang_up()
        water.wait_for(State.ENDED, LIMIT)
    journal = house.await_journal("13800000001", "ended")
    assert [line.split()[0] for line in journal] == ["started", "notice", "route", "answered", "ended"]
    assert journal[3].startswith("answered seat=water1 uniqueid=heze1-")


def test_a_seat_that_is_not_there_costs_no_time(house: RealAsterisk) -> None:
    with (
        decided(house, emergency(Ring(0, seat="water1"), Ring(0, seat="power1"))),
        at(house, "power1", answer_after=0.1) as power,
        Phone.start(house.citizen("13800000002")) as citizen,
    ):
        citizen.call("12345")
        power.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
        power.wait_for(State.ENDED, LIMIT)


def test_a_seat_whose_plug_was_pulled_costs_no_time_either(house: RealAsterisk) -> None:
    with at(house, "water1") as water:
        water.kill()
        until(lambda: "Unavail" in house.process.ask("pjsip show contacts"), LIMIT, "the dead seat counts as alive")
    with (
        decided(house, emergency(WATER, seconds=8)),
        at(house, "agent1001", answer_after=0.1) as agent,
        Phone.start(house.citizen("13800000014")) as citizen,
    ):
        citizen.call("12345")
        begun = citizen.wait_for(State.CONFIRMED, LIMIT)
        ringing = agent.wait_for(State.RINGING, LIMIT)
        assert ringing.monotonic - begun.monotonic < 3
        citizen.hang_up()


def test_the_seat_learns_the_call_and_the_number_and_no_name(house: RealAsterisk, tmp_path: Path) -> None:
    trace = tmp_path / "sip.log"
    with (
        decided(house, emergency(WATER)),
        at(house, "water1", answer_after=0.1, log=trace) as water,
        Phone.start(house.citizen("13800000003", display_name="Evil <sip:x@y>")) as citizen,
    ):
        citizen.call("12345")
        water.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
        water.wait_for(State.ENDED, LIMIT)
    text = trace.read_text(errors="replace")
    assert f"X-Call-Id: {house.last('13800000003')}" in text
    assert "<sip:13800000003@" in text
    assert "Evil" not in text


def test_an_outside_voice_mail_that_presses_nothing_does_not_get_the_call(house: RealAsterisk) -> None:
    with (
        decided(house, emergency(WATER, MOBILE)),
        at(house, "water1") as water,
        Phone.start(house.outside(answer_after=0.1)) as voice_mail,
        Phone.start(house.citizen("13800000004")) as citizen,
    ):
        citizen.call("12345")
        water.wait_for(State.RINGING, LIMIT)
        voice_mail.wait_for(State.CONFIRMED, LIMIT)
        voice_mail.wait_for(State.ENDED, LIMIT)  # asked twice, then dropped
        water.answer()  # it rang all the while
        water.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
        water.wait_for(State.ENDED, LIMIT)
    journal = house.await_journal("13800000004", "ended")
    assert [line.split()[1] for line in journal if line.startswith("answered")] == ["seat=water1"]
    assert set(house.legs(house.last("13800000004"))) == {"caller", "seat-water1"}


def test_an_outside_telephone_takes_the_call_by_pressing_1(house: RealAsterisk, tmp_path: Path) -> None:
    with (
        decided(house, emergency(MOBILE)),
        Phone.start(house.outside(answer_after=0.1, play=tone(tmp_path / "m.wav", 700), loop=True)) as mobile,
        Phone.start(house.citizen("13800000005", record=tmp_path / "heard.wav")) as citizen,
    ):
        citizen.call("12345")
        mobile.wait_for(State.CONFIRMED, LIMIT)
        mobile.press("1", after=0.5)
        house.await_journal("13800000005", "answered")
        time.sleep(1.5)  # let them talk
        mobile.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
    assert "answered seat=outside-duty-mobile" in house.await_journal("13800000005", "ended")[3]
    legs = house.legs(house.last("13800000005"))
    assert set(legs) == {"caller", "outside-duty-mobile"}
    assert strength(legs["outside-duty-mobile"], 700) > 0.8


def test_while_an_outside_telephone_is_asked_a_seat_may_still_take_the_call(house: RealAsterisk) -> None:
    with (
        decided(house, emergency(Ring(0, outside="duty-mobile"), WATER)),
        at(house, "water1", answer_after=1.0) as water,
        Phone.start(house.outside(answer_after=0.1)) as mobile,
        Phone.start(house.citizen("13800000006")) as citizen,
    ):
        citizen.call("12345")
        mobile.wait_for(State.CONFIRMED, LIMIT)
        water.wait_for(State.CONFIRMED, LIMIT)
        mobile.wait_for(State.ENDED, LIMIT)
        citizen.hang_up()
        water.wait_for(State.ENDED, LIMIT)


def test_an_emergency_nobody_takes_goes_before_everyone_in_the_queue(house: RealAsterisk) -> None:
    with (
        at(house, "agent1001") as agent,
        Phone.start(house.citizen("13800000007")) as talking,
        Phone.start(house.citizen("13800000008")) as waiting,
        Phone.start(house.citizen("13800000009")) as urgent,
    ):
        with decided(house, AGENTS, keys=""):
            talking.call("12345")
            agent.wait_for(State.RINGING, LIMIT)
            agent.answer()
            agent.wait_for(State.CONFIRMED, LIMIT)
            waiting.call("12345")
            house.await_journal("13800000008", "route")
        with decided(house, emergency(POWER, seconds=1)):
            urgent.call("12345")
            house.await_journal("13800000009", "route")
            time.sleep(1.5)
        agent.hang_up()
        agent.wait_for(State.RINGING, LIMIT)
        agent.answer()
        house.await_journal("13800000009", "answered")
        assert not [line for line in house.journal_of("13800000008") if line.startswith("answered")]
        urgent.hang_up()
        waiting.hang_up()


def test_a_call_without_keys_waits_for_an_agent_and_both_voices_are_kept(house: RealAsterisk, tmp_path: Path) -> None:
    with (
        decided(house, AGENTS, keys=""),
        at(house, "agent1001", answer_after=0.3, play=tone(tmp_path / "a.wav", 500), loop=True) as agent,
        Phone.start(house.citizen("13800000010", play=tone(tmp_path / "c.wav", 900), loop=True)) as citizen,
    ):
        citizen.call("12345")
        agent.wait_for(State.CONFIRMED, LIMIT)
        time.sleep(1.5)
        agent.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
    journal = house.await_journal("13800000010", "ended")
    assert "route route=agents rung=1 keys= utility= queue=agents prio=0 outage=" in journal
    assert any(line.startswith("answered seat=agent1001 ") for line in journal)
    legs = house.legs(house.last("13800000010"))
    assert set(legs) == {"caller", "seat-agent1001"}
    assert strength(legs["caller"], 900) > 0.9
    assert strength(legs["caller"], 500) < 0.01
    assert strength(legs["seat-agent1001"], 500) > 0.9
    assert strength(legs["seat-agent1001"], 900) < 0.01


def test_with_nobody_in_any_queue_the_citizen_leaves_a_message(house: RealAsterisk, tmp_path: Path) -> None:
    with (
        decided(house, AGENTS, keys=""),
        Phone.start(house.citizen("13800000011", play=tone(tmp_path / "c.wav", 900, 60))) as citizen,
    ):
        citizen.call("12345")
        house.await_journal("13800000011", "message")
        time.sleep(2.0)
        citizen.hang_up()
        citizen.wait_for(State.ENDED, LIMIT)
    assert [line.split()[0] for line in house.await_journal("13800000011", "ended")] == [
        "started",
        "notice",
        "route",
        "message",
        "ended",
    ]
    legs = house.legs(house.last("13800000011"))
    assert strength(legs["message"], 900) > 0.9
    assert soundfile.info(legs["message"]).duration > 0.5


def test_a_message_ends_by_itself_and_the_citizen_is_thanked(house: RealAsterisk) -> None:
    with decided(house, Route(RouteKind.MESSAGE)), Phone.start(house.citizen("13800000012")) as citizen:
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        citizen.wait_for(State.ENDED, LIMIT)
    assert house.await_journal("13800000012", "ended")[-1] == "ended cause=16"


def test_agents_who_do_not_answer_give_way_to_the_leaders(house: RealAsterisk) -> None:
    with (
        decided(house, AGENTS, keys=""),
        at(house, "agent1001") as agent,
        at(house, "leader1", answer_after=0.1) as leader,
        Phone.start(house.citizen("13800000013")) as citizen,
    ):
        citizen.call("12345")
        agent.wait_for(State.RINGING, LIMIT)
        leader.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
        leader.wait_for(State.ENDED, LIMIT)
    assert any(line.startswith("answered seat=leader1 ") for line in house.await_journal("13800000013", "ended"))
