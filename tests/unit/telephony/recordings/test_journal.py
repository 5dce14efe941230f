"""A journal becomes a story; damage is noted and costs only the damaged line."""

from datetime import UTC, datetime

from telephony.recordings.journal import Answered, parse

WHOLE = b"""1764000000123 started uniqueid=heze1-1764000000.1 ani=13853067219 dialled=12345
1764000004321 notice heard=full
1764000009321 route route=emergency rung=1 keys=91 utility=water queue=agents outage=
1764000009700 answered seat=water1 uniqueid=heze1-1764000009.4
1764000012000 message
1764000031000 ended cause=16
"""


def test_every_line_of_the_contract_is_read() -> None:
    story = parse(WHOLE)
    assert story.started == datetime(2025, 11, 24, 16, 0, 0, 123000, tzinfo=UTC)
    assert (story.ani, story.dialled, story.uniqueid) == ("13853067219", "12345", "heze1-1764000000.1")
    assert story.notice == "full"
    [route] = story.routes
    assert (route.route, route.rung, route.keys, route.utility) == ("emergency", 1, "91", "water")
    assert (route.queue, route.outage) == ("agents", None)
    assert story.answers == (
        Answered(at=datetime(2025, 11, 24, 16, 0, 9, 700000, tzinfo=UTC), seat="water1", uniqueid="heze1-1764000009.4"),
    )
    assert story.message is not None
    assert story.ended == story.last == datetime(2025, 11, 24, 16, 0, 31, tzinfo=UTC)
    assert story.cause == 16
    assert story.damaged == ()


def test_a_withheld_number_is_empty() -> None:
    assert parse(b"1764000000123 started uniqueid=a.1 ani= dialled=12345\n").ani == ""


def test_a_last_line_without_its_end_is_not_believed() -> None:
    story = parse(WHOLE.removesuffix(b"6\n"))
    assert story.ended is None
    assert story.cause is None
    assert story.damaged == ("1764000031000 ended cause=1",)


def test_a_damaged_line_costs_only_itself() -> None:
    story = parse(b"\x00" * 90 + b"\n" + WHOLE.replace(b"notice heard", b"notice \xffheard"))
    assert story.notice is None
    assert story.ended is not None
    assert len(story.damaged) == 2
    assert all(len(line) <= 60 for line in story.damaged)


def test_two_lines_run_into_one_are_not_believed() -> None:
    assert parse(WHOLE.replace(b"heard=full\n", b"heard=full ")).notice is None


def test_an_event_of_a_later_version_is_left_alone() -> None:
    story = parse(b"1764000000123 parked lot=701\n" + WHOLE)
    assert story.damaged == ()
    assert story.started is not None


def test_of_a_repeated_event_the_first_is_believed_and_of_routes_and_answers_all() -> None:
    story = parse(WHOLE + WHOLE.replace(b"cause=16", b"cause=31"))
    assert story.cause == 16
    assert len(story.routes) == len(story.answers) == 2


def test_nothing_tells_nothing() -> None:
    story = parse(b"")
    assert (story.started, story.ended, story.last, story.damaged) == (None, None, None, ())
