"""Whatever a pack holds, it is read without raising; whatever a value holds, it is one value or refused."""

from hypothesis import example, given
from hypothesis import strategies as st

from telephony.ami.codec import Event, Response, action, parse
from telephony.ami.queues import QueueBoard
from telephony.ami.seats import SeatBoard

NAMES = st.sampled_from(["Queue", "Uniqueid", "Position", "Device", "State", "Status", "Paused", "Interface", "X"])
EVENTS = st.builds(
    Event,
    st.sampled_from(
        ["DeviceStateChange", "QueueMember", "QueueMemberPause", "QueueCallerLeave", "QueueEntry", "Other"]
    ),
    st.dictionaries(NAMES, st.text(max_size=20) | st.sampled_from(["PJSIP/water1", "1", "0", "BUSY"])),
)


@given(st.text())
@example("Event: x\r\n:\r\n: \r\nA:")
def test_any_pack_is_read(pack):
    found = parse(pack)
    assert found is None or isinstance(found, Event | Response)


@given(st.text(), st.text())
def test_a_value_is_one_value_or_refused(key, value):
    try:
        text = action("Ping", {"ActionID": "1", "X": value, key: "x"} if key else {"X": value})
    except ValueError:
        return
    lines = text.split("\r\n")
    assert lines[0] == "Action: Ping"
    assert f"X: {value}" in lines or key == "X"
    assert len(lines) <= 5
    assert "\r\n\r\n" not in text


@given(st.lists(EVENTS))
def test_any_events_in_any_order_upset_neither_board(events):
    seats, queues = SeatBoard(frozenset({"water1"})), QueueBoard()
    for event in events:
        seats.take(event)
        queues.take(event)
    assert set(seats.states()) == {"water1"}
    assert all(count > 0 for count in queues.waiting().values())
