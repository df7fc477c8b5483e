"""What was there before us stays as it was, to the byte; what is ours goes without a trace."""

from tests.adoption.bots import SCHOOL, BotDatabase, adopt, as_hsl, leave
from tests.adoption.catalog import describe, indexes
from tests.databases import Database


def test_adoption_changes_nothing_of_the_bots(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute(SCHOOL)
    with database.connect() as bot:
        before = describe(bot)
        adopt(database)
        assert describe(bot) == before


def test_in_public_only_triggers_and_indexes_are_ours(adopted: Database) -> None:
    with adopted.connect() as bot:
        kinds = bot.execute(
            "SELECT DISTINCT relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname LIKE 'hsl%'"
        ).fetchall()
        assert kinds == [("i",)]
        never = "'0001-01-01 00:00:00+00'::timestamp with time zone"
        aware = f"COALESCE(hsl.clamped(created_at), {never})"
        naive = f"COALESCE((hsl.clamped({{}}) AT TIME ZONE 'UTC'::text), {never})"
        assert indexes(bot, "hsl%") == {
            "hsl_bookings_time": f"btree ({naive.format('created_at')}, id)",
            "hsl_bookings_user_id": "btree (user_id, id)",
            "hsl_events_time": f"btree ({aware}, id)",
            "hsl_events_type_time": f"btree (((event_type)::text), {aware}, id)",
            "hsl_events_user_id": "btree (user_id, id)",
            "hsl_free_lesson_registrations_time": f"btree ({naive.format('registered_at')}, id)",
        }


def test_detach_leaves_no_trace_and_migrate_adopts_again(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute(SCHOOL)
    with database.connect() as bot:
        before = describe(bot)
        adopt(database)
        leave(database)
        assert describe(bot) == before
        left = bot.execute(
            "SELECT relname::text FROM pg_class WHERE relname LIKE 'hsl%' UNION ALL"
            " SELECT tgname FROM pg_trigger WHERE tgname LIKE 'hsl%' UNION ALL"
            " SELECT nspname FROM pg_namespace WHERE nspname = 'hsl'"
        ).fetchall()
        assert left == []
        adopt(database)
        assert describe(bot) == before
        bot.execute("INSERT INTO events (user_id, event_type) VALUES (1, 'start_command')")
    with as_hsl(database) as ours:
        assert ours.execute("SELECT count(*) FROM changes WHERE user_id = 1 AND n = 1").fetchone() == (1,)


def test_old_messages_stay_as_they_are(adopted: Database) -> None:
    with as_hsl(adopted) as ours:
        rows = ours.execute(
            "SELECT h.id, h.scheduled_at IS NOT NULL, r.delivery_status FROM message_history AS h"
            " JOIN message_recipients AS r ON r.message_id = h.id ORDER BY r.id"
        ).fetchall()
        assert rows == [(1, True, "pending"), (1, True, "pending"), (2, True, "pending")]


def test_the_specifications_tables_are_made_where_missing_alone(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute("CREATE TABLE events (id serial PRIMARY KEY, user_id bigint, event_type text)")
    adopt(database)
    with as_hsl(database) as ours:
        assert ours.execute("SELECT name FROM own_tables ORDER BY 1").fetchall() == [
            ("bookings",),
            ("free_lesson_registrations",),
            ("message_history",),
            ("message_recipients",),
        ]


def test_a_bots_message_history_gets_no_foreign_key_of_ours(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute("CREATE TABLE message_history (id serial PRIMARY KEY, message_text text NOT NULL)")
    adopt(database)
    with database.connect() as bot:
        bot.execute("TRUNCATE message_history")


def test_courses_and_streams_of_the_bookings_are_listed_by_the_bots_names(adopted: Database) -> None:
    with as_hsl(adopted) as ours:
        assert ours.execute("SELECT id, title FROM hsl.courses ORDER BY 1").fetchall() == [
            (1, "Вайб кодинг с нуля"),
            (2, "Боты на Python"),
        ]
        streams = ours.execute(
            "SELECT course_id, course_stream, title FROM course_streams WHERE course_stream LIKE '7%'"
        )
        assert streams.fetchall() == [(1, "7th_stream", "7-й поток")]


def test_a_stream_written_after_adoption_is_not_listed_by_itself(adopted: Database) -> None:
    adopted.execute("INSERT INTO bookings (user_id, course_id, course_stream) VALUES (1, 1, 'strange')")
    adopt(adopted)
    with as_hsl(adopted) as ours:
        assert ours.execute(
            "SELECT count(*) FROM course_streams WHERE course_stream = 'strange'"
        ).fetchone() == (0,)
