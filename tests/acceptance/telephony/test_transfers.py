"""A citizen who is passed on is heard and recorded to the end, with whoever took over; and what a seat may dial."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from decided_routes import at, strength, tone
from real_asterisk import RealAsterisk, until

from chaos import agi_peers
from telephony.phone import Phone, PhoneError, State

pytestmark = pytest.mark.asterisk
LIMIT = 15.0


@contextmanager
def talking(house: RealAsterisk, number: str, tmp_path: Path, way: str) -> Iterator[tuple[Phone, Phone]]:
    """A citizen (900 Hz) who talks to a first seat (500 Hz), by way of the staggered ring or of the queue."""
    pairs = {
        "ring": (
            ("HL_RING", "PJSIP/water1"),
            ("HL_RING_SECONDS", "10"),
            ("HL_QUEUE", "agents"),
            ("ROUTE", "emergency"),
        ),
        "queue": (("HL_QUEUE", "agents"), ("ROUTE", "agents")),
    }[way]
    first = "water1" if way == "ring" else "agent1001"
    with (
        agi_peers.behind(house.settings.agi.port, agi_peers.deciding(*pairs)),
        at(house, first, answer_after=0.1, play=tone(tmp_path / "first.wav", 500), loop=True) as seat,
        Phone.start(
            house.citizen(number, play=tone(tmp_path / "citizen.wav", 900), loop=True, record=tmp_path / "heard.wav")
        ) as citizen,
    ):
        citizen.call("12345")
        seat.wait_for(State.CONFIRMED, LIMIT)
        house.await_journal(number, "answered")
        time.sleep(0.7)
        yield citizen, seat


def answered(house: RealAsterisk, number: str) -> list[str]:
    return [line.split()[1] for line in house.journal_of(number) if line.startswith("answered ")]


def assert_all_voices(house: RealAsterisk, number: str, first: str, second: str, heard: Path) -> None:
    legs = house.legs(house.last(number))
    assert set(legs) == {"caller", f"seat-{first}", f"seat-{second}"}
    assert strength(legs["caller"], 900) > 0.8
    assert strength(legs[f"seat-{first}"], 500) > 0.8
    assert strength(legs[f"seat-{second}"], 700) > 0.8
    assert strength(heard, 700) > 0.02  # the citizen heard the second voice
    assert answered(house, number) == [f"seat={first}", f"seat={second}"]


@pytest.mark.parametrize("way", ["ring", "queue"])
def test_blind_transfer(house: RealAsterisk, tmp_path: Path, way: str) -> None:
    number = f"1390000000{1 + (way == 'queue')}"
    first = "water1" if way == "ring" else "agent1001"
    with (
        at(house, "power1", answer_after=0.1, play=tone(tmp_path / "second.wav", 700), loop=True) as power,
        talking(house, number, tmp_path, way) as (citizen, seat),
    ):
        seat.transfer("power1")
        power.wait_for(State.CONFIRMED, LIMIT)
        seat.wait_for(State.ENDED, LIMIT)
        time.sleep(1.0)
        citizen.hang_up()
        power.wait_for(State.ENDED, LIMIT)
    house.await_journal(number, "ended")
    assert_all_voices(house, number, first, "power1", tmp_path / "heard.wav")


@pytest.mark.parametrize("way", ["ring", "queue"])
def test_attended_transfer(house: RealAsterisk, tmp_path: Path, way: str) -> None:
    number = f"1390000001{1 + (way == 'queue')}"
    first = "water1" if way == "ring" else "agent1001"
    with (
        at(house, "power1", answer_after=0.1, play=tone(tmp_path / "second.wav", 700), loop=True) as power,
        talking(house, number, tmp_path, way) as (citizen, seat),
    ):
        seat.hold()
        seat.wait_for(State.HELD, LIMIT)
        seat.call("power1")
        power.wait_for(State.CONFIRMED, LIMIT)
        until(lambda: len(answered(house, number)) == 2, LIMIT, "the colleague's leg is not in the journal")
        seat.attended()
        seat.wait_for(State.ENDED, LIMIT)
        time.sleep(1.0)
        citizen.hang_up()
        power.wait_for(State.ENDED, LIMIT)
    house.await_journal(number, "ended")
    assert_all_voices(house, number, first, "power1", tmp_path / "heard.wav")
    assert len(list(house.layout.spool.glob("*.call"))) == len(house.journals())


@pytest.mark.parametrize("way", ["ring", "queue"])
def test_transfer_to_a_queue(house: RealAsterisk, tmp_path: Path, way: str) -> None:
    number = f"1390000002{1 + (way == 'queue')}"
    first = "water1" if way == "ring" else "agent1001"
    with (
        at(house, "leader1", answer_after=0.1, play=tone(tmp_path / "second.wav", 700), loop=True) as leader,
        talking(house, number, tmp_path, way) as (citizen, seat),
    ):
        seat.transfer("supervisors")
        leader.wait_for(State.CONFIRMED, LIMIT)
        time.sleep(1.0)
        citizen.hang_up()
        leader.wait_for(State.ENDED, LIMIT)
    house.await_journal(number, "ended")
    assert_all_voices(house, number, first, "leader1", tmp_path / "heard.wav")


def test_transfer_to_a_seat_that_is_away_brings_the_citizen_to_the_queue(house: RealAsterisk, tmp_path: Path) -> None:
    number = "13900000031"
    with (
        at(house, "agent1002", answer_after=0.1, play=tone(tmp_path / "second.wav", 700), loop=True) as agent,
        talking(house, number, tmp_path, "ring") as (citizen, seat),
    ):
        seat.transfer("gas1")
        agent.wait_for(State.CONFIRMED, LIMIT)
        citizen.hang_up()
        agent.wait_for(State.ENDED, LIMIT)
    house.await_journal(number, "ended")
    assert answered(house, number) == ["seat=water1", "seat=agent1002"]


def test_a_seat_calls_another_seat_and_nothing_is_recorded(house: RealAsterisk) -> None:
    before = set(house.layout.spool.iterdir())
    with at(house, "water1") as water, at(house, "power1", answer_after=0.1) as power:
        water.call("power1")
        power.wait_for(State.CONFIRMED, LIMIT)
        water.hang_up()
        power.wait_for(State.ENDED, LIMIT)
    assert set(house.layout.spool.iterdir()) == before


@pytest.mark.parametrize("number", ["12345", "13853067219", "900112", "s", "h", "T", "ring-0", "power1@ring-0"])
def test_a_seat_can_dial_nothing_else(house: RealAsterisk, number: str) -> None:
    with at(house, "water1") as water:
        water.call(number)
        ended = water.wait_for(State.ENDED, LIMIT)
        assert ended.code in (404, 484), ended


def test_a_stranger_gets_nothing(house: RealAsterisk) -> None:
    with Phone.start(house.citizen("13900000041", local_address="127.0.0.1")) as stranger:
        stranger.call("12345")
        assert stranger.wait_for(State.ENDED, LIMIT).code in (401, 403)


def test_a_trunk_reaches_no_number_but_ours(house: RealAsterisk) -> None:
    for number in ("110", "water1", "agents", "s", "13853067219"):
        with Phone.start(house.citizen("13900000042")) as citizen:
            citizen.call(number)
            assert citizen.wait_for(State.ENDED, LIMIT).code == 404


def test_a_seat_with_a_wrong_password_is_refused(house: RealAsterisk) -> None:
    with (
        Phone.start(house.seat("water1", password="wrong-password")) as water,
        pytest.raises(PhoneError, match=r"40[13]"),
    ):
        water.wait_registered(LIMIT)


@pytest.fixture
def house(asterisk: RealAsterisk) -> Iterator[RealAsterisk]:
    """The shipped configuration, with no call left after each test."""
    yield asterisk
    until(
        lambda: "0 active channels" in asterisk.process.ask("core show channels"),
        LIMIT,
        "channels are left",
    )
