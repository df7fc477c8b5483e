"""The bot's own start-up migrations: adding columns is free, and what they bring is seen and counted."""

from functools import partial

import pytest

from hsl.projections.attachment import changed_shapes, compose_if_changed
from hsl.projections.fold import fold_to_the_end
from tests.adoption.beside import beside
from tests.adoption.bots import SCHOOL, BotDatabase, Connection, adopt, as_hsl, leave
from tests.adoption.statements import said
from tests.databases import Database
from tests.projections.facts import holds_what_the_specification_says, is_true

STREAMS = """
SELECT course_stream, (SELECT sum(n)::integer FROM stream_counts_now c WHERE c.course_stream = m.course_stream),
       count(DISTINCT user_id)
FROM memberships m GROUP BY course_stream ORDER BY 1
"""
LESSONS = """
SELECT lesson_type, lesson_date::text, registrations, people_registered FROM lesson_counts_now
WHERE registrations > 0 ORDER BY 1, 2
"""


@pytest.fixture(autouse=True)
def nothing_noted(adopted: Database) -> None:
    """What adoption itself asked for is done."""
    adopted.execute("DELETE FROM hsl.changes")


def recounts(ours: Connection) -> list[int]:
    return [kind for (kind,) in ours.execute("SELECT kind FROM changes WHERE recount ORDER BY 1").fetchall()]


