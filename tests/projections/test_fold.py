"""The fold's protocol, one interleaving a test: each closes a hole by which a fact could be lost or counted twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from hsl.projections.connect import another
from hsl.projections.fold import Folder, fold, fold_people
from hsl.projections.gate import Connection, FoldBusyError, FoldRefusedError, through_gate
from hsl.projections.recount import ask_rebuild
from hsl.projections.verify import verify
from tests.databases import Database
from tests.projections.facts import BOOKING, EVENT, is_true, total
from tests.waiting import until_waiting

# A definition that one person's name breaks, as facts nobody thought of would.
FALTERING = """
CREATE OR REPLACE FUNCTION hsl.first_letter(name text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN name = 'bad' THEN (1 / (length(name) - 3))::text ELSE '#' END $$
"""


def test_a_fact_is_counted_once_it_is_committed(school: Connection, bot: Connection) -> None:
    bot.execute(BOOKING, (1, 2))
    bot.execute(EVENT, (2,))
    fold(school)
    names = ("people", "bookings", "events", "status:student", "stream:3rd_stream")
    assert [total(school, name) for name in names] == [2, 1, 1, 1, 1]
    assert is_true(school)


def test_a_commit_that_comes_after_later_ones_were_taken_is_found(
    school: Connection, bot: Connection, late: Connection
) -> None:
    late.execute("BEGIN")
    late.execute(EVENT, (1,))
    bot.execute(EVENT, (2,))
    fold(school)
    assert total(school, "events") == 1
    late.execute("COMMIT")
    fold(school)
    assert total(school, "events") == 2
    assert is_true(school)


def test_what_was_rolled_back_is_never_counted(school: Connection, bot: Connection) -> None:
    bot.execute("BEGIN")
    bot.execute(EVENT, (1,))
    bot.execute("SAVEPOINT a")
    bot.execute(EVENT, (2,))
    bot.execute("ROLLBACK TO a")
    bot.execute("COMMIT")
    fold(school)
    assert (total(school, "events"), total(school, "people")) == (1, 1)


def test_a_copy_is_one_statement(school: Connection, bot: Connection) -> None:
    with bot.cursor().copy("COPY public.events (user_id, event_type) FROM STDIN") as copy:
        for user_id in range(1, 1001):
            copy.write_row((user_id, "start_command"))
    fold(school)
    assert (total(school, "events"), total(school, "people")) == (1000, 1000)


def test_a_truncate_that_is_not_committed_makes_the_fold_come_back_later(
    school: Connection, bot: Connection
) -> None:
    bot.execute(EVENT, (1,))
    bot.execute("BEGIN")
    bot.execute("TRUNCATE public.events")
    with pytest.raises(FoldBusyError):
        fold(school)
    bot.execute("TRUNCATE public.bookings")
    bot.execute("COMMIT")
    fold(school)
    assert total(school, "people") == 0
    assert is_true(school)


def test_a_fact_that_changes_hands_leaves_the_one_and_comes_to_the_other(
    school: Connection, bot: Connection
) -> None:
    bot.execute(BOOKING, (1, 2))
    fold(school)
    bot.execute("UPDATE public.bookings SET user_id = 2")
    fold(school)
    assert school.execute("SELECT user_id FROM user_cache").fetchall() == [(2,)]
    assert school.execute("SELECT user_id FROM gone").fetchall() == [(1,)]
    assert is_true(school)


LOST = "INSERT INTO unreachable (bot_id, user_id, since, reason) VALUES (42, %s, now(), 'blocked')"


def lost(conn: Connection) -> list[int]:
    """Whom a bot can't write to."""
    return [user_id for (user_id,) in conn.execute("SELECT user_id FROM unreachable ORDER BY 1")]


def test_whom_a_bot_can_t_write_to_is_forgotten_when_they_leave(school: Connection, bot: Connection) -> None:
    for user_id in (1, 2):
        bot.execute(EVENT, (user_id,))
    fold(school)
    for user_id in (1, 2):
        school.execute(LOST, (user_id,))
    bot.execute("DELETE FROM public.events WHERE user_id = 1")
    fold(school)
    assert lost(school) == [2]


def test_a_note_of_the_sender_in_the_moment_somebody_leaves_holds_up_no_fold(
    school: Connection, bot: Connection
) -> None:
    bot.execute(EVENT, (1,))
    fold(school)
    school.execute(LOST, (1,))
    bot.execute("DELETE FROM public.events")
    with closing(another(school)) as other, through_gate(other, wait_ms=0):
        other.execute("SELECT FROM hsl.user_cache")  # its snapshot
        school.execute("UPDATE unreachable SET since = clock_timestamp()")
        other.execute("SELECT hsl.recompute(ARRAY[1]::bigint[])")
    assert school.execute("SELECT FROM user_cache").fetchall() == []


def test_who_was_noted_in_the_moment_they_left_is_forgotten_with_what_tells_that_they_left(
    school: Connection, bot: Connection
) -> None:
    for user_id in (1, 2):
        bot.execute(EVENT, (user_id,))
    fold(school)
    bot.execute("DELETE FROM public.events")
    fold(school)
    bot.execute(EVENT, (2,))  # is back
    fold(school)
    for user_id in (1, 2):
        school.execute(LOST, (user_id,))
    school.execute("UPDATE gone SET at = at - interval '2 hours'")
    Folder(school).merge()
    assert lost(school) == [2]
    assert school.execute("SELECT FROM gone").fetchall() == []


def test_only_one_folds_at_a_time(school: Connection) -> None:
    with closing(another(school)) as other, through_gate(other, wait_ms=0):
        with pytest.raises(FoldBusyError):
            fold(school, wait_ms=10)
        assert fold_people([1]) is False


@pytest.mark.parametrize("facts", [True, False])
def test_who_waited_at_the_gate_sees_what_the_one_before_committed(
    school: Connection, bot: Connection, facts: bool
) -> None:
    def wait_and_look() -> int:
        with closing(another(bot)) as next_one, through_gate(next_one, wait_ms=60_000, facts=facts):
            return len(next_one.execute("SELECT FROM hsl.waiting").fetchall())

    with ThreadPoolExecutor(1) as pool:
        with through_gate(school, wait_ms=0):
            looked = pool.submit(wait_and_look)
            until_waiting(school, 1)
            school.execute("INSERT INTO hsl.waiting (user_id) VALUES (1)")
        assert looked.result() == 1


def test_all_projections_of_a_batch_come_from_one_snapshot(school: Connection) -> None:
    with through_gate(school, wait_ms=0):
        assert school.execute("SHOW transaction_isolation").fetchone() == ("repeatable read",)


def test_no_vacuum_cuts_the_end_off_what_every_writer_appends_to(school: Connection) -> None:
    options = school.execute("SELECT reloptions FROM pg_class WHERE oid = 'hsl.changes'::regclass").fetchall()
    assert "vacuum_truncate=off" in options[0][0], (
        "to cut it takes a lock that the bot's writers would wait for"
    )


def test_the_fold_refuses_to_run_inside_somebodys_transaction(school: Connection) -> None:
    school.execute("BEGIN")
    with pytest.raises(FoldRefusedError):
        fold(school)
    school.execute("CREATE TEMPORARY TABLE written ON COMMIT DROP AS SELECT 1")
    with pytest.raises(psycopg.errors.RaiseException, match="transaction of the fold's own"):
        school.execute("SELECT hsl.take()")
    school.execute("ROLLBACK")


def _do_and_die(victim: Connection, killer: Connection, moment: str) -> None:
    with through_gate(victim, wait_ms=0, isolation="READ COMMITTED"):
        victim.execute("SELECT hsl.take()" if moment == "taken" else "SELECT hsl.recompute_waiting(0, 9)")
        killer.execute("SELECT pg_terminate_backend(%s)", (victim.info.backend_pid,))
        victim.execute("SELECT 1")


@pytest.mark.parametrize("moment", ["taken", "recomputed"])
def test_a_folder_killed_at_any_moment_is_followed_by_another(
    school: Connection, bot: Connection, moment: str
) -> None:
    bot.execute(EVENT, (1,))
    with closing(another(school)) as victim:
        folder = Folder(victim)
        if moment == "recomputed":
            folder.take()
        with pytest.raises(psycopg.OperationalError):
            _do_and_die(victim, school, moment)
    fold(school)
    assert (total(school, "people"), total(school, "events")) == (1, 1)
    assert is_true(school)


def test_one_person_who_cannot_be_computed_never_stops_the_rest(
    fresh_database: Callable[[], Database],
) -> None:
    with fresh_database().connect(options="-c search_path=hsl,public") as conn:
        for user_id in range(1, 9):
            conn.execute(EVENT, (user_id,))
        conn.execute(FALTERING)
        conn.execute("UPDATE public.events SET username = 'bad' WHERE user_id = 5")
        fold(conn)
        assert total(conn, "people") == 7
        assert conn.execute("SELECT user_id, left(reason, 5) FROM set_aside").fetchall() == [(5, "22012")]
        found = verify(conn)
        assert (found.clean, found.set_aside) == (True, 1)
        conn.execute("UPDATE public.events SET username = 'good' WHERE user_id = 5")
        fold(conn)
        assert total(conn, "people") == 8
        assert conn.execute("SELECT count(*) FROM set_aside").fetchone() == (0,)


def test_a_publication_of_all_tables_is_no_hindrance(fresh_database: Callable[[], Database]) -> None:
    with fresh_database().connect(options="-c search_path=hsl,public") as conn:
        conn.execute("SET client_min_messages = error")  # nothing is sent where wal_level is not logical
        conn.execute("CREATE PUBLICATION everything FOR ALL TABLES")
        conn.execute(BOOKING, (1, 2))
        conn.execute(
            "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type)"
            " VALUES (1, 'a@example.com', 'intro')"
        )
        fold(conn)
        conn.execute("DELETE FROM public.bookings")
        conn.execute("DELETE FROM public.free_lesson_registrations")
        fold(conn)
        ask_rebuild(conn)
        fold(conn)
        assert is_true(conn)


def test_a_prepared_transaction_is_found_when_it_is_committed(
    school: Connection, bot: Connection, late: Connection
) -> None:
    late.execute("BEGIN")
    late.execute(EVENT, (1,))
    late.execute("PREPARE TRANSACTION 'hsl_late'")
    bot.execute(EVENT, (2,))
    fold(school)
    assert total(school, "events") == 1
    late.execute("COMMIT PREPARED 'hsl_late'")
    fold(school)
    assert total(school, "events") == 2
    assert is_true(school)


def test_an_old_snapshot_held_open_changes_nothing(
    school: Connection, bot: Connection, late: Connection
) -> None:
    late.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    late.execute("SELECT count(*) FROM public.events")
    folder = Folder(school)
    for user_id in range(1, 20):
        bot.execute(EVENT, (user_id % 3 + 1,))
        folder.step()
        folder.merge()
    late.execute("ROLLBACK")
    assert total(school, "events") == 19
    assert is_true(school)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE public.events SET event_type = 'start_command'",
        "UPDATE public.events SET event_type = 'lesson_link_clicked' WHERE event_type <> 'lesson_link_clicked'",
        'UPDATE public.events SET details = details || \'{"lesson_type": "practice"}\'',
        "UPDATE public.events SET created_at = '2025-09-03 12:00+03'",
        "UPDATE public.events SET user_id = 3 WHERE user_id = 1",
        "DELETE FROM public.events WHERE event_type = 'lesson_link_clicked'",
        "UPDATE public.free_lesson_registrations SET lesson_type = 'practice'",
        "DELETE FROM public.free_lesson_registrations",
    ],
)
def test_lessons_follow_each_change_that_concerns_them(
    school: Connection, bot: Connection, change: str
) -> None:
    bot.execute(
        "INSERT INTO public.events (user_id, event_type, details, created_at) VALUES"
        " (1, 'lesson_link_clicked', '{\"lesson_type\": \"intro\"}', '2025-09-02 12:00+03'),"
        " (2, 'view_program', '{\"lesson_type\": \"intro\"}', '2025-09-02 12:00+03')"
    )
    bot.execute(
        "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type)"
        " VALUES (1, 'a@example.com', 'intro')"
    )
    fold(school)
    bot.execute(EVENT, (1,))
    bot.execute(change)
    fold(school)
    assert is_true(school)


def test_a_fold_tells_how_many_people_it_has_recomputed_of_how_many(
    school: Connection, bot: Connection
) -> None:
    bot.execute("INSERT INTO public.events (user_id) SELECT generate_series(1, 500)")
    told: list[tuple[int, int]] = []
    fold(school, progress=lambda done, everybody: told.append((done, everybody)))

    assert {everybody for _, everybody in told} == {500}
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert told[0][0] < told[-1][0] == 500
