"""A bot at work: many connections that write without pause, each of which gives up after waiting a second."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from tests.adoption.bots import Connection
from tests.databases import Database

#: No statement of the bot's may wait longer: PostgreSQL itself cancels one that does, and the test fails.
PATIENCE = "-c lock_timeout=1s"
#: Seconds between two rounds of a writer: a busy bot's pace, a hundred a second each.
BREATH = 0.01


def one_by_one(conn: Connection, n: int) -> None:
    """Single rows, each committed."""
    conn.execute("INSERT INTO events (user_id, event_type) VALUES (%s, 'start_command')", [n % 50])
    conn.execute("INSERT INTO bookings (user_id, course_id) VALUES (%s, 1)", [n % 50])
    conn.execute("UPDATE bookings SET confirmed = 2 WHERE user_id = %s", [n % 50])


def upserts(conn: Connection, n: int) -> None:
    """Registrations, the same again and again."""
    conn.execute(
        "INSERT INTO free_lesson_registrations (user_id, email) VALUES (%s, 'a@example.com')"
        " ON CONFLICT (user_id, lesson_type) DO UPDATE SET email = excluded.email",
        [n % 20],
    )


def prepared(conn: Connection, n: int) -> None:
    """A prepared SELECT *."""
    conn.execute("SELECT * FROM bookings WHERE user_id = %s", [n % 50], prepare=True)
    conn.execute("SELECT * FROM events WHERE id = %s", [n], prepare=True)


def copies(conn: Connection, n: int) -> None:
    """COPY without a list of columns."""
    with conn.cursor().copy("COPY users FROM STDIN") as copy:
        copy.write(f"{n + 1_000_000}\tname\t2025-01-01\n")
    with conn.cursor().copy("COPY events (user_id, event_type) FROM STDIN") as copy:
        for user_id in range(50):
            copy.write_row((user_id, "view_program"))


def long_transactions(conn: Connection, n: int) -> None:
    """Facts of all kinds in one transaction that takes its time, in an order of its own."""
    with conn.transaction():
        conn.execute("INSERT INTO events (user_id, event_type) VALUES (%s, 'slow')", [n])
        conn.execute("SELECT pg_sleep(0.3)")
        conn.execute(
            "INSERT INTO free_lesson_registrations (user_id) VALUES (%s) ON CONFLICT DO NOTHING", [n + 10_000]
        )
        conn.execute("INSERT INTO bookings (user_id, course_id) VALUES (%s, 1)", [n])


def emptying(conn: Connection, n: int) -> None:
    """TRUNCATE of several tables, now and then."""
    if n % 20 == 0:
        conn.execute("TRUNCATE free_lesson_registrations, events")


WRITERS = (one_by_one, upserts, prepared, copies, long_transactions)


@contextmanager
def at_work(database: Database, *writers: Callable[[Connection, int], None]) -> Iterator[list[str]]:
    """The writers at work, a connection each, all through the block; yields what went wrong for them."""
    stop, errors, begun = threading.Event(), list[str](), threading.Barrier(len(writers) + 1)

    def work(write: Callable[[Connection, int], None]) -> None:
        with database.connect(options=PATIENCE) as conn:
            write(conn, 0)
            begun.wait(30)
            n = 1
            while not stop.wait(BREATH):
                try:
                    write(conn, n)
                except psycopg.Error as error:
                    errors.append(f"{write.__name__}: {error.sqlstate} {error}")
                    return
                n += 1

    threads = [threading.Thread(target=work, args=(write,)) for write in writers]
    for thread in threads:
        thread.start()
    begun.wait(30)
    try:
        yield errors
    finally:
        stop.set()
        for thread in threads:
            thread.join()
