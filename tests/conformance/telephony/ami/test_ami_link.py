"""The AMI link over real TCP: it comes back by itself from everything a manager can do, and nothing waits for ever."""

import pytest
from fake_manager import pack
from twisted.internet import reactor

from routing.route import SeatState
from telephony.ami.codec import Event
from telephony.ami.link import AmiRefused, AmiUnavailable


def test_it_logs_in_and_tells_wanted_events_only(manager, connect, until):
    link, heard = connect(manager.port)
    until(lambda: link.up)
    manager.tell("TestEvent", State="noise")
    manager.tell("Hello", Name="张三")
    until(lambda: len(heard.told) == 2)
    assert heard.told == ["up", Event("Hello", {"Name": "张三"})]


def test_a_manager_that_is_not_there_yet_is_waited_for(manager, connect, until):
    manager.stop()
    link, heard = connect(manager.port)
    until(lambda: any(entry["event"] == "cannot log in to AMI yet" for entry in heard.logged.entries))
    manager.start()
    until(lambda: link.up)


def test_a_wrong_password_is_said_and_tried_again(manager, connect, until):
    link, heard = connect(manager.port, secret="wrong")
    until(lambda: len(heard.logged.entries) >= 2)
    assert not link.up
    assert "wrong" not in str(heard.logged.entries)
    manager.secret = "wrong"
    until(lambda: link.up)


@pytest.mark.parametrize("how", ["killed", "hung up"])
def test_it_comes_back_after_the_manager_went_away(manager, connect, until, how):
    link, heard = connect(manager.port)
    until(lambda: link.up)
    for times in (1, 2, 3):
        if how == "killed":
            manager.stop()
            until(lambda: not link.up)
            manager.start()
        else:
            manager.hang_up()
        until(lambda times=times: heard.names() == ["up", *["down", "up"] * times])
    manager.tell("Hello")
    until(lambda: heard.names()[-1] == "Hello")


def test_a_manager_that_falls_silent_is_left_and_found_again(manager, connect, until):
    link, heard = connect(manager.port)
    until(lambda: link.up)
    manager.deaf = True
    until(lambda: not link.up)
    manager.deaf = False
    until(lambda: link.up)
    assert heard.names() == ["up", "down", "up"]


def test_a_manager_that_accepts_but_never_greets_does_not_hold_the_link_for_ever(manager, connect, until):
    manager.banner = False
    link, _ = connect(manager.port)
    until(lambda: len(manager.asked) >= 2)
    manager.banner = True
    until(lambda: link.up)
    manager.banner = False
    manager.hang_up()
    until(lambda: not link.up)
    greeted = manager.logins
    manager.banner = True
    until(lambda: link.up)
    assert manager.logins > greeted


def test_an_idle_hour_of_silence_between_events_is_no_loss(manager, connect, until, ask):
    manager.lists = {"QueueStatus": []}
    link, heard = connect(manager.port, silence=0.3, ping=0.05)
    until(lambda: link.up)
    until(lambda: sum(fields["Action"] == "Ping" for fields in manager.asked) > 12)
    assert ask(link.listing, "QueueStatus") == ()
    assert heard.names() == ["up"]


def test_a_list_comes_back_whole_and_in_order(manager, connect, until, ask):
    manager.lists = {"QueueStatus": [{"Event": "QueueMember", "Queue": str(number)} for number in range(500)]}
    link, _ = connect(manager.port)
    until(lambda: link.up)
    events = ask(link.listing, "QueueStatus")
    assert [event.fields["Queue"] for event in events] == [str(number) for number in range(500)]


def test_a_refused_action_says_why(manager, connect, until, ask):
    link, _ = connect(manager.port)
    until(lambda: link.up)
    with pytest.raises(AmiRefused, match="Permission denied"):
        ask(link.action, "Originate", Channel="PJSIP/water1")


def test_an_action_without_an_answer_ends_at_its_limit(manager, connect, until, ask):
    link, _ = connect(manager.port, answer=0.2)
    until(lambda: link.up)
    with pytest.raises(AmiUnavailable, match="no answer to Silence"):
        ask(link.action, "Silence")
    assert link.up


