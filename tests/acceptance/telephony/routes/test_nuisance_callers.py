"""A tagged caller hears a notice and waits behind everybody; with key 9 the duty seat rings as for anybody."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from decided_routes import AGENTS, LIMIT, at, decided, strength, tone
from real_asterisk import RealAsterisk, until

from domain.call import Choice
from routing.nuisance import NuisanceRules, slowed
from routing.route import Ring, Route, RouteKind
from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk
RULES = NuisanceRules(notice="nuisance-notice")
TAGGED = slowed(AGENTS, Choice(), RULES)
PATIENT = replace(AGENTS, queue="supervisors")


def test_a_notice_comes_first_and_the_call_then_waits_like_every_other(house: RealAsterisk, tmp_path: Path) -> None:
    sound = house.layout.sounds / "hotline" / "nuisance-notice.wav"
    tone(sound, 1300, 1.5)
    with (
        decided(house, TAGGED, keys=""),
        at(house, "agent1001", answer_after=0.1) as agent,
        Phone.start(house.citizen("13800000071", record=tmp_path / "heard.wav")) as citizen,
    ):
        citizen.call("12345")
        citizen.wait_for(State.CONFIRMED, LIMIT)
        agent.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
        agent.wait_for(State.ENDED, LIMIT)
    assert strength(tmp_path / "heard.wav", 1300) > 0.3
    journal = house.await_journal("13800000071", "ended")
    assert "route route=agents rung=1 keys= utility= queue=agents prio=-10 outage=" in journal
    assert any(line.startswith("answered seat=agent1001 ") for line in journal)


def test_whoever_comes_later_is_served_before_a_tagged_caller(house: RealAsterisk, tmp_path: Path) -> None:
    order = []
    with at(house, "agent1001", answer_after=0.1) as agent, Phone.start(house.citizen("13800000072")) as first:
        with decided(house, AGENTS, keys=""):
            first.call("12345")
            agent.wait_for(State.CONFIRMED, LIMIT)
        with (
            Phone.start(house.citizen("13800000073")) as tagged,
            Phone.start(house.citizen("13800000074")) as later,
        ):
            with decided(house, replace(TAGGED, notice=None), keys=""):
                tagged.call("12345")
                until(lambda: "1. " in house.process.ask("queue show agents"), LIMIT, "the tagged one does not wait")
            with decided(house, AGENTS, keys=""):
                later.call("12345")
                until(lambda: "2. " in house.process.ask("queue show agents"), LIMIT, "the later one does not wait")
            for _ in range(2):
                agent.hang_up()
                agent.wait_for(State.ENDED, LIMIT)
                order.append(agent.wait_for(State.CONFIRMED, LIMIT).remote)
            agent.hang_up()
    assert ["74@" in order[0], "73@" in order[1]] == [True, True], order


def test_an_emergency_of_a_tagged_caller_rings_the_duty_seat_at_once(house: RealAsterisk, tmp_path: Path) -> None:
    route = Route(RouteKind.EMERGENCY, rings=(Ring(0, seat="water1"),), ring_seconds=10, queue="agents", priority=100)
    made = slowed(route, Choice(keys="91", emergency=True), RULES)
    with decided(house, made), at(house, "water1") as water, Phone.start(house.citizen("13800000075")) as citizen:
        citizen.call("12345")
        answered = citizen.wait_for(State.CONFIRMED, LIMIT)
        rang = water.wait_for(State.RINGING, LIMIT)
        citizen.hang_up()
    journal = house.await_journal("13800000075", "ended")
    assert "route route=emergency rung=1 keys=91 utility= queue=agents prio=100 outage=" in journal
    assert rang.monotonic >= answered.monotonic
    time.sleep(0.1)
