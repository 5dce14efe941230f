"""Who waits where, and the place a caller had: what a call-back keeps."""

import pytest

from telephony.ami.codec import Event
from telephony.ami.queues import Place, QueueBoard


def event(name, uniqueid="heze1-1.1", queue="agents", **fields):
    return Event(name, {"Queue": queue, "Uniqueid": uniqueid, **fields})


@pytest.fixture
def board():
    return QueueBoard()


def test_callers_are_counted_while_they_wait(board):
    board.take(event("QueueCallerJoin", "a"))
    board.take(event("QueueEntry", "b"))
    board.take(event("QueueCallerJoin", "c", queue="heat"))
    assert board.waiting() == {"agents": 2, "heat": 1}
    board.take(event("QueueCallerLeave", "a", Position="1"))
    assert board.waiting() == {"agents": 1, "heat": 1}


def test_the_place_of_a_caller_who_left_is_known(board):
    board.take(event("QueueCallerJoin", Position="5"))
    board.take(event("QueueCallerLeave", Position="3"))
    assert board.left("heze1-1.1") == Place("agents", 3)
    assert board.left("heze1-9.9") is None


@pytest.mark.parametrize("order", [1, -1])
def test_a_caller_who_hung_up_waiting_stays_abandoned_in_whatever_order_it_is_told(board, order):
    for name in ("QueueCallerAbandon", "QueueCallerLeave")[::order]:
        board.take(event(name, Position="2"))
    assert board.left("heze1-1.1") == Place("agents", 2, abandoned=True)


def test_a_caller_who_leaves_a_second_queue_is_remembered_there(board):
    board.take(event("QueueCallerAbandon", Position="2"))
    board.take(event("QueueCallerLeave", queue="heat", Position="1"))
    assert board.left("heze1-1.1") == Place("heat", 1)


@pytest.mark.parametrize("position", ["", "x", "-1", "١"])
def test_a_place_that_is_no_number_is_not_remembered(board, position):
    board.take(event("QueueCallerLeave", Position=position))
    assert board.left("heze1-1.1") is None


def test_only_the_last_thousands_are_remembered(board):
    for number in range(5003):
        board.take(event("QueueCallerLeave", str(number), Position="1"))
    assert board.left("2") is None
    assert board.left("3") is not None


def test_places_outlive_a_lost_connection_and_waiting_callers_do_not(board):
    board.take(event("QueueCallerJoin", "a"))
    board.take(event("QueueCallerLeave", "b", Position="4"))
    board.forget()
    assert board.waiting() == {}
    assert board.left("b") == Place("agents", 4)