def test_an_action_that_is_out_when_the_connection_goes_fails_at_once(manager, connect, until, ask, in_reactor):
    link, _ = connect(manager.port, answer=600.0)
    until(lambda: link.up)
    in_reactor(reactor.callLater, 0.1, manager.hang_up)
    with pytest.raises(AmiUnavailable, match="lost"):
        ask(link.action, "Silence")


def test_an_action_while_not_connected_fails_at_once(manager, connect, ask):
    manager.stop()
    link, _ = connect(manager.port)
    with pytest.raises(AmiUnavailable, match="not connected"):
        ask(link.action, "QueueStatus")
    manager.start()


@pytest.mark.parametrize("value", ["x\r\nAction: Originate", "x\nActionID: 1", "x\0"])
def test_no_value_brings_in_an_action_of_its_own(manager, connect, until, ask, value):
    link, _ = connect(manager.port)
    until(lambda: link.up)
    with pytest.raises(ValueError, match="AMI value"):
        ask(link.action, "QueueStatus", Queue=value)
    with pytest.raises(AmiRefused):
        ask(link.action, "Other", Queue="x: y, Action: Originate")
    assert manager.names() == ["Other"]


@pytest.mark.parametrize(
    "noise",
    [b"\r\n\r\n", b"garbage\r\n\r\n", b"\xff\xfe\x00: \r\n\r\n", b"Response: Success\r\nActionID: hotline-99\r\n\r\n",
     b"Event:\r\n\r\n", b"Response\r\n\r\n", pack(Event="Hello2", CallerIDName="x" * 5000)],
)  # fmt: skip
def test_noise_on_the_line_upsets_nothing(manager, connect, until, noise):
    link, heard = connect(manager.port)
    until(lambda: link.up)
    manager.send(noise)
    manager.tell("Hello")
    until(lambda: "Hello" in heard.names())
    assert heard.names() == ["up", "Hello"]


def test_stopping_while_nothing_answers_ends_in_time(manager, connect):
    manager.banner = False
    connect(manager.port)  # stopped by the fixture, whose own limit is the test's


def device(seat, state):
    return {"Event": "DeviceStateChange", "Device": f"PJSIP/{seat}", "State": state}


def test_the_floor_is_read_after_every_login_and_unknown_in_between(manager, watch, until):
    manager.lists = {
        "DeviceStateList": [device("water1", "NOT_INUSE"), device("agent1001", "UNAVAILABLE")],
        "QueueStatus": [{"Event": "QueueEntry", "Queue": "agents", "Uniqueid": "heze1-1.1", "Position": "1"}],
    }
    floor, _ = watch(manager.port, {"water1", "agent1001"})
    until(lambda: floor.states() == {"water1": SeatState.FREE, "agent1001": SeatState.GONE})
    assert floor.queues.waiting() == {"agents": 1}
    manager.stop()
    until(lambda: set(floor.states().values()) == {SeatState.UNKNOWN})
    manager.lists = {"DeviceStateList": [device("water1", "INUSE")], "QueueStatus": []}
    manager.start()
    until(lambda: floor.states()["water1"] is SeatState.BUSY)
    assert floor.queues.waiting() == {}
    manager.tell("DeviceStateChange", Device="PJSIP/water1", State="RINGING")
    until(lambda: floor.states()["water1"] is SeatState.RINGING)


def test_what_happens_while_the_lists_are_read_is_newer_than_the_lists(manager, watch, until):
    manager.lists = {"DeviceStateList": [device("water1", "NOT_INUSE")]}  # QueueStatus is refused, and asked again
    floor, _ = watch(manager.port, {"water1"}, retry_most=0.2)
    until(lambda: manager.names().count("QueueStatus") >= 2)
    answer = manager._answer

    def change_in_between(fields):
        if fields["Action"] == "QueueStatus":
            return pack(Event="DeviceStateChange", Device="PJSIP/water1", State="INUSE") + answer(fields)
        return answer(fields)

    manager._answer = change_in_between
    manager.lists["QueueStatus"] = []
    until(lambda: floor.states()["water1"] is SeatState.BUSY and floor._meanwhile is None)
