"""``hsl migrate``: from any database to the same end, repeated, cut off, or begun twice at once."""

import os
import signal
import subprocess
import sys
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError

from hsl import school
from hsl.projections.adoption import roll_back_messages
from hsl.projections.fold import fold_to_the_end
from hsl.projections.verify import verify
from hsl.school.sqlfile import read_sql
from tests.adoption.beside import wait_until
from tests.adoption.bots import SCHOOL, BotDatabase, Connection, adopt, as_hsl, leave
from tests.adoption.catalog import describe, indexes
from tests.databases import Database

SOME = "CREATE TABLE events (id serial PRIMARY KEY, user_id integer, event_type text, details text)"
ENDS = """
SELECT c.oid::regclass::text, c.relkind::text, coalesce(pg_get_viewdef(c.oid), ''),
       (SELECT string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ',' ORDER BY attnum)
        FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0)
FROM pg_class AS c WHERE relnamespace = 'hsl'::regnamespace AND relkind <> 't'
UNION ALL
SELECT oid::regprocedure::text, 'function', pg_get_functiondef(oid), proacl::text
FROM pg_proc WHERE pronamespace = 'hsl'::regnamespace
UNION ALL
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
UNION ALL
SELECT indexrelid::regclass::text, 'index', pg_get_indexdef(indexrelid), indisvalid::text
FROM pg_index WHERE indexrelid::regclass::text LIKE 'hsl%'
ORDER BY 1, 2, 3
"""


def end(database: Database) -> list[tuple[Any, ...]]:
    """All that stands in the schema hsl, and what of ours is in public."""
    with database.connect() as conn:
        return conn.execute(ENDS).fetchall()


@pytest.mark.parametrize("tables", ["", SOME, SCHOOL], ids=["empty", "some tables", "all tables"])
def test_twice_in_a_row_ends_the_same(bot_database: BotDatabase, tables: str) -> None:
    database = bot_database()
    with database.connect() as bot:
        bot.execute(tables.encode() or b";")
    adopt(database)
    once = end(database)
    with database.connect() as conn:
        said = conn.execute("SELECT id, xmin::text FROM hsl.courses").fetchall()
        adopt(database)
        assert end(database) == once
        assert conn.execute("SELECT id, xmin::text FROM hsl.courses").fetchall() == said


def test_a_repeated_migrate_asks_nothing_of_the_bots_tables(adopted: Database) -> None:
    """Also while a transaction of the bot's holds them for writing."""
    with adopted.connect() as bot:
        bot.execute("BEGIN; LOCK TABLE bookings, events, free_lesson_registrations IN ROW EXCLUSIVE MODE")
        adopt(adopted)
        bot.execute("ROLLBACK")


STOPS = {
    "first migration": "to_regnamespace('hsl') IS NOT NULL",
    "views": "to_regclass('hsl.events') IS NOT NULL",
    "half the triggers": "EXISTS (SELECT FROM pg_trigger WHERE tgname LIKE 'hsl%')",
    "an index under way": "EXISTS (SELECT FROM pg_stat_progress_create_index WHERE datname = current_database())",
}


@pytest.mark.parametrize("moment", STOPS)
def test_killed_half_way_it_is_repeated(bot_database: BotDatabase, adopted: Database, moment: str) -> None:
    database = bot_database()
    database.execute(SCHOOL)
    with database.connect() as bot, database.connect() as holding:
        before = describe(bot)
        holding.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM users")  # holds indexes up
        migrating = start(database)
        wait_until(bot, STOPS[moment])
        migrating.send_signal(signal.SIGKILL)
        migrating.wait()
        holding.execute("ROLLBACK")
        wait_until(
            bot,
            "NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'hsl'"
            " AND datname = current_database())",
        )
        adopt(database)
        assert describe(bot) == before
    assert end(database) == end(adopted)


