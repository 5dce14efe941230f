"""Working days are those of the Chinese calendar, make-up Saturdays included; the heating season spans the new year."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from routing.calendar import day, in_season
from routing.config import Season


@pytest.mark.parametrize(
    ("when", "working", "said"),
    [
        (date(2026, 10, 1), False, "国庆节放假"),
        (date(2026, 10, 7), False, "国庆节放假"),
        (date(2026, 10, 8), True, "工作日"),
        (date(2026, 10, 10), True, "国庆节调休上班"),  # a Saturday
        (date(2026, 9, 20), True, "调休上班"),  # a Sunday
        (date(2026, 2, 14), True, "春节调休上班"),
        (date(2026, 2, 17), False, "春节放假"),
        (date(2026, 11, 21), False, "周末"),
        (date(2026, 11, 24), True, "工作日"),
        (date(2024, 2, 29), True, "工作日"),
    ],
)
def test_a_day_is_what_the_state_council_says(shipped, when, working, said):
    found = day(when, shipped)
    assert (found.working, found.published) == (working, True)
    assert said in found.why


@pytest.mark.parametrize(("when", "working"), [(date(2031, 10, 1), True), (date(2031, 10, 4), False)])
def test_a_year_not_published_yet_counts_weekdays_and_says_so(shipped, when, working):
    found = day(when, shipped)
    assert (found.working, found.published) == (working, False)
    assert "2031年的放假安排尚未收录" in found.why


def test_config_overrules_the_national_calendar_both_ways(shipped):
    ours = replace(shipped, holidays=(date(2026, 11, 24),), workdays=(date(2026, 10, 1), date(2031, 10, 4)))
    assert not day(date(2026, 11, 24), ours).working
    assert day(date(2026, 10, 1), ours).working
    assert day(date(2031, 10, 4), ours).working
    assert day(date(2031, 10, 4), ours).published
    assert "配置" in day(date(2026, 10, 1), ours).why


@pytest.mark.parametrize(
    ("when", "heating"),
    [
        (date(2026, 11, 14), False),
        (date(2026, 11, 15), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), True),
        (date(2028, 2, 29), True),
        (date(2027, 3, 15), True),
        (date(2027, 3, 16), False),
        (date(2027, 7, 1), False),
    ],
)
def test_the_heating_season_spans_the_new_year_with_both_ends_in_it(when, heating):
    assert in_season(when, Season()) is heating


def test_a_season_may_end_on_a_day_that_only_leap_years_have():
    season = Season(start="11-15", end="02-29")
    assert [in_season(date(2027, 2, 28) + timedelta(days=i), season) for i in range(2)] == [True, False]
    assert [in_season(date(2028, 2, 28) + timedelta(days=i), season) for i in range(3)] == [True, True, False]


def test_a_season_within_one_year_is_no_season_over_the_new_year():
    season = Season(start="06-01", end="08-31")
    assert in_season(date(2026, 7, 1), season)
    assert not in_season(date(2026, 1, 1), season)
