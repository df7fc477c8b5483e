"""While the bot writes on, we move in, rebuild and move out: nothing waits a second, deadlocks or fails."""

import os
import subprocess
import sys
from functools import partial

import pytest
from psycopg import sql

from hsl.projections.fold import fold_to_the_end
from hsl.projections.indexes import missing_indexes
from hsl.projections.verify import verify
from tests.adoption import writers
from tests.adoption.beside import beside, wait_until
from tests.adoption.bots import SCHOOL, BotDatabase, adopt, as_hsl, leave
from tests.adoption.catalog import describe
from tests.databases import Database

WAITS_LONGER = """
EXISTS (SELECT FROM pg_locks JOIN pg_stat_progress_create_index USING (pid)
        WHERE NOT granted AND waitstart < clock_timestamp() - interval '150 ms')
"""


@pytest.fixture
def school_with_a_bot(bot_database: BotDatabase) -> Database:
    database = bot_database()
    database.execute(SCHOOL)
    return database


def test_adoption_and_detach_are_not_noticed(school_with_a_bot: Database) -> None:
    with writers.at_work(school_with_a_bot, *writers.WRITERS) as errors:
        adopt(school_with_a_bot)
        leave(school_with_a_bot)
        adopt(school_with_a_bot)
    assert errors == []
    with as_hsl(school_with_a_bot) as ours:
        fold_to_the_end(ours)
        assert verify(ours).clean


def test_a_bot_that_empties_its_tables_is_not_held_up(school_with_a_bot: Database) -> None:
    with writers.at_work(school_with_a_bot, writers.one_by_one, writers.emptying) as errors:
        adopt(school_with_a_bot)
        leave(school_with_a_bot)
    assert errors == []


def test_a_truncate_in_a_transaction_that_the_index_waits_for_goes_first(school_with_a_bot: Database) -> None:
    """Else a deadlock: CREATE INDEX CONCURRENTLY waits for the snapshot, the TRUNCATE for CREATE INDEX."""
    with school_with_a_bot.connect(options=writers.PATIENCE) as bot, school_with_a_bot.connect() as watching:
        bot.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        bot.execute("SELECT FROM users")
        with beside(partial(adopt, school_with_a_bot)):
            wait_until(watching, "EXISTS (SELECT FROM pg_stat_progress_create_index WHERE phase ~ 'waiting')")
            bot.execute("TRUNCATE events, bookings CASCADE")
            bot.execute("COMMIT")
        built = watching.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid::regclass::text LIKE 'hsl\\_%'"
        ).fetchall()
        assert set(built) == {(True,)}
    with as_hsl(school_with_a_bot) as ours:
        assert missing_indexes(ours) == []


def test_a_short_lock_timeout_of_the_database_does_not_end_adoption(school_with_a_bot: Database) -> None:
    """CREATE INDEX CONCURRENTLY waits for the snapshot, longer than the database would have it."""
    with school_with_a_bot.connect() as bot, school_with_a_bot.connect() as watching:
        watching.execute(
            sql.SQL("ALTER DATABASE {} SET lock_timeout = '50ms'").format(
                sql.Identifier(school_with_a_bot.name)
            )
        )
        bot.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        bot.execute("SELECT FROM users")
        with beside(partial(adopt, school_with_a_bot)):
            wait_until(watching, WAITS_LONGER)
            bot.execute("COMMIT")
    with as_hsl(school_with_a_bot) as ours:
        assert missing_indexes(ours) == []


def test_an_open_transaction_holds_up_adoption_and_nobody_else(school_with_a_bot: Database) -> None:
    with school_with_a_bot.connect() as slow, school_with_a_bot.connect(options=writers.PATIENCE) as bot:
        slow.execute("BEGIN; UPDATE bookings SET confirmed = 1 WHERE id = 1")
        with beside(partial(adopt, school_with_a_bot)):
            for _ in range(20):
                bot.execute("UPDATE bookings SET confirmed = 1 WHERE id = 2; SELECT pg_sleep(0.05)")
            slow.execute("COMMIT")
    with as_hsl(school_with_a_bot) as ours:
        assert ours.execute("SELECT count(*) FROM table_shapes WHERE triggers <> ''").fetchone() == (3,)


def test_all_that_was_written_around_adoption_is_counted(school_with_a_bot: Database) -> None:
    """What the triggers have not seen is in the recount that attaching them asks for; what they saw is noted."""
    with school_with_a_bot.connect() as slow:
        slow.execute("BEGIN; INSERT INTO bookings (user_id, course_id) VALUES (4242, 1)")
        with beside(partial(adopt, school_with_a_bot)):
            slow.execute("SELECT pg_sleep(0.5)")
            slow.execute("COMMIT")
    with as_hsl(school_with_a_bot) as ours:
        assert ours.execute("SELECT bookings FROM user_activity WHERE user_id = 4242").fetchone() == (1,)
        assert verify(ours).clean


def test_two_at_once_end_as_one(school_with_a_bot: Database) -> None:
    with school_with_a_bot.connect() as bot:
        before = describe(bot)
        with beside(partial(migrate_in_a_process, school_with_a_bot)):
            migrate_in_a_process(school_with_a_bot)
        assert describe(bot) == before


def migrate_in_a_process(database: Database) -> None:
    subprocess.run(
        [sys.executable, "-m", "hsl", "migrate"],
        env={**os.environ, "DATABASE_URL": database.url},
        check=True,
        capture_output=True,
    )
