"""The numbers of Обзор agree with each other and with the facts."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from hsl.analytics import cards, presentation, queries
from hsl.analytics.forms import RangeForm
from hsl.analytics.overview import Overview, read_overview
from hsl.analytics.rows import Counts
from hsl.projections.fold import fold
from tests.analytics.conftest import Scatter

BERLIN = ZoneInfo("Europe/Berlin")


def in_berlin(conn: psycopg.Connection) -> None:
    conn.execute("UPDATE hsl.school SET time_zone = 'Europe/Berlin'")


def at(moment: str) -> datetime:
    """A moment by a clock in Berlin."""
    return datetime.fromisoformat(moment).replace(tzinfo=BERLIN)


def event(conn: psycopg.Connection, user_id: int, moment: datetime) -> None:
    conn.execute("INSERT INTO public.events (user_id, created_at) VALUES (%s, %s)", [user_id, moment])


@pytest.fixture
def berlin(school: psycopg.Connection) -> psycopg.Connection:
    """A school in Berlin."""
    in_berlin(school)
    return school


def day_of(end: date, *, of_an_end: bool = False) -> date:
    """The day at an end of a point: a moment ends the day that it is right after."""
    if not isinstance(end, datetime):
        return end
    return (end.astimezone(UTC) - timedelta(microseconds=of_an_end)).astimezone(BERLIN).date()


def page(name: str, now: str, asked: tuple[date, date] | None = None) -> Overview:
    return read_overview(name, asked, at(now), BERLIN)


@pytest.mark.parametrize("name", [name for name, _ in RangeForm.NAMES if name != "custom"])
def test_the_points_add_up_to_the_cards(scattered: Scatter, name: str) -> None:
    conn = scattered(11)
    in_berlin(conn)
    fold(conn)
    shown = page(name, "2026-10-26T15:40")

    assert sum((point.counts for point in shown.points), Counts()) == shown.counts
    assert day_of(shown.points[0].stretch.first) == shown.range.first
    assert day_of(shown.points[-1].stretch.last, of_an_end=True) == shown.range.last
    assert shown.points[-1].people == shown.people
    assert shown.people_before == shown.points[0].people - shown.points[0].counts.new_people


def test_hours_of_a_day_add_up_to_the_day_also_when_clocks_change(scattered: Scatter) -> None:
    conn = scattered(12)
    in_berlin(conn)
    fold(conn)
    for day, hours in [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 3), 24)]:
        shown = page("custom", "2026-12-01T12:00", (day, day))
        assert len(shown.points) == hours
        assert shown.counts == queries.daily(day, day)[0].counts


def test_an_hour_that_the_clock_repeats_is_two_points(berlin: psycopg.Connection) -> None:
    event(berlin, 1, datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    event(berlin, 2, datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    event(berlin, 3, datetime(2026, 10, 25, 1, 45, tzinfo=UTC))
    fold(berlin)
    points = page("custom", "2026-11-01T12:00", (date(2026, 10, 25),) * 2).points

    assert [point.counts.events for point in points[1:5]] == [0, 1, 2, 0]
    assert [point.moment and point.moment.hour for point in points[1:5]] == [1, 2, 2, 3]


def test_the_hours_of_today_that_have_not_begun_are_left_open(berlin: psycopg.Connection) -> None:
    event(berlin, 1, at("2026-11-24T00:10"))
    fold(berlin)
    shown = page("today", "2026-11-24T12:00")
    chart = presentation.chart(shown, [])

    assert len(shown.points) == 24
    assert [point.moment for point in cards.begun(shown)][-1] == at("2026-11-24T12:00")
    assert chart["series"][0]["values"] == [1] + 12 * [0]  # type: ignore[index] # it is JSON to be


def test_a_running_range_is_compared_up_to_the_same_time_of_day(berlin: psycopg.Connection) -> None:
    for user_id, moment in enumerate(
        ["2026-11-16T09:00", "2026-11-17T08:00", "2026-11-17T19:00", "2026-11-23T23:59", "2026-11-24T08:00"],
        1,
    ):
        event(berlin, user_id, at(moment))
    fold(berlin)

    today = page("today", "2026-11-24T12:00")
    assert (today.counts.events, today.before and today.before.events) == (1, 0)
    week = page("7", "2026-11-24T12:00")
    assert (week.counts.events, week.before and week.before.events) == (2, 2)
    assert page("7", "2026-11-24T20:00").before == Counts(new_people=3, events=3)


def test_a_past_range_is_compared_with_whole_days(berlin: psycopg.Connection) -> None:
    for user_id, moment in enumerate(["2026-11-02T23:50", "2026-11-03T00:10", "2026-11-05T23:50"], 1):
        event(berlin, user_id, at(moment))
    fold(berlin)
    shown = page("custom", "2026-11-24T00:30", (date(2026, 11, 3), date(2026, 11, 5)))

    assert (shown.counts.events, shown.before and shown.before.events) == (2, 1)
    assert (shown.people_before, shown.people) == (1, 3)


def test_all_time_begins_with_the_first_fact_and_has_no_before(berlin: psycopg.Connection) -> None:
    event(berlin, 1, at("2026-03-05T00:00"))
    event(berlin, 2, at("1970-01-01T00:00"))
    event(berlin, 3, at("2031-01-01T00:00"))
    fold(berlin)
    shown = page("all", "2026-11-24T12:00")

    assert (shown.range.first, shown.range.last) == (date(2026, 3, 5), date(2026, 11, 24))
    assert shown.before is None
    assert shown.counts.events == 1
    assert shown.totals.events == 3


def test_a_fact_at_midnight_belongs_to_the_day_that_begins(berlin: psycopg.Connection) -> None:
    midnight = at("2026-11-24T00:00")
    event(berlin, 1, midnight)
    event(berlin, 2, midnight - timedelta(microseconds=1))
    fold(berlin)

    assert [day.counts.events for day in queries.daily(date(2026, 11, 22), date(2026, 11, 25))] == [
        0,
        1,
        1,
        0,
    ]


def test_days_move_with_the_schools_zone(berlin: psycopg.Connection) -> None:
    event(berlin, 1, datetime(2026, 11, 23, 22, 30, tzinfo=UTC))
    fold(berlin)
    assert [day.counts.events for day in queries.daily(date(2026, 11, 23), date(2026, 11, 24))] == [1, 0]

    berlin.execute("UPDATE hsl.school SET time_zone = 'Asia/Kathmandu'")
    fold(berlin)
    assert [day.counts.events for day in queries.daily(date(2026, 11, 23), date(2026, 11, 24))] == [0, 1]


def test_people_without_a_time_are_there_from_the_start(scattered: Scatter) -> None:
    conn = scattered(1)
    conn.execute("INSERT INTO public.events (user_id, created_at) VALUES (999, NULL)")
    before = queries.totals().people
    fold(conn)
    days = queries.daily(date(2000, 1, 1), date(2000, 1, 2))

    assert queries.totals().people == before + 1
    assert [day.people for day in days] == [1, 1]
    assert [day.counts.new_people for day in days] == [0, 0]


def test_a_school_without_facts_is_empty(berlin: psycopg.Connection) -> None:
    fold(berlin)
    assert page("all", "2026-11-24T12:00").is_empty

    event(berlin, 1, at("2026-11-24T11:00"))
    fold(berlin)
    assert not page("30", "2026-11-24T12:00").is_empty
