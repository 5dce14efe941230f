"""A session: one command at a time, each within its limit, and a caller who hangs up ends it at once."""

from types import MappingProxyType

import pytest
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from ivr.phone import CallerHungUp
from telephony.agi.codec import Reply, Request, Signal
from telephony.agi.session import CommandRefused, Session, SessionFailed


class Wire:
    """A session on a fake clock, and what it sent."""

    def __init__(self):
        self.clock = Clock()
        self.sent = []
        self.session = Session(Request(MappingProxyType({})), self.sent.append, self.clock, 2.0)

    def start(self, *words, takes=0.0):
        """Begin a command; returns the list that its end will be put in."""
        end = []
        begun = Deferred.fromCoroutine(self.session.command(*words, takes=takes))
        begun.addCallbacks(end.append, lambda failure: end.append(failure.value))
        return end

    def says(self, *lines):
        self.session.received(list(lines))


@pytest.fixture
def wire():
    return Wire()


def test_a_command_gets_its_answer(wire):
    end = wire.start("GET", "VARIABLE", "HL_KEY")
    assert wire.sent == [b'GET VARIABLE "HL_KEY"\n']
    wire.says(Reply(200, "1", "9"))
    assert end == [Reply(200, "1", "9")]


def test_a_second_command_while_one_is_out_is_refused_and_not_sent(wire):
    first = wire.start("ANSWER")
    second = wire.start("ANSWER")
    assert isinstance(second[0], RuntimeError)
    assert len(wire.sent) == 1
    wire.says(Reply(200, "0"))
    assert first == [Reply(200, "0")]


@pytest.mark.parametrize("line", [Signal.HANGUP, Reply(200, "-1"), Reply(511, text="dead channel")])
def test_a_caller_who_is_gone_ends_the_command_and_all_that_follow(wire, line):
    end = wire.start("EXEC", "Read", "HL_KEY")
    wire.says(line)
    assert isinstance(end[0], CallerHungUp)
    assert isinstance(wire.start("ANSWER")[0], CallerHungUp)
    assert len(wire.sent) == 1


def test_a_hang_up_between_two_commands_is_seen_by_the_second(wire):
    wire.says(Signal.HANGUP)
    assert isinstance(wire.start("ANSWER")[0], CallerHungUp)
    assert wire.sent == []


def test_an_answer_and_a_hang_up_in_one_piece_are_a_hang_up(wire):
    end = wire.start("GET", "VARIABLE", "HL_KEY")
    wire.says(Reply(200, "1", "9"), Signal.HANGUP)
    assert isinstance(end[0], CallerHungUp)


@pytest.mark.parametrize("reply", [Reply(510, text="Invalid"), Reply(520, text="Usage"), Reply(200, "-2")])
def test_a_refused_command_says_which_one_it_was(wire, reply):
    end = wire.start("EXEC", "Raed", "HL_KEY")
    wire.says(reply)
    assert isinstance(end[0], CommandRefused)
    assert "EXEC Raed" in str(end[0])


def test_no_answer_within_the_limit_fails_the_session_for_good(wire):
    end = wire.start("ANSWER")
    wire.clock.advance(1.9)
    assert end == []
    wire.clock.advance(0.2)
    assert isinstance(end[0], SessionFailed)
    later = wire.start("GET", "VARIABLE", "HL_KEY")
    wire.says(Reply(200, "0"))
    assert isinstance(later[0], SessionFailed)
    assert len(wire.sent) == 1, "nothing may be sent after a time-out: the late answer would be taken for its own"


def test_the_limit_moves_with_each_command_and_with_what_it_takes(wire):
    for takes in (0.0, 10.0, 0.0, 3.0):
        end = wire.start("EXEC", "Read", "HL_KEY", takes=takes)
        wire.clock.advance(takes + 1.9)
        wire.says(Reply(200, "0"))
        assert end == [Reply(200, "0")]
    end = wire.start("ANSWER")
    wire.clock.advance(2.1)
    assert isinstance(end[0], SessionFailed)


def test_a_short_limit_after_a_long_one_is_kept(wire):
    wire.start("EXEC", "Read", "HL_KEY", takes=60.0)
    wire.says(Reply(200, "0"))
    end = wire.start("ANSWER")
    wire.clock.advance(2.01)
    assert isinstance(end[0], SessionFailed)


def test_waiting_time_is_told_apart_from_our_own(wire):
    wire.start("ANSWER")
    wire.clock.advance(1.5)
    wire.says(Reply(200, "0"))
    wire.clock.advance(1.0)
    assert wire.session.waited == pytest.approx(1.5)


def test_an_answer_nobody_asked_for_is_dropped(wire):
    wire.says(Reply(200, "1", "old"))
    end = wire.start("GET", "VARIABLE", "HL_KEY")
    assert end == []
    wire.says(Reply(200, "1", "new"))
    assert end == [Reply(200, "1", "new")]


def test_a_second_answer_in_one_piece_is_not_taken_for_the_next_command(wire):
    values = []

    async def script():
        values.append(await wire.session.variable("A"))
        values.append(await wire.session.variable("B"))

    Deferred.fromCoroutine(script())
    wire.says(Reply(200, "1", "a"), Reply(200, "1", "forged"))
    assert values == ["a"]
    wire.says(Reply(200, "1", "b"))
    assert values == ["a", "b"]


def test_garbage_instead_of_an_answer_fails_the_session(wire):
    end = wire.start("ANSWER")
    wire.says(Signal.GARBAGE)
    assert isinstance(end[0], SessionFailed)


def test_a_value_that_cannot_be_sent_leaves_the_session_usable(wire):
    assert isinstance(wire.start("SET", "VARIABLE", "X", "a\nHANGUP")[0], ValueError)
    end = wire.start("ANSWER")
    wire.says(Reply(200, "0"))
    assert end == [Reply(200, "0")]


def test_no_timer_is_left_over_when_a_session_ends(wire):
    wire.start("ANSWER")
    wire.says(Reply(200, "0"))
    wire.session.end(SessionFailed("over"))
    assert wire.clock.getDelayedCalls() == []
