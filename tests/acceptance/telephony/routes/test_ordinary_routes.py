"""What Asterisk does with every other call: agents, their leaders, a message; both voices are kept."""

import time
from pathlib import Path

import pytest
import soundfile
from decided_routes import AGENTS, LIMIT, at, decided, strength, tone
from real_asterisk import RealAsterisk

from routing.route import Route, RouteKind
from telephony.phone import Phone, State

pytestmark = pytest.mark.asterisk


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
