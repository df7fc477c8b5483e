"""The furniture of the suite itself: databases that start empty and stay apart."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import connection

from tests.databases import Database

BOOKING = """INSERT INTO bookings (user_id, confirmed, course_id, course_stream)
             VALUES (1, 2, 1, '3rd_stream') RETURNING id"""


def rows(conn: psycopg.Connection, table: str) -> int:
    row = conn.execute(f"SELECT count(*) FROM {table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("time", ["first", "second"])
def test_each_test_meets_an_empty_school_with_its_seeds(
    school: psycopg.Connection, bot: psycopg.Connection, time: str
) -> None:
    assert rows(school, "bookings") == 0
    assert rows(school, "hsl.changes") == 0
    assert rows(school, "course_streams") == 3
    booked = bot.execute(BOOKING.encode()).fetchone()
    assert booked == (1,), "ids start anew"
    school.execute("DELETE FROM course_streams")


def test_django_works_in_the_database_of_the_session(
    school: psycopg.Connection, bot: psycopg.Connection, database: str
) -> None:
    bot.execute(BOOKING.encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), count(*) FROM bookings")
        assert cursor.fetchone() == (database, 1)


def test_databases_of_a_test_are_apart(
    fresh_database: Callable[[], Database], bot_database: Callable[[], Database]
) -> None:
    ours, bots = fresh_database(), bot_database()
    with ours.as_django(), connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == (ours.name,)
    with bots.connect() as conn:
        assert conn.execute("SELECT to_regclass('bookings')").fetchone() == (None,)


def test_what_touches_postgresql_is_marked(
    request: pytest.FixtureRequest, school: psycopg.Connection
) -> None:
    assert request.node.get_closest_marker("database")
