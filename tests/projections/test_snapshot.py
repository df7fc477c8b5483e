"""A page reads one moment, and never for long stands in a bot's way."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import DatabaseError, connection

from hsl.projections.snapshot import once_a_snapshot, one_snapshot
from hsl.school.selecting import value
from tests.databases import Database
from tests.waiting import until


def test_what_is_committed_meanwhile_is_not_in_the_moment(
    school: psycopg.Connection, bot: psycopg.Connection
) -> None:
    with one_snapshot(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM events")
        bot.execute("INSERT INTO public.events (user_id) VALUES (1)")
        cursor.execute("SELECT count(*) FROM events")
        assert cursor.fetchone() == (0,)


def test_nothing_can_be_written_in_it(school: psycopg.Connection) -> None:
    with pytest.raises(DatabaseError, match="read-only"), one_snapshot(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO public.events (user_id) VALUES (1)")


def test_it_gives_up_a_lock_before_postgresql_looks_for_deadlocks(school: psycopg.Connection) -> None:
    with one_snapshot(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('lock_timeout')::interval < current_setting('deadlock_timeout')::interval,"
            " current_setting('lock_timeout')::interval > interval '0'"
        )
        assert cursor.fetchone() == (True, True)


@once_a_snapshot
def events_of(user_id: int) -> tuple[int]:
    return (int(value("SELECT count(*) FROM events WHERE user_id = %s", [user_id])),)


def test_what_was_read_is_read_again_only_after_somebody_wrote_something(
    school: psycopg.Connection, bot: psycopg.Connection
) -> None:
    with one_snapshot() as mark:
        first, other = events_of(mark, 1), events_of(mark, 2)
        assert events_of(mark, 1) is first
        assert events_of(mark, 2) is other
    bot.execute("INSERT INTO public.events (user_id) VALUES (1)")
    with one_snapshot() as mark:
        assert events_of(mark, 1) == (1,)
        assert events_of(mark, 2) == (0,)


def test_what_ends_while_a_moment_lasts_is_not_taken_for_part_of_it(
    school: psycopg.Connection, bot: psycopg.Connection
) -> None:
    """A transaction that was under way in one moment and is over in the next makes them two."""
    with bot.transaction():
        bot.execute("INSERT INTO public.events (user_id) VALUES (1)")
        with one_snapshot() as under_way:
            assert events_of(under_way, 1) == (0,)
    with one_snapshot() as over:
        assert over != under_way
        assert events_of(over, 1) == (1,)


def test_while_nobody_writes_all_moments_are_one(school: psycopg.Connection) -> None:
    def mark() -> str:
        with one_snapshot() as it:
            return it

    until(lambda: mark() == mark(), "no other database of the server is written to")


def test_two_databases_of_a_server_have_no_moment_in_common(
    session_database: Database, school: psycopg.Connection, fresh_database: Callable[[], Database]
) -> None:
    fresh = fresh_database()
    with one_snapshot() as here:
        pass
    with fresh.as_django(), one_snapshot() as there:
        pass
    assert here.split()[0] != there.split()[0]
