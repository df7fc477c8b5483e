"""The triggers note whom a statement touched and what came and went, and agree with the facts themselves."""

from collections import Counter
from typing import Any

import psycopg
import pytest

Connection = psycopg.Connection[Any]

KEYS = "user_id, name, course_id, confirmed, lesson_type, lesson_date, quarter"
MARKS = {1: "booking_marks", 2: "registration_marks", 3: "event_marks"}


def changes(conn: Connection) -> list[tuple[Any, ...]]:
    return conn.execute(f"SELECT {KEYS}, n FROM hsl.changes WHERE NOT recount ORDER BY {KEYS}, n").fetchall()


def recounts(conn: Connection) -> list[tuple[Any, ...]]:
    return conn.execute("SELECT kind, reason FROM hsl.changes WHERE recount ORDER BY kind").fetchall()


def summed(conn: Connection, kind: int) -> Counter[tuple[Any, ...]]:
    rows = conn.execute(
        f"SELECT {KEYS}, sum(n)::int FROM hsl.changes WHERE kind = %s GROUP BY {KEYS} HAVING sum(n) <> 0",
        [kind],
    )
    return Counter({tuple(key): n for *key, n in rows.fetchall()})


def counted(conn: Connection, kind: int) -> Counter[tuple[Any, ...]]:
    rows = conn.execute(f"SELECT {KEYS}, count(*)::int FROM hsl.{MARKS[kind]} GROUP BY {KEYS}").fetchall()
    return Counter({tuple(key): n for *key, n in rows})


def test_an_insert_notes_the_person_and_the_counted_key(school: Connection, bot: Connection) -> None:
    bot.execute(
        "INSERT INTO bookings (user_id, course_id, course_stream, confirmed, created_at)"
        " VALUES (7, 1, '4th_stream', 1, '2025-09-01 10:44:59+00')"
    )
    assert [(*row[:6], f"{row[6]:%d %H:%M}", row[7]) for row in changes(school)] == [
        (7, "4th_stream", 1, 1, None, None, "01 10:30", 1)
    ]


def test_a_copy_is_a_row_a_fact(school: Connection, bot: Connection) -> None:
    with bot.cursor().copy("COPY events (user_id, event_type, created_at) FROM STDIN") as copy:
        for user_id in (1, 1, 1, 2):
            copy.write_row((user_id, "view_program", "2025-09-01 10:00:00+00"))
    assert [(row[0], row[1], row[-1]) for row in changes(school)] == [
        (1, "view_program", 1),
        (1, "view_program", 1),
        (1, "view_program", 1),
        (2, "view_program", 1),
    ]


def test_an_update_that_moves_no_count_still_names_the_person(school: Connection, bot: Connection) -> None:
    bot.execute("INSERT INTO bookings (user_id, course_id) VALUES (7, 1)")
    school.execute("DELETE FROM hsl.changes")
    bot.execute("UPDATE bookings SET username = 'anna'")
    assert [(row[0], row[-1]) for row in changes(school)] == [(7, 0)]


def test_a_fact_that_changes_hands_names_both(school: Connection, bot: Connection) -> None:
    bot.execute("INSERT INTO bookings (user_id, course_id) VALUES (7, 1)")
    school.execute("DELETE FROM hsl.changes")
    bot.execute("UPDATE bookings SET user_id = 8")
    assert sorted((row[0], row[-1]) for row in changes(school)) == [(7, -1), (8, 1)]


@pytest.mark.parametrize(
    ("details", "lesson_type", "lesson_date"),
    [
        ('{"lesson_type": "intro", "lesson_date": "2025-02-28"}', "intro", "2025-02-28"),
        ('{"lesson_type": "intro", "lesson_date": "2024-02-29T19:00:00+03:00"}', "intro", "2024-02-29"),
        ('{"lesson_type": "intro", "lesson_date": "2025-02-29"}', "intro", None),
        ('{"lesson_type": "intro", "lesson_date": "29.02.2024"}', "intro", None),
        ('{"lesson_type": "intro", "lesson_date": "0000-01-01"}', "intro", None),
        ('{"lesson_type": "intro", "lesson_date": {"day": 1}}', "intro", None),
        ('["lesson_type"]', None, None),
        ("null", None, None),
        (None, None, None),
    ],
)
def test_an_attendance_carries_its_lesson(
    school: Connection, bot: Connection, details: str | None, lesson_type: str | None, lesson_date: str | None
) -> None:
    bot.execute(
        "INSERT INTO events (user_id, event_type, details) VALUES (7, 'lesson_link_clicked', %s)", [details]
    )
    (row,) = changes(school)
    assert (row[4], str(row[5]) if row[5] else None) == (lesson_type, lesson_date)
    assert recounts(school) == []


def test_other_events_carry_no_lesson(school: Connection, bot: Connection) -> None:
    bot.execute(
        "INSERT INTO events (user_id, event_type, details) VALUES (7, 'view_program', '{\"lesson_type\": 1}')"
    )
    assert changes(school)[0][4] is None


def test_truncate_asks_for_a_recount(school: Connection, bot: Connection) -> None:
    bot.execute("TRUNCATE bookings, events")
    assert recounts(school) == [(1, "TRUNCATE"), (3, "TRUNCATE")]


def test_a_statement_that_touches_nothing_notes_nothing(school: Connection, bot: Connection) -> None:
    bot.execute("UPDATE bookings SET confirmed = 2")
    bot.execute("DELETE FROM events")
    assert changes(school) == []


def test_changes_and_marks_agree_after_any_statements(school: Connection, bot: Connection) -> None:
    bot.execute("""
        INSERT INTO bookings (user_id, course_id, course_stream, confirmed, created_at)
        SELECT g, 1, 's' || g % 3, (ARRAY[-1, 1, 2])[1 + g % 3],
               timestamptz '2025-01-01' + g * interval '7 minutes'
        FROM generate_series(1, 60) AS g;
        UPDATE bookings SET confirmed = 2, created_at = 'infinity' WHERE user_id % 4 = 0;
        UPDATE bookings SET user_id = user_id + 1000 WHERE user_id % 5 = 0;
        DELETE FROM bookings WHERE user_id % 7 = 0;
        INSERT INTO free_lesson_registrations (user_id, email, lesson_type, lesson_date, registered_at)
        SELECT g, g || '@example.com', 'l' || g % 2, '2025-01-01', '-infinity'
        FROM generate_series(1, 20) AS g;
        UPDATE free_lesson_registrations SET lesson_date = 'infinity' WHERE user_id > 10;
        INSERT INTO events (user_id, event_type, details)
        SELECT g % 4, 'lesson_link_clicked', jsonb_build_object('lesson_type', g % 3)
        FROM generate_series(1, 20) AS g;
        UPDATE events SET details = '5' WHERE user_id = 1;
        INSERT INTO free_lesson_registrations (user_id, email, lesson_type, lesson_date)
        SELECT g, 'again', 'l' || g % 2, '2025-01-01' FROM generate_series(5, 30) AS g
        ON CONFLICT (user_id, lesson_type, lesson_date) DO UPDATE SET lesson_type = 'moved';
        WITH gone AS (DELETE FROM bookings WHERE user_id < 10 RETURNING *)
        INSERT INTO bookings (user_id, course_id, confirmed) SELECT user_id, 2, confirmed FROM gone;
    """)
    for kind in MARKS:
        assert summed(school, kind) == counted(school, kind)
    assert recounts(school) == []
