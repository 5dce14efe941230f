"""What a seat is doing, as device states and queue memberships tell it."""

import pytest

from routing.route import SeatState
from telephony.ami.codec import Event
from telephony.ami.seats import SeatBoard


@pytest.fixture
def board():
    return SeatBoard(frozenset({"water1", "agent1001"}))


def device(state, name="PJSIP/agent1001"):
    return Event("DeviceStateChange", {"Device": name, "State": state})


def member(name="QueueMemberStatus", queue="agents", **fields):
    return Event(name, {"Queue": queue, "Interface": "PJSIP/agent1001", **fields})


def test_a_seat_nothing_was_told_of_is_unknown(board):
    assert board.states() == {"water1": SeatState.UNKNOWN, "agent1001": SeatState.UNKNOWN}


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ("NOT_INUSE", SeatState.FREE),
        ("INUSE", SeatState.BUSY),
        ("BUSY", SeatState.BUSY),
        ("ONHOLD", SeatState.BUSY),
        ("RINGING", SeatState.RINGING),
        ("RINGINUSE", SeatState.BUSY),
        ("UNAVAILABLE", SeatState.GONE),
        ("INVALID", SeatState.GONE),
        ("UNKNOWN", SeatState.UNKNOWN),
    ],
)
def test_every_device_state_of_asterisk_is_a_seat_state(board, told, state):
    board.take(device(told))
    assert board.states()["agent1001"] is state


def test_a_device_state_nobody_knows_changes_nothing(board):
    board.take(device("NOT_INUSE"))
    board.take(device("SOMETHING_NEW"))
    assert board.states()["agent1001"] is SeatState.FREE


@pytest.mark.parametrize("name", ["PJSIP/stranger", "Queue:agents_avail", "agent1001", "PJSIP/", ""])
def test_other_devices_are_passed_over(board, name):
    board.take(device("BUSY", name))
    assert set(board.states().values()) == {SeatState.UNKNOWN}


def test_a_queue_tells_of_its_members_by_number(board):
    for number, state in (
        ("1", SeatState.FREE),
        ("2", SeatState.BUSY),
        ("5", SeatState.GONE),
        ("6", SeatState.RINGING),
    ):
        board.take(member(Status=number, Paused="0"))
        assert board.states()["agent1001"] is state


def test_a_free_seat_paused_in_every_queue_is_paused(board):
    board.take(member(Status="1", Paused="1"))
    assert board.states()["agent1001"] is SeatState.PAUSED
    board.take(member(queue="heat", Status="1", Paused="0"))
    assert board.states()["agent1001"] is SeatState.FREE
    board.take(member("QueueMemberPause", queue="heat", Paused="1"))
    assert board.states()["agent1001"] is SeatState.PAUSED


def test_a_paused_seat_that_is_gone_or_talks_is_said_to_be_so(board):
    board.take(member(Status="1", Paused="1"))
    for told, state in (("UNAVAILABLE", SeatState.GONE), ("INUSE", SeatState.BUSY), ("NOT_INUSE", SeatState.PAUSED)):
        board.take(device(told))
        assert board.states()["agent1001"] is state


def test_a_queue_that_a_paused_seat_left_no_longer_counts(board):
    board.take(member(Status="1", Paused="1"))
    board.take(member("QueueMemberRemoved", Status="1", Paused="1"))
    assert board.states()["agent1001"] is SeatState.FREE


def test_a_member_by_another_name_is_found_by_its_state_interface(board):
    board.take(
        Event("QueueMember", {"Queue": "q", "Location": "Local/x@y", "StateInterface": "PJSIP/water1", "Status": "2"})
    )
    assert board.states()["water1"] is SeatState.BUSY


def test_states_are_a_value_of_their_own(board):
    before = board.states()
    board.take(device("BUSY"))
    assert before["agent1001"] is SeatState.UNKNOWN


def test_nothing_is_known_any_more_once_forgotten(board):
    board.take(member(Status="5", Paused="1"))
    board.forget()
    assert board.states()["agent1001"] is SeatState.UNKNOWN


@pytest.mark.parametrize("name", ["DeviceStateChange", "QueueMember", "QueueMemberPause", "TestEvent"])
def test_an_event_without_fields_changes_nothing(board, name):
    board.take(Event(name, {}))
    assert set(board.states().values()) == {SeatState.UNKNOWN}
