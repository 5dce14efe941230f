"""Which days are working days in China, and when the heating season runs: facts about a date, nothing else."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import chinese_calendar

from routing.config import RoutingConfig, Season

_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the city's calendar; `why` is a Chinese sentence for `hotline route explain`.

    `published` is False where neither config nor the national calendar knows the year, so that only the weekday counts.
    """

    date: date
    working: bool
    heating: bool
    why: str
    published: bool = True


def day(when: date, config: RoutingConfig) -> Day:
    """Return what kind of day a date is: config overrules the national calendar, which overrules the weekday."""
    heating = in_season(when, config.heating)
    said = f"{when:%Y-%m-%d} 周{_WEEKDAYS[when.weekday()]}"
    if when in config.workdays:
        return Day(when, True, heating, f"{said}，配置中指定为工作日")
    if when in config.holidays:
        return Day(when, False, heating, f"{said}，配置中指定为休息日")
    national = _national(when)
    if national is None:
        free = when.weekday() >= 5
        why = f"{said}，{when.year}年的放假安排尚未收录，暂按{'周末' if free else '平日'}计算"
        return Day(when, not free, heating, why, published=False)
    return Day(when, not national.free, heating, f"{said}，{national.meaning}")


def in_season(when: date, season: Season) -> bool:
    """Tell whether a date lies in a season, both ends included; a season whose end is before its start spans new year.

    Months and days are compared as numbers, so that 02-29 as an end is right in years that have no such day.
    """
    today = (when.month, when.day)
    start, end = month_day(season.start), month_day(season.end)
    return start <= today <= end if start <= end else today >= start or today <= end


def month_day(text: str) -> tuple[int, int]:
    """Return "11-15" as (11, 15)."""
    month, _, day_of_month = text.partition("-")
    return int(month), int(day_of_month)


@dataclass(frozen=True, slots=True)
class _National:
    free: bool
    meaning: str


@lru_cache(maxsize=64)  # the package searches all its years for every date: a quarter of a decision's time
def _national(when: date) -> _National | None:
    """Return what the State Council's calendar says; None for a year not published yet (late in the year before)."""
    try:
        free, name = chinese_calendar.get_holiday_detail(when)
    except NotImplementedError:
        return None
    if name is None:
        return _National(free, "周末" if free else "工作日")
    festival = chinese_calendar.Holiday(name).chinese
    return _National(free, f"{festival}放假" if free else f"{festival}调休上班")
