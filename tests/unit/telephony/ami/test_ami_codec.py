"""AMI's text: packs become values, a caller's name stays one field, and no value of ours starts a line."""

import pytest

from telephony.ami.codec import Event, Response, action, parse


def test_an_event_has_its_name_and_fields():
    event = parse("Event: QueueCallerLeave\r\nQueue: agents\r\nPosition: 3\r\nUniqueid: heze1-1764000000.1")
    assert event == Event("QueueCallerLeave", {"Queue": "agents", "Position": "3", "Uniqueid": "heze1-1764000000.1"})


def test_a_response_tells_whether_it_was_refused():
    assert parse("Response: Success\r\nActionID: 1") == Response("Success", {"ActionID": "1"})
    assert not parse("Response: Success").refused
    assert parse("Response: Error\r\nMessage: Permission denied").refused


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\n", "\r"])
def test_a_callers_name_cannot_bring_in_a_field(separator):
    event = parse(f"Event: QueueCallerLeave\r\nCallerIDName: x{separator}Position: 1\r\nPosition: 9\r\nQueue: agents")
    assert event.fields["Position"] == "9"
    assert event.fields["CallerIDName"] == f"x{separator}Position: 1"


def test_the_first_of_two_fields_of_one_name_counts():
    assert parse("Event: E\r\nUniqueid: 1\r\nUniqueid: 2").fields == {"Uniqueid": "1"}


def test_output_and_variables_are_kept_whole():
    assert parse("Response: Success\r\nOutput: a\r\nOutput: b").fields == {"Output": "a\nb"}
    assert parse("Event: E\r\nChanVariable: A=1\r\nChanVariable: B=2").fields == {"ChanVariable": "A=1\nB=2"}


@pytest.mark.parametrize("pack", ["", "Asterisk Call Manager/11.0.0", "no colon", ":", "Other: x\r\nEvent: y", "\r\n"])
def test_what_is_neither_event_nor_response_is_none(pack):
    assert parse(pack) is None


def test_an_action_is_written_line_by_line():
    assert action("QueueStatus", {"ActionID": "1", "Queue": "agents"}) == (
        "Action: QueueStatus\r\nActionID: 1\r\nQueue: agents\r\n"
    )


@pytest.mark.parametrize("value", ["a\r\nAction: Originate", "a\n", "\r", "\0", "x" * 1001])
def test_a_value_that_could_start_a_line_is_refused(value):
    with pytest.raises(ValueError, match="AMI value"):
        action("QueueStatus", {"Queue": value})
    with pytest.raises(ValueError, match="AMI value"):
        action(value, {})


@pytest.mark.parametrize("name", ["", "A:B", "A B", "A\r\nB", "1", "水"])
def test_a_field_name_that_could_start_a_line_is_refused(name):
    with pytest.raises(ValueError, match="AMI field"):
        action("QueueStatus", {name: "x"})
