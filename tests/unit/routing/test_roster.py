"""Who is on duty: shifts over midnight belong to the day on which they start, in the city's wall time."""

from datetime import UTC, datetime, time, timedelta

import pytest

from domain.clock import SHANGHAI
from routing.config import Days, Shift
from routing.roster import everyone, on_duty, running


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NIGHT = Shift(start=time(20), end=time(8), seats=("night1",))
DAY = Shift(start=time(8), end=time(20), seats=("day1",))
WORKING_NIGHT = Shift(days=Days.WORKING, start=time(20), end=time(8), seats=("work-night",))
FREE_NIGHT = Shift(days=Days.FREE, start=time(20), end=time(8), seats=("free-night",))


@pytest.mark.parametrize(
    ("when", "seats"),
    [
        ("2026-11-24T07:59:59", ("night1",)),
        ("2026-11-24T08:00:00", ("day1",)),
        ("2026-11-24T19:59:59", ("day1",)),
        ("2026-11-24T20:00:00", ("night1",)),
        ("2026-11-24T23:59:59", ("night1",)),
        ("2026-11-25T00:00:00", ("night1",)),
    ],
)
def test_one_shift_follows_the_other_without_overlap_or_hole(shipped, when, seats):
    assert on_duty((DAY, NIGHT), shipped, at(when)) == seats


@pytest.mark.parametrize(
    ("when", "seats"),
    [
        ("2026-09-30T23:00:00", ("work-night",)),
        ("2026-10-01T07:00:00", ("work-night",)),  # still the shift of 30 September, though a holiday has begun
        ("2026-10-01T20:30:00", ("free-night",)),
        ("2026-10-08T07:59:00", ("free-night",)),  # the last night of the holiday, into a working day
        ("2026-10-10T21:00:00", ("work-night",)),  # a make-up Saturday
        ("2026-10-11T03:00:00", ("work-night",)),
    ],
)
def test_a_night_shift_belongs_to_the_day_on_which_it_starts(shipped, when, seats):
    assert on_duty((WORKING_NIGHT, FREE_NIGHT), shipped, at(when)) == seats


def test_equal_times_mean_a_whole_day_round(shipped):
    whole = Shift(days=Days.FREE, start=time(8), end=time(8), seats=("weekend",))
    assert on_duty((whole,), shipped, at("2026-11-21T07:59:00")) == ()  # Saturday, before it starts
    assert on_duty((whole,), shipped, at("2026-11-21T08:00:00")) == ("weekend",)
    assert on_duty((whole,), shipped, at("2026-11-23T07:59:00")) == ("weekend",)  # Monday, still Sunday's
    assert on_duty((whole,), shipped, at("2026-11-23T08:00:00")) == ()


def test_the_heating_season_changes_the_shift_on_its_first_day(shipped):
    winter = Shift(start=time(0), end=time(0), seats=("winter",), heating=True)
    summer = Shift(start=time(0), end=time(0), seats=("summer",), heating=False)
    assert on_duty((winter, summer), shipped, at("2026-11-14T23:59:59")) == ("summer",)
    assert on_duty((winter, summer), shipped, at("2026-11-15T00:00:00")) == ("winter",)
    assert on_duty((winter, summer), shipped, at("2028-02-29T12:00:00")) == ("winter",)
    assert on_duty((winter, summer), shipped, at("2027-03-16T00:00:00")) == ("summer",)


def test_a_moment_in_utc_is_read_in_the_city_s_time(shipped):
    assert on_duty((DAY, NIGHT), shipped, datetime(2026, 11, 24, 0, 30, tzinfo=UTC)) == ("day1",)
    assert on_duty((DAY, NIGHT), shipped, datetime(2026, 11, 24, 12, 0, tzinfo=UTC)) == ("night1",)


@pytest.mark.parametrize("clocks_change_elsewhere", ["2026-03-29T02:30:00", "2026-10-25T02:30:00"])
def test_no_hour_is_lost_or_doubled_where_others_change_their_clocks(shipped, clocks_change_elsewhere):
    hour = timedelta(hours=1)
    found = running((NIGHT,), shipped, at(clocks_change_elsewhere))
    assert [one.ends - one.starts for one in found] == [12 * hour]
    assert [one.starts.utcoffset() for one in found] == [8 * hour]


def test_overlapping_shifts_give_each_seat_once_in_the_order_of_config(shipped):
    both = Shift(start=time(7), end=time(21), seats=("day1", "extra1"))
    assert on_duty((DAY, both), shipped, at("2026-11-24T12:00:00")) == ("day1", "extra1")
    assert everyone((DAY, NIGHT, both)) == ("day1", "night1", "extra1")