def test_a_column_added_with_a_default_and_a_backfill_is_seen(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        bot.execute(
            "ALTER TABLE free_lesson_registrations ADD COLUMN IF NOT EXISTS lesson_date date DEFAULT '2025-09-05'"
        )
        bot.execute("UPDATE free_lesson_registrations SET lesson_date = '2025-01-01' WHERE user_id < 40")
        assert compose_if_changed(ours) == ["free_lesson_registrations"]
        assert recounts(ours) == [2]
        assert (
            ours.execute("SELECT count(DISTINCT lesson_date) FROM free_lesson_registrations").fetchone()
            == ours.execute("SELECT count(DISTINCT lesson_date) FROM registration_marks").fetchone()
            == (2,)
        )
        ours.execute("DELETE FROM changes")
        bot.execute("UPDATE free_lesson_registrations SET lesson_date = '2025-02-02' WHERE user_id = 20")
        noted = ours.execute("SELECT lesson_date::text, n FROM changes ORDER BY n").fetchall()
        assert noted == [("2025-01-01", -1), ("2025-02-02", 1)]


@pytest.fixture
def of_before_lessons(bot_database: BotDatabase) -> Database:
    """A school whose bot is of a time before it knew lessons and streams, adopted."""
    database = bot_database()
    database.execute(SCHOOL)
    database.execute(
        "ALTER TABLE bookings DROP COLUMN course_stream; ALTER TABLE free_lesson_registrations DROP COLUMN lesson_type"
    )
    adopt(database)
    return database


@pytest.mark.parametrize("seen_between", [False, True], ids=["at once", "seen before the backfill"])
def test_lessons_and_streams_added_and_backfilled_are_counted(
    of_before_lessons: Database, seen_between: bool
) -> None:
    with of_before_lessons.connect() as bot, as_hsl(of_before_lessons) as ours:
        bot.execute("""
            ALTER TABLE bookings ADD COLUMN course_stream varchar(50) DEFAULT '4th_stream';
            ALTER TABLE free_lesson_registrations
              ADD COLUMN lesson_type varchar(50) DEFAULT 'vibecoding', ADD COLUMN lesson_date date DEFAULT '2025-09-05'
        """)
        if seen_between:
            compose_if_changed(ours)
        bot.execute("""
            UPDATE bookings SET course_stream = '3rd_stream' WHERE user_id <= 10;
            UPDATE free_lesson_registrations SET lesson_type = 'figma', lesson_date = '2025-09-12' WHERE user_id < 40;
            INSERT INTO bookings (user_id, course_id) VALUES (41, 1)
        """)
        compose_if_changed(ours)
        fold_to_the_end(ours)
        assert ours.execute(STREAMS).fetchall() == [("3rd_stream", 14, 10), ("4th_stream", 31, 31)]
        assert ours.execute(LESSONS).fetchall() == [
            ("figma", "2025-09-12", 20, 20),
            ("figma", None, 20, 20),
            ("vibecoding", "2025-09-05", 41, 41),
            ("vibecoding", None, 41, 41),
        ]
        holds_what_the_specification_says(ours)
        assert is_true(ours)


def test_names_added_to_events_are_seen(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        bot.execute("ALTER TABLE events ADD COLUMN username text, ADD COLUMN first_name text DEFAULT 'Новая'")
        compose_if_changed(ours)
        assert ours.execute("SELECT DISTINCT first_name FROM events").fetchall() == [("Новая",)]


def test_columns_that_are_not_the_specifications_are_none_of_ours(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        bot.execute("ALTER TABLE bookings ADD COLUMN paid_at timestamptz DEFAULT now()")
        bot.execute("ALTER TABLE courses ADD COLUMN place text")
        assert compose_if_changed(ours) == []
        assert recounts(ours) == []


def test_nothing_changed_changes_nothing(adopted: Database) -> None:
    with as_hsl(adopted) as ours:
        before = ours.execute("SELECT name, xmin::text FROM table_shapes ORDER BY 1").fetchall()
        assert compose_if_changed(ours) == []
        assert ours.execute("SELECT name, xmin::text FROM table_shapes ORDER BY 1").fetchall() == before


def test_a_table_that_took_the_place_of_another_is_followed(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        bot.execute(
            "CREATE TABLE events_new (LIKE events INCLUDING ALL); INSERT INTO events_new SELECT * FROM events LIMIT 5;"
            "ALTER TABLE events RENAME TO events_old; ALTER TABLE events_new RENAME TO events"
        )
        assert compose_if_changed(ours) == ["events"]
        assert ours.execute("SELECT count(*) FROM events").fetchone() == (5,)
        ours.execute("DELETE FROM changes")
        bot.execute("INSERT INTO events (user_id, event_type) VALUES (5, 'start_command')")
        assert ours.execute("SELECT user_id, n FROM changes").fetchall() == [(5, 1)]


def test_a_table_dropped_with_all_that_hangs_on_it_and_made_anew_is_followed(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        bot.execute("DROP TABLE events CASCADE")
        assert compose_if_changed(ours) == []
        bot.execute("CREATE TABLE events (id serial PRIMARY KEY, user_id bigint, event_type text)")
        assert compose_if_changed(ours) == ["events"]
        assert recounts(ours) == [3]
        bot.execute("INSERT INTO events (user_id, event_type) VALUES (5, 'start_command')")
        assert ours.execute("SELECT user_id, n FROM changes WHERE NOT recount").fetchall() == [(5, 1)]
        assert ours.execute("SELECT user_id FROM hsl.events").fetchall() == [(5,)]


def test_a_renamed_column_is_given_up_with_a_recount(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        bot.execute("ALTER TABLE bookings RENAME COLUMN course_stream TO stream")
        assert compose_if_changed(ours) == ["bookings"]
        assert recounts(ours) == [1]
        bot.execute("UPDATE bookings SET confirmed = 2 WHERE id = 1")
        assert recounts(ours) == [1]


def test_a_busy_table_is_left_for_the_next_time(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as ours:
        bot.execute("ALTER TABLE events ADD COLUMN username text")
        bot.execute("BEGIN; INSERT INTO events (user_id, event_type) VALUES (5, 'start_command')")
        assert compose_if_changed(ours) == []
        bot.execute("COMMIT")
        assert compose_if_changed(ours) == ["events"]


def test_a_write_under_the_old_shape_is_counted_once(adopted: Database) -> None:
    """A transaction that the old trigger saw commits before the new one and its recount are there, never after."""
    with adopted.connect() as bot, as_hsl(adopted) as ours, as_hsl(adopted) as worker:
        bot.execute("ALTER TABLE events ADD COLUMN username text")
        bot.execute("BEGIN; INSERT INTO events (user_id, event_type) VALUES (5, 'start_command')")

        def follow() -> None:
            while not compose_if_changed(worker):
                pass

        with beside(follow):
            assert ours.execute("SELECT count(*) FROM changes").fetchone() == (0,)
            bot.execute("COMMIT")
        order = ours.execute("SELECT recount FROM changes WHERE kind = 3 ORDER BY xid").fetchall()
        assert order == [(False,), (True,)]


def test_migrate_and_the_worker_do_not_meet(adopted: Database) -> None:
    with adopted.connect() as bot, as_hsl(adopted) as migrating, as_hsl(adopted) as worker:
        migrating.execute("SELECT pg_advisory_lock(x'68736c'::int)")
        bot.execute("ALTER TABLE events ADD COLUMN username text")
        assert compose_if_changed(worker) == []
        migrating.execute("SELECT pg_advisory_unlock(x'68736c'::int)")
        assert compose_if_changed(worker) == ["events"]


def test_dropping_or_retyping_a_column_is_refused_by_name_and_done_after_detach(adopted: Database) -> None:
    with adopted.connect() as bot:
        for statement in (
            "ALTER TABLE bookings DROP COLUMN referral_code",
            "ALTER TABLE bookings ALTER COLUMN user_id TYPE text",
        ):
            answer = said(bot, statement)
            assert answer[0] in {"2BP01", "0A000"}
            assert "view" in str(answer)
            assert "hsl.bookings" in str(answer)
        leave(adopted)
        assert said(bot, "ALTER TABLE bookings DROP COLUMN referral_code")[0] == "ALTER TABLE"
        assert said(bot, "ALTER TABLE bookings ALTER COLUMN user_id TYPE text")[0] == "ALTER TABLE"
    adopt(adopted)
    with as_hsl(adopted) as ours:
        assert changed_shapes(ours) == []
        assert ours.execute(
            "SELECT count(*) FROM bookings WHERE user_id = 1 AND referral_code IS NULL"
        ).fetchone() == (3,)


def test_adding_a_column_meets_no_lock_of_ours(adopted: Database) -> None:
    with adopted.connect(options="-c lock_timeout=1s") as bot, as_hsl(adopted) as ours:
        add = "ALTER TABLE bookings ADD COLUMN IF NOT EXISTS extra text DEFAULT 'x'"
        with beside(partial(compose_if_changed, ours)):
            assert said(bot, add)[0] == "ALTER TABLE"