def test_a_migration_is_not_done_without_the_record_that_it_is(bot_database: BotDatabase) -> None:
    database = bot_database()
    with database.connect() as conn:
        conn.execute(read_sql(str(school.__file__), "sql/prepare.sql"))
        conn.execute("""
            CREATE FUNCTION hsl.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'killed'; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON hsl.django_migrations
              FOR EACH ROW WHEN (NEW.app = 'accounts') EXECUTE FUNCTION hsl.refuse()
        """)
        with pytest.raises(ProgrammingError, match="killed"):
            adopt(database)
        conn.execute("DROP TRIGGER refuse ON hsl.django_migrations")
    adopt(database)


def start(database: Database) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "hsl", "migrate"], env={**os.environ, "DATABASE_URL": database.url}
    )


def test_an_invalid_index_left_behind_is_built_anew(adopted: Database) -> None:
    with adopted.connect() as conn:
        conn.execute(
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'hsl_events_user_id'::regclass"
        )
        adopt(adopted)
        assert conn.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = 'hsl_events_user_id'::regclass"
        ).fetchone() == (True,)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("CREATE INDEX own ON events (user_id)", False),
        ("CREATE INDEX own ON events (user_id, created_at)", False),
        ("CREATE UNIQUE INDEX own ON events (user_id, id)", False),
        ("CREATE INDEX own ON events (created_at, user_id)", True),
        ("CREATE INDEX own ON events (user_id) WHERE user_id > 5", True),
        ("CREATE INDEX own ON events USING hash (user_id)", True),
    ],
)
def test_an_index_of_the_bots_that_serves_is_enough(
    bot_database: BotDatabase, theirs: str, ours: bool
) -> None:
    database = bot_database()
    database.execute(SCHOOL)
    with database.connect() as conn:
        conn.execute(theirs.encode())
        adopt(database)
        found = conn.execute("SELECT to_regclass('hsl_events_user_id') IS NOT NULL").fetchone()
    assert found == (ours,)


def test_no_index_is_built_on_a_column_that_is_not_there(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute("CREATE TABLE events (id serial PRIMARY KEY, user_id bigint)")
    adopt(database)
    with database.connect() as conn:
        assert conn.execute("SELECT to_regclass('hsl_events_type_time')").fetchone() == (None,)


def test_a_trigger_that_was_dropped_or_disabled_comes_back_and_what_it_missed_is_counted(
    adopted: Database,
) -> None:
    with as_hsl(adopted) as ours:
        whole = end(adopted)
        ours.execute("DELETE FROM changes")
        ours.execute("DROP TRIGGER hsl_changes_update ON public.bookings")
        ours.execute("ALTER TABLE public.events DISABLE TRIGGER hsl_changes_insert")
        ours.execute("INSERT INTO public.events (user_id, event_type) VALUES (77, 'start_command')")
        counted = "SELECT count(*), (SELECT n FROM totals_now WHERE name = 'events') FROM events"
        facts, kept = ours.execute(counted).fetchall()[0]
        assert facts != kept
        adopt(adopted)
        facts, kept = ours.execute(counted).fetchall()[0]
        assert facts == kept
    assert end(adopted) == whole


def test_a_fresh_database_keeps_the_rules(fresh_database: BotDatabase) -> None:
    database = fresh_database()
    with database.connect() as conn:
        conn.execute("INSERT INTO bookings (user_id, course_id, course_stream) VALUES (1, 1, '4th_stream')")
        for statement, error in (
            ("UPDATE bookings SET confirmed = 0", psycopg.errors.CheckViolation),
            ("UPDATE bookings SET discount_percent = 101", psycopg.errors.CheckViolation),
            ("UPDATE bookings SET user_id = NULL", psycopg.errors.NotNullViolation),
            (
                "INSERT INTO bookings (user_id, course_id, course_stream) VALUES (1, 1, '4th_stream')",
                psycopg.errors.UniqueViolation,
            ),
            ("INSERT INTO free_lesson_registrations (user_id) VALUES (1)", psycopg.errors.NotNullViolation),
            ("INSERT INTO message_history (message_text) VALUES (NULL)", psycopg.errors.NotNullViolation),
            (
                "INSERT INTO message_history (message_text, recipient_type) VALUES ('a', 'b')",
                psycopg.errors.CheckViolation,
            ),
            (
                "INSERT INTO message_recipients (message_id, user_id) VALUES (1, 1)",
                psycopg.errors.ForeignKeyViolation,
            ),
        ):
            with pytest.raises(error):
                conn.execute(statement.encode())


def test_a_fresh_database_has_the_specifications_indexes_and_cascade(fresh_database: BotDatabase) -> None:
    database = fresh_database()
    with database.connect() as conn:
        conn.execute("INSERT INTO message_history (message_text) VALUES ('a')")
        conn.execute("INSERT INTO message_recipients (message_id, user_id) VALUES (1, 1)")
        conn.execute("DELETE FROM message_history")
        assert conn.execute("SELECT count(*) FROM message_recipients").fetchone() == (0,)
        assert indexes(conn, "idx_message%") == {
            "idx_message_recipients_message_id": "btree (message_id)",
            "idx_message_recipients_status": "btree (message_id, delivery_status)",
            "idx_message_recipients_user_id": "btree (user_id)",
        }


def tables(conn: Connection) -> set[str]:
    rows = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows}


