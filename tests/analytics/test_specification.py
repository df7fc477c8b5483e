"""Every number is what the data model's SQL says it is, on facts that follow no rules."""

from datetime import date, timedelta
from typing import Any, LiteralString

import psycopg
import pytest

from hsl.analytics import queries
from hsl.projections.fold import fold
from tests import specification
from tests.analytics import counted
from tests.analytics.conftest import Scatter
from tests.analytics.facts import ZONES, Facts

SEEDS = [1, 2, 3]


def rows(conn: psycopg.Connection, sql: LiteralString, **parameters: Any) -> list[tuple[Any, ...]]:
    return conn.execute(sql, parameters or None).fetchall()


def in_order(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(found, key=repr)


@pytest.mark.parametrize("seed", SEEDS)
def test_totals_are_the_specifications(scattered: Scatter, seed: int) -> None:
    conn = scattered(seed)
    totals = queries.totals()

    assert rows(conn, specification.UNIQUE_USERS) == [(totals.people,)]
    assert queries.unique_users() == totals.people
    assert len(rows(conn, specification.NON_COURSE_USERS)) == totals.non_course_users
    assert rows(conn, "SELECT count(*) FROM free_lesson_registrations") == [(totals.registrations,)]
    assert rows(conn, "SELECT count(*) FROM events") == [(totals.events,)]
    by_status = "SELECT count(*), {}, {}, {} FROM bookings"
    filters = [f"count(*) FILTER (WHERE confirmed = {status})" for status in (2, 1, -1)]
    assert conn.execute(by_status.format(*filters).encode()).fetchall() == [
        (totals.bookings, totals.confirmed, totals.pending, totals.cancelled)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_streams_are_the_specifications(scattered: Scatter, seed: int) -> None:
    conn = scattered(seed)
    ours = [
        (
            stream.course_id,
            stream.course_stream,
            stream.total,
            stream.confirmed,
            stream.pending,
            stream.cancelled,
        )
        for stream in queries.stream_stats()
    ]

    assert in_order(ours) == in_order(rows(conn, specification.STREAM_STATISTICS))
    assert ours == sorted(ours, key=lambda row: row[1].encode())


@pytest.mark.parametrize("seed", SEEDS)
def test_the_page_shows_every_booking_in_some_stream(scattered: Scatter, seed: int) -> None:
    scattered(seed)
    streams, totals = queries.streams(), queries.totals()

    assert sum(stream.total for stream in streams) == totals.bookings
    assert sum(stream.confirmed for stream in streams) == totals.confirmed
    assert sum(stream.active for stream in streams) == totals.bookings - totals.cancelled
    assert sum(stream.new for stream in streams) == (
        totals.bookings - totals.confirmed - totals.pending - totals.cancelled
    )
    assert {"3rd_stream", "4th_stream", "5th_stream"} <= {stream.course_stream for stream in streams}
    assert [stream.course_stream is None for stream in streams] == sorted(
        stream.course_stream is None for stream in streams
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_lesson_conversion_by_rows_is_the_specifications(scattered: Scatter, seed: int) -> None:
    conn = scattered(seed)
    ours = [
        (lesson.lesson_type, lesson.registrations, lesson.attendances, lesson.conversion_rate)
        for lesson in queries.lesson_conversion()
    ]

    assert in_order(ours) == in_order(rows(conn, specification.LESSON_CONVERSION))


@pytest.mark.parametrize("seed", SEEDS)
def test_lesson_conversion_by_people_counts_who_came_after_registering(scattered: Scatter, seed: int) -> None:
    conn = scattered(seed)
    expected = {lesson: counts for lesson, *counts in rows(conn, counted.PEOPLE_AT_LESSONS)}

    for lesson in queries.lesson_conversion():
        registered, attended, kept = expected.get(lesson.lesson_type, [0, 0, 0])
        assert (lesson.people_registered, lesson.people_attended) == (registered, attended)
        assert float(lesson.people_conversion_rate) == pytest.approx(
            100 * kept / max(registered, 1), abs=0.051
        )
        assert lesson.people_conversion_rate <= 100


@pytest.mark.parametrize(("seed", "zone"), list(enumerate(ZONES)))
def test_days_are_the_schools_days(scattered: Scatter, seed: int, zone: str) -> None:
    conn = scattered(seed)
    conn.execute("UPDATE hsl.school SET time_zone = %s", [zone])
    Facts(seed + 100).fill(conn, 20)
    fold(conn)
    for first, last in [(date(2026, 3, 1), date(2026, 4, 5)), (date(2026, 10, 20), date(2027, 1, 2))]:
        days = [
            (
                day.day,
                day.counts.new_people,
                day.people,
                day.counts.registrations,
                day.counts.bookings,
                day.counts.confirmed,
                day.counts.events,
            )
            for day in queries.daily(first, last)
        ]
        assert days == rows(conn, counted.DAYS, zone=zone, first=first, last=last)


@pytest.mark.parametrize("unit", ["week", "month"])
def test_weeks_and_months_are_sums_of_their_days(scattered: Scatter, unit: str) -> None:
    scattered(7)
    first, last = date(2026, 2, 18), date(2026, 11, 19)
    days = queries.timeline("day", first, last)
    buckets = queries.timeline(unit, first, last)

    def start(day: date) -> date:
        return day.replace(day=1) if unit == "month" else day - timedelta(days=day.weekday())

    expected: dict[date, Any] = {}
    for day, counts in days.items():
        expected[start(day)] = counts + expected[start(day)] if start(day) in expected else counts
    assert buckets == expected
