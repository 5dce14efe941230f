"""A seat that answers and is not to be heard."""

from datetime import UTC, datetime, timedelta

from hotline.room_faults import silent_seats
from telephony.recordings.legs import Role
from telephony.recordings.taken import TakenIn, TakenLeg

START = datetime(2026, 1, 20, 8, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def leg(name: str, answered: float, seconds: float, role: Role = Role.SEAT, *, mute: bool = False) -> TakenLeg:
    return TakenLeg(
        uniqueid=f"1.{name}",
        role=role,
        name=name,
        started=after(answered),
        offset=answered,
        seconds=seconds,
        answered=after(answered),
        mute=mute,
    )


def call(
    *legs: TakenLeg, seats: tuple[str, ...] = ("water1",), ended: float = 30, interrupted: bool = False
) -> TakenIn:
    return TakenIn(
        linkedid="1.1",
        ani=None,
        dialled="12345",
        started=START,
        ended=after(ended),
        seats=seats,
        talk_seconds=ended - 10,
        legs=legs,
        interrupted=interrupted,
    )


def test_a_seat_of_which_anything_is_heard_is_not_silent() -> None:
    assert silent_seats(call(leg("water1", 10, 19.8))) == set()


def test_a_seat_that_sent_nothing_is_silent_with_a_leg_and_without() -> None:
    assert silent_seats(call(leg("water1", 10, 19.8, mute=True))) == {"water1"}
    assert silent_seats(call(leg("water1", 10, 0, mute=True))) == {"water1"}
    assert silent_seats(call()) == {"water1"}


def test_each_seat_of_a_call_that_was_handed_on_counts_for_itself() -> None:
    handed_on = (leg("agent1001", 10, 9.9), leg("water1", 20, 9.7, mute=True))
    assert silent_seats(call(*handed_on, seats=("agent1001", "water1"))) == {"water1"}


def test_a_word_long_talk_or_part_of_one_and_a_dead_asterisk_tell_nothing() -> None:
    assert silent_seats(call(leg("water1", 10, 0.9, mute=True), ended=11)) == set()
    assert silent_seats(call(leg("agent1001", 10, 1.0, mute=True), seats=("agent1001",))) == set()
    assert silent_seats(call(leg("duty-mobile", 10, 15, Role.OUTSIDE), seats=("duty-mobile",))) == set()
    assert silent_seats(call(interrupted=True)) == set()
