"""The FastAGI server, spoken to in bytes: whatever a peer does, it costs one session at most and never the server."""

import contextlib
import errno
import socket
import time

import pytest
from fake_asterisk import LINKEDID, header
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock


class Script:
    """A script that keeps what its sessions heard."""

    def __init__(self):
        self.heard = []

    async def __call__(self, session):
        for name in ("HL_A", "HL_B", "HL_C"):
            self.heard.append(await session.variable(name))


@pytest.fixture
def script():
    return Script()


@pytest.fixture
def served(serve, script):
    return serve({"hotline": script})


def test_a_session_runs_and_the_connection_is_closed(served, script):
    asked = served.call().play(keys=["a", "b", "c"])
    assert asked == [f'GET VARIABLE "HL_{name}"\n' for name in "ABC"]
    assert script.heard == ["a", "b", "c"]
    assert served.ends() == {"done": 1, "hung_up": 0, "failed": 0}
    assert served.count("agi_own_seconds_count") == 1
    assert {entry["linkedid"] for entry in served.logged.entries} == {LINKEDID}


def test_a_header_and_replies_may_come_byte_by_byte(served, script):
    asterisk = served.connect()
    for byte in header():
        asterisk.send(bytes([byte]))
    for value in (b"1", b"2", b"3"):
        asterisk.command()
        for byte in b"200 result=1 (" + value + b")\r\n":
            asterisk.send(bytes([byte]))
    assert asterisk.command() == b""
    assert script.heard == ["1", "2", "3"]


@pytest.mark.parametrize("step", [0, 1, 2])
@pytest.mark.parametrize("how", ["HANGUP", "HANGUP after the answer", "EOF", "reset", "result=-1", "511"])
def test_a_caller_who_hangs_up_at_any_step_ends_the_session_quietly(served, settled, step, how):
    asterisk = served.call()
    asterisk.play(steps=step)
    asterisk.command()
    match how:
        case "HANGUP":
            asterisk.send(b"HANGUP\n")
        case "HANGUP after the answer":
            asterisk.send(b"200 result=1 (9)\nHANGUP\n")
        case "EOF":
            asterisk.wire.shutdown(socket.SHUT_WR)
        case "reset":
            asterisk.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            asterisk.close()
        case "result=-1":
            asterisk.send(b"200 result=-1\nHANGUP\n")
        case "511":
            asterisk.send(b"511 Command Not Permitted on a dead channel or intercept routine\n")
    if how != "reset":
        assert asterisk.command() == b"", "nothing is asked of a caller who is gone"
    settled(lambda: served.ends()["hung_up"] == 1)
    assert served.events("error") == []


def test_a_hang_up_while_our_next_command_is_on_its_way_is_no_error(served):
    asterisk = served.call()
    asterisk.command()
    asterisk.send(b"200 result=1 (9)\n")
    asterisk.send(b"HANGUP\n")
    rest = list(iter(asterisk.command, b""))
    assert len(rest) <= 1
    assert served.ends() == {"done": 0, "hung_up": 1, "failed": 0}


def test_a_hang_up_that_comes_in_one_piece_with_the_header_is_seen(served):
    asterisk = served.connect()
    asterisk.send(header() + b"HANGUP\n")
    assert len(list(iter(asterisk.command, b""))) <= 1
    assert served.ends() == {"done": 0, "hung_up": 1, "failed": 0}


@pytest.mark.parametrize(
    "reply",
    [
        b"510 Invalid or unknown command\n",
        b"520-Invalid command syntax.  Proper usage follows:\n Usage: GET VARIABLE <variablename>\n"
        b"200 result=1 (not an answer)\n520 End of proper usage.\n",
        b"520 Invalid\n",
        b"200 result=-2\n",
        b"HTTP/1.1 400 Bad Request\r\n",
        b"\xff\xfe\xfd\n",
    ],
    ids=["510", "520 multi-line", "520", "unknown application", "another protocol", "binary"],
)
def test_a_refusal_or_garbage_fails_the_session_with_the_calls_id_in_the_log(served, reply):
    asterisk = served.call()
    asterisk.command()
    asterisk.send(reply)
    assert asterisk.command() == b""
    assert served.ends() == {"done": 0, "hung_up": 0, "failed": 1}
    assert any(entry["log_level"] == "error" and entry["linkedid"] == LINKEDID for entry in served.logged.entries)


@pytest.mark.parametrize("name", ["张三", '"); DROP TABLE calls; --', "${SHELL(id)}", "a" * 4096])
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_any_caller_name_in_any_encoding_is_only_text(served, script, name, encoding):
    asterisk = served.connect()
    asterisk.send(header(calleridname=name).decode().encode(encoding))
    asterisk.command()
    asterisk.send(f"200 result=1 ({name})\n".encode(encoding))
    asterisk.play(keys=["b", "c"])
    assert script.heard == [name, "b", "c"]


def test_a_value_with_a_line_break_is_not_taken_for_the_next_answer(served, script):
    asterisk = served.call()
    asterisk.command()
    asterisk.send(b"200 result=1 (a)\n200 result=1 (forged)\n")
    asterisk.play(keys=["b", "c"])
    assert script.heard == ["a", "b", "c"]


def test_a_port_probe_costs_nothing(served, settled, script):
    for _ in range(20):
        socket.create_connection(("127.0.0.1", served.port)).close()
    settled(lambda: served.turned_away("probe") == 20)
    assert served.call().play(keys=["1", "2", "3"])
    assert served.events("error") == []


