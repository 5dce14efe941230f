"""Whether a roster has somebody on duty at every moment of every kind of day."""

from collections.abc import Iterator
from datetime import date, time
from itertools import product

from routing.calendar import Day
from routing.config import Shift
from routing.roster import falls_on, over_midnight

_MIDNIGHT = time(0)


def gap(roster: tuple[Shift, ...]) -> str | None:
    """Return where a roster first has nobody on duty, in Chinese ("采暖季工作日 08:00"), or None where it never has.

    A gap can only begin at midnight or where a shift ends, so that these moments, on every kind of day after every
    kind of day, are all that needs looking at.
    """
    moments = sorted({_MIDNIGHT, *(shift.end for shift in roster if shift.seats)})
    for before, today in product(_kinds(), _kinds()):
        for moment in moments:
            if not any(_covers(shift, before, today, moment) for shift in roster):
                return _said(before, today, moment)
    return None


def _kinds() -> Iterator[Day]:
    for heating, working in product((True, False), (True, False)):
        why = f"{'采暖季' if heating else '非采暖季'}{'工作日' if working else '休息日'}"
        yield Day(date.min, working, heating, why)


def _covers(shift: Shift, before: Day, today: Day, moment: time) -> bool:
    if not shift.seats:
        return False
    if not over_midnight(shift):
        return falls_on(shift, today) and shift.start <= moment < shift.end
    return (falls_on(shift, today) and moment >= shift.start) or (falls_on(shift, before) and moment < shift.end)


def _said(before: Day, today: Day, moment: time) -> str:
    after = f"（前一天是{before.why}）" if before.why != today.why and moment < time(12) else ""
    return f"{today.why} {moment:%H:%M}{after}"
