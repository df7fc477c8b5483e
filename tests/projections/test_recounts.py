"""Counting again: after a TRUNCATE, a trigger's error, a restore, another time zone; and verifying beside it."""

import threading
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg
import pytest

from hsl.projections import recount as recounting
from hsl.projections.fold import Folder, fold
from hsl.projections.gate import Connection, FoldBusyError
from hsl.projections.recount import ask_rebuild, recount
from hsl.projections.verify import verify
from tests.databases import Database
from tests.projections.facts import BOOKING, EVENT, is_true, total


def test_truncating_several_tables_leaves_nothing(school: Connection, bot: Connection) -> None:
    bot.execute(BOOKING, (1, 2))
    bot.execute(EVENT, (2,))
    fold(school)
    bot.execute("TRUNCATE public.bookings, public.free_lesson_registrations, public.events")
    bot.execute(EVENT, (3,))
    fold(school)
    assert (total(school, "people"), total(school, "bookings"), total(school, "events")) == (1, 0, 1)
    assert is_true(school)


def test_a_recount_takes_just_the_changes_it_sees(
    school: Connection, bot: Connection, late: Connection
) -> None:
    fold(school)
    late.execute("BEGIN")
    late.execute(EVENT, (1,))
    bot.execute(EVENT, (2,))
    recount(school, 3, wait_ms=1000)
    assert total(school, "events") == 1
    late.execute("COMMIT")
    fold(school)
    assert total(school, "events") == 2
    assert is_true(school)


def test_a_recount_gives_way_to_a_truncate_of_several_tables(school: Connection, bot: Connection) -> None:
    bot.execute(BOOKING, (1, 2))
    bot.execute(EVENT, (2,))
    bot.execute("BEGIN")
    bot.execute("TRUNCATE public.events")
    with pytest.raises(FoldBusyError):
        recount(school, 3, wait_ms=1000)
    bot.execute("TRUNCATE public.bookings")
    bot.execute("COMMIT")
    recount(school, 3, wait_ms=1000)
    fold(school)
    assert is_true(school)


class Rewriting(psycopg.Connection[tuple[object, ...]]):
    """A folder's connection, beside which a bot rewrites a table between the first piece of people and the second."""

    bot: Connection

    def execute(self, query: Any, *values: Any, **more: Any) -> Any:  # psycopg's own types name its templates
        if "max(user_id)" in str(query):
            self.bot.execute(
                "ALTER TABLE public.events ADD COLUMN IF NOT EXISTS note uuid DEFAULT gen_random_uuid()"
            )
        return super().execute(query, *values, **more)


def test_what_was_counted_while_a_table_was_rewritten_is_counted_again(
    school: Connection, bot: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "PEOPLE_A_PIECE", 2)
    bot.execute("INSERT INTO public.events (user_id) SELECT generate_series(1, 6)")
    school.execute("DELETE FROM changes")
    school.execute("SELECT hsl.ask_recount('a test')")
    with Rewriting.connect(school.info.dsn, autocommit=True) as folder:
        folder.bot = bot
        with pytest.raises(FoldBusyError):
            recount(folder, 3, wait_ms=1000)
    fold(school)
    assert total(school, "people") == 6
    assert is_true(school)


def test_a_trigger_that_keeps_failing_is_answered_by_a_recount_in_some_minutes(
    fresh_database: Callable[[], Database],
) -> None:
    with fresh_database().connect(options="-c search_path=hsl,public") as conn:
        conn.execute("ALTER TABLE public.events RENAME COLUMN event_type TO what")
        for count in (1, 1):
            conn.execute("INSERT INTO public.events (user_id, what) VALUES (1, 'start_command')")
            fold(conn)
            assert total(conn, "events") == count
        assert conn.execute("SELECT left(reason, 5) FROM recounts").fetchall() == [("42703",)]
        conn.execute("UPDATE recounts SET not_before = clock_timestamp()")
        fold(conn)
        assert total(conn, "events") == 2
        conn.execute("INSERT INTO public.events (user_id, what) VALUES (1, 'start_command')")
        conn.execute("TRUNCATE public.events")
        fold(conn)
        assert total(conn, "events") == 0


