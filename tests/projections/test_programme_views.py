"""Who looked at a course's program; how streams fill; who missed a lesson."""

import pytest

from hsl.projections.fold import fold
from hsl.projections.gate import Connection
from tests.projections.facts import is_true


def view(bot: Connection, user_id: int, course: str, at: str = "2025-09-01 12:00+03") -> None:
    bot.execute(
        "INSERT INTO public.events (user_id, event_type, details, created_at)"
        " VALUES (%s, 'view_program', %s, %s)",
        (user_id, f'{{"course_id": {course}}}', at),
    )


def test_looks_are_kept_by_person_and_course(school: Connection, bot: Connection) -> None:
    view(bot, 1, "1")
    view(bot, 1, '"1"', "2025-09-03 12:00+03")
    view(bot, 1, "2")
    fold(school)

    rows = school.execute("SELECT course_id, views, last_viewed::date::text FROM programme_views ORDER BY 1")
    assert rows.fetchall() == [(1, 2, "2025-09-03"), (2, 1, "2025-09-01")]
    days = school.execute(
        "SELECT day::text, type, sum(n) FROM activity_days_now WHERE kind = 'viewer' GROUP BY 1, 2"
    )
    assert sorted(days.fetchall()) == [("2025-09-01", "2", 1), ("2025-09-03", "1", 1)]
    bot.execute("DELETE FROM public.events")
    fold(school)
    assert is_true(school)
    assert school.execute("SELECT FROM programme_views").fetchall() == []


@pytest.mark.parametrize("course", ["null", '"x"', "1.5", "-1", "12345678901", "[]"])
def test_a_look_at_no_course_counts_for_none(school: Connection, bot: Connection, course: str) -> None:
    view(bot, 1, course)
    fold(school)

    assert school.execute("SELECT FROM programme_views").fetchall() == []
    assert is_true(school)


def test_a_streams_people_are_counted_by_status_and_day(school: Connection, bot: Connection) -> None:
    bot.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed, created_at) VALUES"
        " (1, 1, '3rd_stream', 2, '2025-09-01 23:30+03'), (2, 1, '3rd_stream', 2, '2025-09-02 00:30+03'),"
        " (3, 1, '3rd_stream', 1, '2025-09-02 00:30+03')"
    )
    fold(school)
    counted = "SELECT status, day::text, n FROM stream_people_now ORDER BY status, day"
    before = school.execute(counted).fetchall()
    bot.execute("UPDATE public.bookings SET confirmed = 2 WHERE user_id = 3")
    fold(school)

    assert before == [(1, "2025-09-02", 1), (2, "2025-09-01", 1), (2, "2025-09-02", 1)]
    assert school.execute(counted).fetchall() == [(2, "2025-09-01", 1), (2, "2025-09-02", 2)]
    assert is_true(school)
    school.execute("UPDATE hsl.school SET time_zone = 'UTC'")
    fold(school)
    assert school.execute(counted).fetchall() == [(2, "2025-09-01", 3)]
    assert is_true(school)
