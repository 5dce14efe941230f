"""A key or menu that is limited to hours is not offered outside them, by the city's wall clock."""

from datetime import UTC, date, datetime, time

import pytest
from shipped_config import ROOT

from domain.clock import SHANGHAI
from hotline.checked import parse
from ivr.hours import Day, Hours
from ivr.tree import Destination, Tree
from ivr.walk import Walk


def wall(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


OFFICE = Hours(start=time(8, 30), end=time(17, 30), days=(Day.MON, Day.FRI))
NIGHT = Hours(start=time(22), end=time(6), days=(Day.MON,))
LEADER = Hours(start=time(9), end=time(11), dates=(date(2026, 3, 15),))


@pytest.mark.parametrize(
    ("hours", "moment", "open_"),
    [
        (OFFICE, wall(2, 8, 29), False),
        (OFFICE, wall(2, 8, 30), True),
        (OFFICE, wall(2, 17, 29), True),
        (OFFICE, wall(2, 17, 30), False),
        (OFFICE, wall(3, 12), False),
        (NIGHT, wall(2, 23), True),
        (NIGHT, wall(3, 5, 59), True),
        (NIGHT, wall(3, 6), False),
        (NIGHT, wall(2, 3), False),
        (LEADER, wall(15, 10), True),
        (LEADER, wall(16, 10), False),
    ],
)
def test_hours_begin_and_end_when_they_say(hours: Hours, moment: datetime, open_: bool) -> None:
    assert hours.include(moment) is open_


def limited() -> Tree:
    text = (ROOT / "config/ivr.yaml").read_text(encoding="utf-8")
    leader = '"5": {to: person, queue: leader, prompt: please-hold, hours: {start: "09:00", end: "11:00"}}'
    text = text.replace('      "9":', f'      {leader}\n      "9":', 1)
    return parse(text, ROOT / "config/ivr.yaml").build(Tree)


def test_a_limited_key_is_offered_and_spoken_of_only_within_its_hours() -> None:
    tree = limited()
    assert tree.prompts("root", wall(2, 10)) == ("please-hold", "welcome-menu")
    assert tree.prompts("root", wall(2, 12)) == ("welcome-menu",)


def test_outside_its_hours_a_key_is_a_wrong_key_and_reaches_a_person() -> None:
    within, outside = (Walk.begin(limited(), wall(2, hour)).press("5") for hour in (10, 12))
    assert within.choice().queue == "leader"
    assert outside.ending is not None
    assert outside.ending.to is Destination.PERSON
    assert outside.choice().queue is None
