"""The numbers over the JSON API."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client

from hsl.accounts.api_keys import create_api_key
from hsl.projections.fold import fold
from tests import specification
from tests.analytics.conftest import Scatter


def ask(address: str, status: int = 200) -> Any:
    key = create_api_key("reports", "analyst")
    answer = Client().get(address, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == status, answer.content
    return answer.json()


def test_stats_hold_the_totals_of_the_specification(scattered: Scatter) -> None:
    conn = scattered(21)
    stats = ask("/api/stats")

    assert conn.execute(specification.UNIQUE_USERS).fetchall() == [(stats["users"],)]
    assert len(conn.execute(specification.NON_COURSE_USERS).fetchall()) == stats["non_course_users"]
    assert conn.execute(
        "SELECT count(*), count(*) FILTER (WHERE confirmed = 2), count(*) FILTER (WHERE confirmed = 1),"
        " count(*) FILTER (WHERE confirmed = -1) FROM bookings"
    ).fetchone() == tuple(stats["bookings"][name] for name in ("total", "confirmed", "pending", "cancelled"))
    assert conn.execute("SELECT count(*) FROM events").fetchone() == (stats["events"],)
    assert conn.execute("SELECT count(*) FROM free_lesson_registrations").fetchone() == (
        stats["free_lesson_registrations"],
    )


def test_stats_compare_today_7_and_30_days_with_as_many_before(school: psycopg.Connection) -> None:
    school.execute("UPDATE hsl.school SET time_zone = 'UTC'")
    noon = datetime.now(UTC).replace(hour=12)
    for user_id, days in enumerate([0, 1, 1, 6, 7, 7, 7, 13, 14, 29, 30, 59, 60], 1):
        school.execute(
            "INSERT INTO public.bookings (user_id, course_id, confirmed, created_at) VALUES (%s, 1, 2, %s)",
            [user_id, noon - timedelta(days=days)],
        )
    fold(school)
    stats = ask("/api/stats")

    expected = {
        "today": {"now": 1, "before": 2},
        "last_7_days": {"now": 4, "before": 4},
        "last_30_days": {"now": 10, "before": 2},
    }
    for period, counts in expected.items():
        assert stats[period] == {
            "new_people": counts,
            "registrations": {"now": 0, "before": 0},
            "bookings": counts,
            "confirmed": counts,
        }


def test_what_was_committed_a_moment_ago_is_counted(school: psycopg.Connection) -> None:
    def come(user_id: int) -> None:
        school.execute(
            "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed) VALUES (%s, 1, 'a', 2)",
            [user_id],
        )
        school.execute(
            "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, registered_at)"
            " VALUES (%s, 'a@example.com', 'intro', now())",
            [user_id],
        )

    come(1)
    assert ask("/api/stats")["users"] == 1
    come(2)
    assert ask("/api/stats/daily")[-1]["people"] == 2
    come(3)
    assert [stream["confirmed"] for stream in ask("/api/streams/stats")] == [3]
    come(4)
    assert [lesson["registrations"] for lesson in ask("/api/lessons/conversion")] == [4]


def test_days_are_answered_one_by_one_with_none_left_out(school: psycopg.Connection) -> None:
    school.execute("UPDATE hsl.school SET time_zone = 'Europe/Moscow'")
    school.execute(
        "INSERT INTO public.events (user_id, created_at) VALUES (1, '2026-03-01 20:59Z'), (2, '2026-03-01 21:00Z')"
    )
    fold(school)
    days = ask("/api/stats/daily?from=2026-02-28&to=2026-03-03")

    nothing = {"registrations": 0, "bookings": 0, "confirmed": 0}
    assert days == [
        {"day": "2026-02-28", "new_people": 0, "people": 0, "events": 0, **nothing},
        {"day": "2026-03-01", "new_people": 1, "people": 1, "events": 1, **nothing},
        {"day": "2026-03-02", "new_people": 1, "people": 2, "events": 1, **nothing},
        {"day": "2026-03-03", "new_people": 0, "people": 2, "events": 0, **nothing},
    ]


def test_days_are_the_last_thirty_unless_told_otherwise(school: psycopg.Connection) -> None:
    fold(school)
    days = [date.fromisoformat(day["day"]) for day in ask("/api/stats/daily")]
    assert len(days) == 30
    assert abs(days[-1] - datetime.now(UTC).date()) <= timedelta(days=1)

    up_to = ask("/api/stats/daily?to=2026-03-03")
    assert (up_to[0]["day"], up_to[-1]["day"]) == ("2026-02-02", "2026-03-03")
    assert len(ask("/api/stats/daily?from=2023-11-20&to=2026-11-23")) == 1100
    assert len(ask("/api/stats/daily?to=0001-01-02")) == 2
    assert len(ask("/api/stats/daily?from=9999-12-30&to=9999-12-31")) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-03-02&to=2026-03-01", "from"),
        ("from=2023-11-19&to=2026-11-23", "from"),
        ("from=0001-01-01", "from"),
        ("from=2026-02-30", "from"),
        ("from=1767225600", "from"),
        ("from=2026-03-01T00:00", "from"),
        ("to=tomorrow", "to"),
        ("to=0000-01-01", "to"),
        ("to=%00", "to"),
        ("to=", "to"),
    ],
)
def test_a_range_that_cannot_be_answered_is_refused_naming_the_field(
    school: psycopg.Connection, query: str, field: str
) -> None:
    assert ask(f"/api/stats/daily?{query}", 422)["detail"].startswith(f"{field}: ")


def test_streams_and_lessons_are_answered_as_the_specification_has_them(scattered: Scatter) -> None:
    conn = scattered(22)
    streams = [tuple(stream.values()) for stream in ask("/api/streams/stats")]
    assert sorted(streams) == sorted(conn.execute(specification.STREAM_STATISTICS).fetchall())

    lessons = ask("/api/lessons/conversion")
    assert set(lessons[0]) == {
        "lesson_type",
        "registrations",
        "attendances",
        "conversion_rate",
        "people_registered",
        "people_attended",
        "people_conversion_rate",
    }
    by_rows = [tuple(lesson.values())[:4] for lesson in lessons]
    expected = [(*row[:3], float(row[3])) for row in conn.execute(specification.LESSON_CONVERSION).fetchall()]
    assert sorted(by_rows, key=repr) == sorted(expected, key=repr)
