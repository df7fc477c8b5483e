"""What bots say to their database, with all that comes back: rows, counts, notices, errors."""

from collections.abc import Callable
from typing import Any

import psycopg

from tests.adoption.bots import Connection

#: A bot's day, statement by statement, those that fail among them.
DAY = [
    "INSERT INTO users (user_id, username) VALUES (900, 'anna') ON CONFLICT (user_id) DO NOTHING",
    "INSERT INTO bookings (user_id, course_id) VALUES (900, 1) RETURNING id, course_stream, confirmed",
    "SELECT currval('bookings_id_seq')",
    "INSERT INTO bookings VALUES (DEFAULT, 901, 'b', 'Борис', 2, NULL, NULL, 'infinity', 'FRIEND20', 20) RETURNING *",
    "INSERT INTO bookings (user_id) VALUES (902)",
    "INSERT INTO bookings (user_id, course_id) VALUES (902, 77)",
    "INSERT INTO bookings (user_id, course_id) VALUES (99999999999999999999, 1)",
    "INSERT INTO bookings (user_id, course_id, course_stream) VALUES (902, 1, repeat('x', 51))",
    "INSERT INTO bookings (user_id, course_id, created_at) VALUES (902, 1, '2025-02-30')",
    "INSERT INTO bookings (user_id, course_id) SELECT 1000 + g, 1 FROM generate_series(1, 50) AS g",
    "INSERT INTO referral_usage (coupon, booking_id) VALUES ('FRIEND20', 1) RETURNING id",
    "INSERT INTO referral_usage (coupon, booking_id) VALUES ('FRIEND20', 123456)",
    "UPDATE bookings SET confirmed = 2 WHERE user_id = 900 RETURNING confirmed",
    "UPDATE bookings SET user_id = user_id + 1 WHERE user_id > 1040 RETURNING id, user_id",
    "UPDATE bookings SET id = 1 WHERE user_id = 900",
    "UPDATE bookings SET confirmed = 1 / 0",
    "UPDATE bookings SET created_at = '-infinity', confirmed = NULL WHERE user_id = 901",
    "DELETE FROM bookings WHERE id = 10 RETURNING referral_code",
    "SELECT count(*) FROM referral_usage",
    "INSERT INTO free_lesson_registrations (user_id, email) VALUES (900, 'a@example.com') RETURNING id, lesson_type",
    "INSERT INTO free_lesson_registrations (user_id, email) VALUES (900, 'a@example.com')",
    """INSERT INTO free_lesson_registrations (user_id, email) VALUES (900, 'b@example.com')
       ON CONFLICT (user_id, lesson_type) DO UPDATE SET email = excluded.email RETURNING id, email, xmax <> 0""",
    """INSERT INTO free_lesson_registrations (user_id, email, lesson_date) VALUES (900, 'c@example.com', '2025-09-05')
       ON CONFLICT (user_id, lesson_type, lesson_date) DO UPDATE SET email = excluded.email RETURNING id, email""",
    "INSERT INTO free_lesson_registrations (user_id) VALUES (900) ON CONFLICT DO NOTHING RETURNING id",
    "INSERT INTO free_lesson_registrations (user_id) VALUES (900) ON CONFLICT (email) DO NOTHING",
    "UPDATE free_lesson_registrations SET notification_sent = true WHERE NOT notification_sent",
    "INSERT INTO events (user_id, event_type, details) VALUES (900, 'lesson_link_clicked', '{\"lesson_type\": 5}')",
    "INSERT INTO events (user_id, event_type, details) VALUES (900, 'lesson_link_clicked', '[]'), (NULL, 'x', '7')",
    "INSERT INTO events (user_id, event_type, details) VALUES (900, 'x', '{broken')",
    "INSERT INTO events (user_id) VALUES (900)",
    "WITH gone AS (DELETE FROM events WHERE id < 20 RETURNING *) SELECT count(*), min(id) FROM gone",
    "BEGIN",
    "INSERT INTO events (user_id, event_type) VALUES (905, 'start_command')",
    "SAVEPOINT s",
    "INSERT INTO events (user_id) VALUES (905)",
    "SELECT 1",
    "ROLLBACK TO SAVEPOINT s",
    "INSERT INTO events (user_id, event_type) VALUES (905, 'view_program') RETURNING id",
    "COMMIT",
    "BEGIN ISOLATION LEVEL SERIALIZABLE",
    "UPDATE bookings SET confirmed = 1 WHERE user_id = 900",
    "DELETE FROM events WHERE user_id = 905",
    "ROLLBACK",
    "SELECT event_type, count(*) FROM events GROUP BY 1 ORDER BY 1",
    "DELETE FROM courses WHERE id = 1",
    "DELETE FROM message_history WHERE id = 1",
    "SELECT * FROM message_recipients ORDER BY id",
    "UPDATE message_recipients SET delivery_status = 'sent', telegram_message_id = 5",
    "TRUNCATE events, free_lesson_registrations RESTART IDENTITY",
    "TRUNCATE bookings",
    "TRUNCATE bookings CASCADE",
    "INSERT INTO events (user_id, event_type) VALUES (900, 'start_command') RETURNING id",
    "SELECT * FROM bookings",
    "SELECT * FROM nowhere",
    "ALTER TABLE events ADD COLUMN IF NOT EXISTS source varchar(10) DEFAULT 'bot'",
    "ALTER TABLE free_lesson_registrations ADD COLUMN IF NOT EXISTS lesson_date date",
    "UPDATE events SET source = 'site'",
    "INSERT INTO events VALUES (DEFAULT, 1, 'view_program', NULL, NULL, 'x') RETURNING *",
    "VACUUM events",
    "ANALYZE bookings",
]


