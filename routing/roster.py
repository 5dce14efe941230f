"""Who is on duty at a moment: shifts over midnight, days of the Chinese calendar, the heating season."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.clock import SHANGHAI, local
from routing.calendar import Day, day
from routing.config import Days, RoutingConfig, Shift


@dataclass(frozen=True, slots=True)
class Running:
    """A shift that is running; `starts` and `ends` are wall time of the city, `on` is the day it belongs to."""

    shift: Shift
    on: Day
    starts: datetime
    ends: datetime


def running(roster: Iterable[Shift], config: RoutingConfig, now: datetime) -> tuple[Running, ...]:
    """Return the shifts of a roster that run at an aware moment, in the order of config.

    A shift belongs to the day on which it starts, whole: Friday's night shift runs into Saturday as Friday's.
    """
    shifts = tuple(roster)
    wall = local(now)
    days = [day(wall.date() - timedelta(days=back), config) for back in (1, 0)]
    found = (_on(shift, one) for shift in shifts for one in days)
    return tuple(one for one in found if one is not None and one.starts <= wall < one.ends)


def on_duty(roster: Iterable[Shift], config: RoutingConfig, now: datetime) -> tuple[str, ...]:
    """Return the seats of a roster on duty at an aware moment, each once, in the order of config."""
    return once(seat for one in running(roster, config, now) for seat in one.shift.seats)


def everyone(roster: Iterable[Shift]) -> tuple[str, ...]:
    """Return every seat that a roster names in any shift, each once, in the order of config."""
    return once(seat for shift in roster for seat in shift.seats)


def once(names: Iterable[str]) -> tuple[str, ...]:
    """Return names without repeats, the first of each kept."""
    return tuple(dict.fromkeys(names))


def falls_on(shift: Shift, on: Day) -> bool:
    """Tell whether a shift is worked on a day."""
    wanted = {Days.ALL: True, Days.WORKING: on.working, Days.FREE: not on.working}[shift.days]
    return wanted and shift.heating in (None, on.heating)


def over_midnight(shift: Shift) -> bool:
    """Tell whether a shift ends on the day after it starts; equal times mean a whole day round."""
    return shift.end <= shift.start


def _on(shift: Shift, on: Day) -> Running | None:
    if not falls_on(shift, on):
        return None
    last: date = on.date + timedelta(days=1) if over_midnight(shift) else on.date
    starts = datetime.combine(on.date, shift.start, SHANGHAI)
    return Running(shift, on, starts, datetime.combine(last, shift.end, SHANGHAI))
