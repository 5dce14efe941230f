"""Coverage-guided text at the AMI codec and the boards behind it: no pack raises, no value becomes a second field."""

import sys

import atheris

with atheris.instrument_imports(include=["telephony.ami"]):
    from telephony.ami.codec import Event, Response, action, parse
    from telephony.ami.queues import QueueBoard
    from telephony.ami.seats import SeatBoard


def one(data: bytes) -> None:
    """Parse any pack, show it to the boards, write any value as a field."""
    source = atheris.FuzzedDataProvider(data)
    name = source.ConsumeUnicodeNoSurrogates(20)
    value = source.ConsumeUnicodeNoSurrogates(100)
    found = parse(source.ConsumeUnicodeNoSurrogates(4096))
    assert found is None or isinstance(found, Event | Response)
    if isinstance(found, Event):
        seats, queues = SeatBoard(frozenset({"water1"})), QueueBoard()
        seats.take(found)
        queues.take(found)
        assert set(seats.states()) == {"water1"}
    try:
        text = action("Ping", {name: value})
    except ValueError:
        return
    assert text.count("\r\n") == text.count("\n") <= 2
    assert "\r\n\r\n" not in text


atheris.Setup(sys.argv, one)
atheris.Fuzz()