def test_a_rebuild_mends_what_was_damaged_by_hand(school: Connection, bot: Connection) -> None:
    for user_id in range(1, 6):
        bot.execute(BOOKING, (user_id, 2))
    fold(school)
    school.execute("DELETE FROM user_activity WHERE user_id = 1")
    school.execute("UPDATE user_cache SET status = 'lead' WHERE user_id = 2")
    school.execute("INSERT INTO user_cache SELECT 99, first_letter, username, first_name, course_stream, status, email,"
                   " referral_code, names, sort_name, revision FROM user_cache WHERE user_id = 3")  # fmt: skip
    school.execute("UPDATE totals SET n = n + 7")
    assert not verify(school).clean
    ask_rebuild(school)
    fold(school)
    assert is_true(school)


def test_a_rebuild_mends_the_sums_of_people_who_did_the_same(school: Connection, bot: Connection) -> None:
    for user_id in range(1, 6):
        bot.execute(
            "INSERT INTO public.free_lesson_registrations (user_id, lesson_type, lesson_date, email)"
            " VALUES (%s, 'lesson', '2026-01-05', 'a@b.example')",
            (user_id,),
        )
        for _ in range(5):
            bot.execute(EVENT, (user_id,))
    fold(school)
    Folder(school).merge()
    for sums in (
        "activity SET n = n + 1",
        "activity_days SET n = n + 2",
        "lesson_counts SET people_missed = 9",
        "lead_counts SET n = 9",
    ):
        assert school.execute(f"UPDATE {sums}".encode()).rowcount
    assert not verify(school).clean
    ask_rebuild(school)
    fold(school)
    assert is_true(school)


@pytest.mark.parametrize("damage", ["last_seen = now()", "first_seen = NULL", "sort_name = 'z'"])
def test_a_member_who_stands_elsewhere_in_a_streams_lists_is_found_and_mended(
    school: Connection, bot: Connection, damage: LiteralString
) -> None:
    bot.execute(BOOKING, (1, 2))
    fold(school)
    school.execute(f"UPDATE memberships SET {damage}")
    assert [found.projection for found in verify(school).differences] == ["memberships"]
    ask_rebuild(school)
    fold(school)
    assert is_true(school)


def test_a_database_restored_into_another_cluster_is_counted_again(
    school: Connection, bot: Connection
) -> None:
    bot.execute(EVENT, (1,))
    fold(school)
    school.execute("UPDATE taken SET system_identifier = 1, snapshot = '9000000000:9000000001:'")
    bot.execute(EVENT, (2,))
    fold(school)
    assert total(school, "events") == 2
    assert is_true(school)


def test_days_are_counted_again_when_the_schools_zone_changes(school: Connection, bot: Connection) -> None:
    bot.execute(
        "INSERT INTO public.events (user_id, event_type, created_at, details)"
        " VALUES (1, 'lesson_link_clicked', '2025-09-01 22:00+00', '{\"lesson_type\": \"intro\"}')"
    )
    fold(school)
    school.execute("UPDATE school SET time_zone = 'America/New_York'")
    fold(school)
    days = school.execute("SELECT DISTINCT day::text FROM activity_days_now WHERE n <> 0").fetchall()
    assert days == [("2025-09-01",)]
    assert is_true(school)


def test_verifying_beside_a_truncate_waits_and_is_not_misled(
    school: Connection, bot: Connection, late: Connection
) -> None:
    for user_id in range(1, 30):
        bot.execute(EVENT, (user_id,))
    fold(school)
    bot.execute("BEGIN")
    bot.execute("TRUNCATE public.events, public.bookings")
    committing = threading.Timer(0.3, bot.execute, ("COMMIT",))
    committing.start()
    assert verify(school).clean
    committing.join()
    fold(school)
    assert is_true(school)