def test_an_unknown_script_is_closed_at_once(served):
    assert served.call(script="other").command() == b""
    assert served.turned_away("unknown script") == 1


def test_a_line_without_end_is_cut_off_in_the_header_and_in_a_session(served):
    early = served.connect()
    late = served.call()
    late.command()
    for asterisk in (early, late):
        with contextlib.suppress(ConnectionError):
            asterisk.send(b"x" * 1_000_000)
        assert asterisk.command() == b""
    assert served.turned_away("too long") == 1
    assert served.ends()["failed"] == 1


def test_a_header_without_end_is_cut_off(served):
    asterisk = served.connect()
    with contextlib.suppress(ConnectionError):
        for _ in range(100):
            asterisk.send(b"agi_x: 1\n" * 100)
    assert asterisk.command() == b""
    assert served.turned_away("too long") == 1


@pytest.fixture
def clock():
    return Clock()


def test_a_peer_that_never_ends_its_header_is_let_go(serve, script, clock, in_reactor, settled):
    served = serve({"hotline": script}, clock=clock, header=2.0)
    asterisk = served.connect()
    asterisk.send(header()[:-1])
    served.gather()
    in_reactor(clock.advance, 2.1)
    assert asterisk.command() == b""
    assert served.turned_away("slow header") == 1


def test_an_asterisk_that_does_not_answer_is_given_up(serve, script, clock, in_reactor):
    served = serve({"hotline": script}, clock=clock, answer=2.0)
    asterisk = served.call()
    asterisk.command()
    in_reactor(clock.advance, 2.1)
    assert asterisk.command() == b""
    assert served.ends() == {"done": 0, "hung_up": 0, "failed": 1}


def test_a_session_that_goes_on_for_ever_is_ended(serve, clock, in_reactor, settled):
    async def for_ever(session):
        while True:
            await session.variable("HL_KEY")

    served = serve({"hotline": for_ever}, clock=clock, session=300.0, answer=2.0)
    asterisk = served.call()
    command = asterisk.command()
    for _ in range(200):
        asterisk.answer(command, [])
        command = asterisk.command()  # the answer has been taken; only then may the time for the next one pass
        in_reactor(clock.advance, 1.49)
    in_reactor(clock.advance, 3.0)
    settled(lambda: served.ends()["failed"] == 1)
    assert asterisk.command() == b""


@pytest.mark.parametrize("end", ["done", "hung up"])
def test_no_timer_outlives_its_connection(serve, script, clock, settled, end):
    served = serve({"hotline": script}, clock=clock)
    asterisk = served.call()
    if end == "done":
        asterisk.play(keys=["1", "2", "3"])
    asterisk.close()
    settled(lambda: served.server.open == set())
    assert clock.getDelayedCalls() == []


def test_no_more_sessions_than_there_is_room_for(serve, script, settled):
    served = serve({"hotline": script}, connections=2)
    running = [served.call(), served.call()]
    for asterisk in running:
        asterisk.command()
    with contextlib.suppress(ConnectionResetError):  # cut so early that connecting itself may fail
        assert served.connect().command() == b"", "the dialplan goes on at once"
    settled(lambda: served.turned_away("full") == 1)
    running[0].close()
    settled(lambda: len(served.server.open) == 1)
    assert len(served.call().play(keys=["1", "2", "3"])) == 3


def test_a_script_with_a_bug_costs_its_own_call_only(serve):
    async def broken(session):
        await session.variable("HL_A")
        raise ZeroDivisionError

    served = serve({"hotline": broken})
    for _ in range(3):
        assert len(served.call().play()) == 1
    assert served.ends()["failed"] == 3
    assert served.events("error") == ["AGI script failed"] * 3


@pytest.fixture
def stopping(in_reactor):
    """Begin to stop a server; returns a list that is no longer empty once it has stopped."""

    def begin(served):
        stopped = []
        in_reactor(lambda: (Deferred.fromCoroutine(served.server.stop()).addCallback(stopped.append), None)[1])
        return stopped

    return begin


def refused(port):
    """Tell whether nobody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == errno.ECONNREFUSED


def test_stopping_lets_a_running_session_finish(served, stopping, settled):
    asterisk = served.call()
    first = asterisk.command()
    stopped = stopping(served)
    settled(lambda: refused(served.port))
    assert stopped == []
    asterisk.answer(first, ["a"])
    asterisk.play(keys=["b", "c"])
    settled(lambda: stopped)
    assert served.ends() == {"done": 1, "hung_up": 0, "failed": 0}


def test_stopping_ends_what_does_not_finish_in_time(serve, script, clock, in_reactor, settled, stopping):
    served = serve({"hotline": script}, clock=clock, stop=10.0, answer=60.0)
    asterisk = served.call()
    asterisk.command()
    stopped = stopping(served)
    settled(lambda: refused(served.port))
    in_reactor(clock.advance, 10.1)
    settled(lambda: stopped)
    assert asterisk.command() == b""
    assert served.ends()["failed"] == 1


def test_a_peer_that_answers_without_reading_is_cut_at_the_close(serve, clock, in_reactor, settled):
    async def talkative(session):
        while next(iter(served.server.open))._direct:
            await session.set_variable("HL_A", "x" * 7900)

    served = serve({"hotline": talkative}, clock=clock, close=1.0)
    asterisk = served.call()
    while not served.ends()["done"]:
        asterisk.send(b"200 result=1\n")
        time.sleep(0.001)
    assert served.server.open, "what the kernel did not take is still to be sent"
    in_reactor(clock.advance, 1.1)
    settled(lambda: served.server.open == set())
