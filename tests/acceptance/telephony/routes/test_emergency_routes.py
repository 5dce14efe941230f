"""What Asterisk does with an emergency: staggered ring, outside telephones, first place in the queue."""

import time
from pathlib import Path

import pytest
from decided_routes import AGENTS, LIMIT, at, decided, strength, tone
from real_asterisk import RealAsterisk, until

from domain.words import Utility
from routing.route import Ring, Route, RouteKind
from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
WATER = Ring(0, seat="water1")
POWER = Ring(1, seat="power1")
MOBILE = Ring(1, outside="duty-mobile")


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
