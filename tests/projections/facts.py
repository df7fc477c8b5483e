"""A bot's statements that the tests of the projections share, and what must be true after them."""

from typing import Any

from hsl.projections.gate import Connection
from hsl.projections.verify import verify
from tests import specification

EVENT = "INSERT INTO public.events (user_id, event_type) VALUES (%s, 'start_command')"
BOOKING = "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed) VALUES (%s, 1, '3rd_stream', %s)"


def total(conn: Connection, name: str) -> int:
    row = conn.execute("SELECT n FROM totals_now WHERE name = %s", (name,)).fetchone()
    return row[0] if row else 0


def is_true(conn: Connection) -> bool:
    found = verify(conn)
    assert found.clean, found.differences
    return (found.people_waiting, found.changes_waiting, found.recounts_waiting) == (0, 0, [])


def holds_what_the_specification_says(conn: Connection) -> None:
    """The projections beside the specification's SQL, word for word."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return conn.execute(query.encode()).fetchall()

    assert rows("SELECT coalesce((SELECT n FROM totals_now WHERE name = 'people'), 0)") == rows(
        specification.UNIQUE_USERS
    )
    assert sorted(
        rows(
            "SELECT course_id, course_stream, sum(n), coalesce(sum(n) FILTER (WHERE confirmed = 2), 0),"
            " coalesce(sum(n) FILTER (WHERE confirmed = 1), 0),"
            " coalesce(sum(n) FILTER (WHERE confirmed = -1), 0)"
            " FROM stream_counts_now WHERE course_id = 1 AND course_stream IS NOT NULL GROUP BY 1, 2"
        )
    ) == sorted(rows(specification.STREAM_STATISTICS))
    lessons = rows("SELECT lesson_type, registrations, attendances FROM lesson_counts_now WHERE NOT dated")
    assert sorted(lessons, key=str) == sorted(
        ((row[0], row[1], row[2]) for row in rows(specification.LESSON_CONVERSION)), key=str
    )
    assert {row[0] for row in rows("SELECT user_id FROM user_cache WHERE status <> 'student'")} == {
        row[0] for row in rows(specification.NON_COURSE_USERS)
    }