def said(conn: Connection, statement: str) -> Any:
    """What the database answers: rows and status, or the error with all its parts; notices too."""
    notices: list[str] = []

    def heard(notice: psycopg.errors.Diagnostic) -> None:
        notices.append(notice.message_primary or "")

    conn.add_notice_handler(heard)
    try:
        cursor = conn.execute(statement.encode())
    except psycopg.Error as error:
        diag = error.diag
        return diag.sqlstate, diag.message_primary, diag.message_detail, diag.constraint_name, notices
    finally:
        conn.remove_notice_handler(heard)
    return cursor.statusmessage, texts(cursor), notices


def texts(cursor: psycopg.Cursor[Any]) -> list[list[bytes | None]]:
    """The rows as the server sent them."""
    result = cursor.pgresult
    assert result
    return [
        [result.get_value(row, column) for column in range(result.nfields)] for row in range(result.ntuples)
    ]


def live(conn: Connection, then: Callable[[], None] = lambda: None) -> list[Any]:
    """A bot's day, with ``then`` in the middle of each open session: answers in order.

    The session opens before ``then`` and keeps what it prepared.
    """
    answers = []
    prepared = ["SELECT * FROM bookings ORDER BY id LIMIT 3", "SELECT * FROM events ORDER BY id LIMIT 3"]
    for n, query in enumerate(prepared):
        conn.execute(f"PREPARE p{n} AS {query}".encode())
        answers.append(said(conn, f"EXECUTE p{n}"))
    then()
    answers += [said(conn, f"EXECUTE p{n}") for n in range(len(prepared))]
    answers.append(copied(conn))
    answers += [said(conn, statement) for statement in DAY]
    return answers


def copied(conn: Connection) -> Any:
    """COPY without a list of columns, out and in again under other ids."""
    with conn.cursor().copy("COPY events TO STDOUT") as out:
        lines = [bytes(line).split(b"\t", 1) for line in out]
    with conn.cursor().copy("COPY events FROM STDIN") as back:
        for n, (_, rest) in enumerate(lines[:50]):
            back.write(str(10_000 + n).encode() + b"\t" + rest)
    return lines, conn.execute("SELECT count(*), max(id) FROM events").fetchone()
