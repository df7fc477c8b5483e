"""A page reads one moment, and never for long stands in a bot's way."""

import psycopg
import pytest
from django.db import DatabaseError, connection

from hsl.projections.snapshot import one_snapshot


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