MESSAGES = {"message_history", "message_recipients"}
FACTS = {"bookings", "events", "free_lesson_registrations"}


def test_messages_of_ours_go_when_their_migration_is_rolled_back(fresh_database: BotDatabase) -> None:
    database = fresh_database()
    with database.as_django(), database.connect() as conn:
        roll_back_messages(drop_adopted=False)
        assert tables(conn) == FACTS
        conn.execute("INSERT INTO events (user_id, event_type) VALUES (1, 'start_command')")
    adopt(database)
    with database.connect() as conn:
        assert tables(conn) == FACTS | MESSAGES


@pytest.mark.parametrize("word", [False, True])
def test_a_bots_messages_stay_unless_their_owner_says_otherwise(adopted: Database, word: bool) -> None:
    with adopted.as_django(), adopted.connect() as conn:
        roll_back_messages(drop_adopted=word)
        assert (tables(conn) >= MESSAGES) is not word
        assert tables(conn) >= FACTS
    adopt(adopted)


def test_rolled_back_to_nothing_facts_stay(fresh_database: BotDatabase) -> None:
    from django.core.management import call_command

    database = fresh_database()
    database.execute("INSERT INTO events (user_id, event_type) VALUES (1, 'start_command')")
    with database.as_django(), database.connect() as conn:
        call_command("migrate", "school", "zero", verbosity=0, interactive=False)
        assert conn.execute("SELECT user_id FROM events").fetchall() == [(1,)]
        conn.execute("INSERT INTO events (user_id, event_type) VALUES (2, 'start_command')")
    adopt(database)


def test_leads_that_a_former_version_counted_are_counted_anew(fresh_database: BotDatabase) -> None:
    """By newest day and standing then, merged or not."""
    from django.core.management import call_command

    database = fresh_database()
    database.execute(
        "INSERT INTO events (user_id, event_type) SELECT user_id, 'start_command'"
        " FROM generate_series(1, 3) AS user_id, generate_series(1, 5)"
    )
    with database.as_django(), as_hsl(database) as ours:
        fold_to_the_end(ours)
        call_command("migrate", "projections", "0010", verbosity=0, interactive=False)
        ours.execute("INSERT INTO lead_counts (last_day, standing, n) VALUES (current_date, 73, 2)")
        ours.execute(
            "INSERT INTO deltas (sum, lesson_date, confirmed, n) VALUES ('lead_counts', current_date, 73, 1)"
        )
    adopt(database)
    with as_hsl(database) as ours:
        fold_to_the_end(ours)
        assert verify(ours).clean
        day = ours.execute("SELECT (now() AT TIME ZONE zone())::date").fetchall()[0]
        assert ours.execute("SELECT heat, n FROM heats_on(%s)", day).fetchall() == [(1, 3)]


def test_detach_may_be_repeated_and_asks_nothing_that_is_not_there(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute(SCHOOL)
    leave(database)
    adopt(database)
    leave(database)
    leave(database)
