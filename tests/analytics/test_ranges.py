"""Ranges and the points they are cut into."""

import itertools
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsl.analytics.ranges import EARLIEST, Range, Unit, day_start, hour_starts, last_days

DAYS = st.dates(EARLIEST, date(2040, 12, 31))
RANGES = st.tuples(DAYS, st.integers(0, 9000)).map(
    lambda drawn: Range(drawn[0], drawn[0] + timedelta(days=drawn[1]))
)
ZONES = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)


@given(RANGES)
def test_points_follow_each_other_and_cover_every_day_once(chosen: Range) -> None:
    starts = chosen.buckets()

    assert starts[0] <= chosen.first
    assert starts[-1] <= chosen.last
    assert starts == sorted(set(starts))
    longest = {Unit.HOUR: 1, Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31}[chosen.unit]
    ends = [*starts[1:], chosen.last + timedelta(days=1)]
    assert all(1 <= (end - start).days <= longest for start, end in zip(starts, ends, strict=True))


@given(RANGES)
def test_a_chart_can_be_read(chosen: Range) -> None:
    assert len(chosen.buckets()) <= 320


@pytest.mark.parametrize(
    ("days", "unit"),
    [(1, Unit.HOUR), (2, Unit.DAY), (92, Unit.DAY), (93, Unit.WEEK), (731, Unit.WEEK), (732, Unit.MONTH)],
)
def test_longer_ranges_are_counted_in_longer_points(days: int, unit: Unit) -> None:
    assert last_days(days, date(2026, 11, 24)).unit is unit


@given(RANGES)
def test_the_range_before_is_as_long_and_ends_the_day_before(chosen: Range) -> None:
    assert chosen.before.days == chosen.days
    assert chosen.before.last == chosen.first - timedelta(days=1)


def test_weeks_begin_on_monday_and_months_on_the_first() -> None:
    weeks = Range(date(2026, 6, 3), date(2026, 11, 24)).buckets()
    months = Range(date(2024, 2, 29), date(2026, 11, 24)).buckets()

    assert {day.weekday() for day in weeks} == {0}
    assert {day.day for day in months} == {1}
    assert (weeks[0], months[0]) == (date(2026, 6, 1), date(2024, 2, 1))


@given(DAYS, ZONES)
def test_hours_fill_the_day_from_its_first_moment_to_its_last(day: date, zone: ZoneInfo) -> None:
    starts = hour_starts(day, zone)
    end = day_start(day + timedelta(days=1), zone)

    assert all(later - earlier == timedelta(hours=1) for earlier, later in itertools.pairwise(starts))
    if not starts:
        assert day_start(day, zone) == end
        return
    assert starts[0].astimezone(zone).date() == day
    assert (starts[0] - timedelta(microseconds=1)).astimezone(zone).date() != day
    assert starts[-1] < end <= starts[-1] + timedelta(hours=1)
    assert (end - timedelta(microseconds=1)).astimezone(zone).date() == day


@pytest.mark.parametrize(
    ("zone", "day", "hours", "start"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23, "2026-03-28T23:00Z"),
        ("Europe/Berlin", date(2026, 10, 25), 25, "2026-10-24T22:00Z"),
        ("Africa/Cairo", date(2026, 4, 24), 23, "2026-04-23T22:00Z"),
        ("Australia/Lord_Howe", date(2026, 4, 5), 25, "2026-04-04T13:00Z"),
        ("Europe/Moscow", date(2026, 3, 29), 24, "2026-03-28T21:00Z"),
        ("Pacific/Apia", date(2011, 12, 30), 0, "2011-12-30T10:00Z"),
    ],
)
def test_days_on_which_clocks_change(zone: str, day: date, hours: int, start: str) -> None:
    assert len(hour_starts(day, ZoneInfo(zone))) == hours
    assert day_start(day, ZoneInfo(zone)) == datetime.fromisoformat(start)
