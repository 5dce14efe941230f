"""When a key or a menu is offered: hours of the day, days of the week, single dates; wall time of the city."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator
from pydantic.dataclasses import dataclass

from domain.clock import local
from domain.record import STRICT


class Day(StrEnum):
    """A day of the week, as Asterisk's GotoIfTime spells it."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


def _of_the_day(value: object) -> object:
    """Refuse what YAML makes of an unquoted 18:30 (the number 1110)."""
    if isinstance(value, time):
        return value
    try:
        return time.fromisoformat(value) if isinstance(value, str) and len(value) == 5 else _refuse()
    except ValueError:
        return _refuse()


def _refuse() -> object:
    raise ValueError('时间请加引号, 写成 "08:30" 的样子')


TimeOfDay = Annotated[time, BeforeValidator(_of_the_day)]


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Hours:
    """A span of the day, on all days, on `days` of the week or on single `dates` (either is enough).

    `end` is not included; an `end` at or before `start` lies on the next day.
    """

    start: TimeOfDay
    end: TimeOfDay
    days: tuple[Day, ...] = ()
    dates: tuple[date, ...] = ()

    def include(self, moment: datetime) -> bool:
        """Tell whether an aware moment falls into these hours."""
        wall = local(moment)
        today, clock = wall.date(), wall.time()
        if self.start < self.end:
            return self._on(today) and self.start <= clock < self.end
        yesterday = today - timedelta(days=1)
        return (self._on(today) and clock >= self.start) or (self._on(yesterday) and clock < self.end)

    def _on(self, day: date) -> bool:
        if not self.days and not self.dates:
            return True
        return day in self.dates or tuple(Day)[day.weekday()] in self.days
