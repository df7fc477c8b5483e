"""Verifying reads with two connections side by side; what it finds does not depend on which of them is first."""

import re
import threading
from collections.abc import Iterator

import psycopg
import pytest

from hsl.projections import verify as verifying
from hsl.projections.connect import another
from hsl.projections.fold import Folder, fold
from hsl.projections.gate import LOCK_FACTS, Connection
from hsl.projections.readers import Reader, StoppedError, side_by_side
from hsl.projections.verify import EXAMPLES, verify
from tests.databases import Database
from tests.projections.facts import BOOKING, EVENT
from tests.waiting import until, until_waiting

PEOPLE = 24
BUSY = (
    "INSERT INTO public.events (user_id, event_type) SELECT 1, 'start_command' FROM generate_series(1, 20000)"
)
"""So much of the first person that pieces of later ones end before theirs."""
LESSONS = """
INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, lesson_date, registered_at) VALUES
  (3, 'a@school.example', 'intro', '2025-09-01', '2025-08-20 10:00+00'),
  (4, 'b@school.example', 'intro', '2025-09-02', '2025-08-20 10:00+00'),
  (5, 'c@school.example', 'deep', '2025-09-02', '2025-08-20 10:00+00');
INSERT INTO public.events (user_id, event_type, created_at, details) VALUES
  (3, 'lesson_link_clicked', '2025-09-01 10:00+00', '{"lesson_type": "intro", "lesson_date": "2025-09-01"}'),
  (6, 'lesson_link_clicked', '2025-09-03 10:00+00', '{"lesson_type": "intro", "lesson_date": "?"}'),
  (7, 'lesson_link_clicked', '2025-09-03 23:30+00', '{"lesson_type": "deep"}'),
  (8, 'view_program', '2025-09-03 10:00+00', '{"course_id": "1"}');
"""
LEAD = """
UPDATE public.bookings SET confirmed = 1 WHERE user_id = 9;
INSERT INTO public.events (user_id, event_type) SELECT 9, 'start_command' FROM generate_series(1, 6);
"""
OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> ALL (%s)"


@pytest.fixture
def crowd(school: Connection, monkeypatch: pytest.MonkeyPatch) -> Connection:
    """A folded school of many pieces: two people each, and one block of facts."""
    monkeypatch.setattr(verifying, "PEOPLE_A_PIECE", 2)
    monkeypatch.setattr(verifying, "BLOCKS_A_PIECE", 1)
    school.execute(BUSY)
    for user_id in range(1, PEOPLE + 1):
        school.execute(EVENT, (user_id,))
        school.execute(BOOKING, (user_id, 2))
    school.execute(LESSONS)
    school.execute(LEAD)
    fold(school)
    Folder(school).merge()
    return school


def until_alone(conn: Connection, beside: list[int]) -> None:
    """Wait until no session of the database is left but this one and those named."""

    def alone() -> bool:
        return conn.execute(OTHERS, [[conn.info.backend_pid, *beside]]).fetchone() == (0,)

    until(alone, "the end of the sessions that verified")


def sessions(conn: Connection) -> list[int]:
    return [row[0] for row in conn.execute("SELECT pid FROM pg_stat_activity").fetchall()]


def test_a_difference_in_any_piece_is_found_and_examples_come_in_the_order_of_people(
    crowd: Connection,
) -> None:
    crowd.execute("UPDATE hsl.user_activity SET bookings = bookings + 1")
    crowd.execute("UPDATE hsl.user_cache SET email = 'x'")
    activity, cache = sorted(verify(crowd).differences, key=lambda found: found.projection)
    for found in (activity, cache):
        assert found.rows == PEOPLE
        named = [int(re.findall(r"\d+", example)[0]) for example in found.examples]
        assert named == list(range(1, EXAMPLES + 1)), found.projection


def test_every_piece_of_the_facts_is_counted_once(crowd: Connection) -> None:
    crowd.execute("UPDATE hsl.totals SET n = n + 5 WHERE name IN ('events', 'people', 'status:student')")
    (sums,) = verify(crowd).differences
    assert sums.examples == [
        '["totals", "events"]: -5 in the facts',
        '["totals", "people"]: -5 in the facts',
        '["totals", "status:student"]: -5 in the facts',
    ]


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE hsl.totals SET n = n + 1",
        "UPDATE hsl.stream_counts SET n = n + 1",
        "UPDATE hsl.stream_people SET n = n + 1",
        "UPDATE hsl.lead_counts SET n = n + 1",
        "UPDATE hsl.activity SET n = n + 1",
        "UPDATE hsl.activity_days SET n = n + 1",
        *(
            f"UPDATE hsl.lesson_counts SET {measure} = {measure} + 1"
            for measure in (
                "registrations", "attendances", "people_registered", "people_attended", "people_kept", "people_missed"
            )
        ),
    ],
)  # fmt: skip
def test_each_sum_that_is_one_too_many_is_found(crowd: Connection, damage: str) -> None:
    damaged = crowd.execute(damage.encode()).rowcount
    assert damaged
    (sums,) = verify(crowd).differences
    assert (sums.projection, sums.rows) == ("sums", damaged)
    assert all(example.endswith(": -1 in the facts") for example in sums.examples)


def test_what_is_told_grows_to_all_people_in_the_thread_that_asked(crowd: Connection) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        assert threading.current_thread() is threading.main_thread()
        told.append((done, total))

    assert verify(crowd, progress).people_compared == PEOPLE
    assert told == sorted(told)
    assert {total for _, total in told} == {PEOPLE}
    assert told[0] == (0, PEOPLE)
    assert told[-1] == (PEOPLE, PEOPLE)


@pytest.mark.parametrize("after", [0, 1])
def test_whoever_ends_it_is_heard_at_once_and_no_session_is_left(crowd: Connection, after: int) -> None:
    """A cancelled job, or Ctrl-C: while facts are counted, and while people are compared."""
    before = sessions(crowd)
    told: list[int] = []

    def progress(done: int, _total: int) -> None:
        told.append(done)
        if done >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        verify(crowd, progress)
    assert sum(done >= after for done in told) == 1
    assert "hsl-reader" not in str(threading.enumerate())
    until_alone(crowd, before)


@pytest.mark.parametrize("missing", ["programme_views", "leads"])
def test_an_error_of_either_reader_is_raised_and_no_session_is_left(crowd: Connection, missing: str) -> None:
    """While facts are counted beside sums, and while people are compared."""
    before = sessions(crowd)
    crowd.execute(f"ALTER TABLE hsl.{missing} RENAME TO elsewhere".encode())
    try:
        with pytest.raises(psycopg.errors.UndefinedTable, match=missing):
            verify(crowd)
        until_alone(crowd, before)
    finally:
        crowd.execute(f"ALTER TABLE hsl.elsewhere RENAME TO {missing}".encode())
    assert verify(crowd).clean


@pytest.fixture
def stopped() -> threading.Event:
    return threading.Event()


@pytest.fixture
def readers(school: Connection, stopped: threading.Event) -> Iterator[list[Reader]]:
    """Two readers of a snapshot that lasts as long as the test."""
    with another(school) as holder, another(school) as one, another(school) as other:
        holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        snapshot = str(holder.execute("SELECT pg_export_snapshot()").fetchall()[0][0])
        yield [Reader(conn, snapshot, stopped) for conn in (one, other)]


def test_after_an_error_nothing_more_is_begun(readers: list[Reader], stopped: threading.Event) -> None:
    begun: list[Reader] = []

    def fail(reader: Reader) -> None:
        reader.read("SELECT 1 / 0")

    def last(reader: Reader) -> None:
        begun.append(reader)
        assert stopped.wait(60)

    with pytest.raises(psycopg.errors.DivisionByZero):
        side_by_side(readers, [last, fail, *[last] * 20], ended=lambda _: None, stop=stopped.set)
    assert len(begun) <= 2


def test_two_read_at_once_and_the_same(readers: list[Reader], school: Connection) -> None:
    school.execute(EVENT, (1,))
    meet = threading.Barrier(2, timeout=60)

    def count(reader: Reader) -> tuple[object, int]:
        with reader.in_snapshot():
            meet.wait()
            return reader, reader.conn.execute("SELECT count(*) FROM public.events").fetchall()[0][0]

    counted = side_by_side(readers, [count, count], ended=lambda _: None, stop=meet.abort)
    assert [n for _, n in counted] == [0, 0]
    assert len({reader for reader, _ in counted}) == 2


def test_who_waits_behind_a_truncate_is_told_to_stop(
    readers: list[Reader], bot: Connection, stopped: threading.Event
) -> None:
    bot.execute("BEGIN; TRUNCATE public.events")
    stopped.set()
    with pytest.raises(StoppedError):
        readers[0].read("SELECT 1")
    bot.execute("ROLLBACK")
    assert readers[0].read("SELECT 1") == [(1,)]


def test_while_sums_of_people_are_counted_no_fact_table_is_held(
    crowd: Connection, bot: Connection, session_database: Database
) -> None:
    """They are held up here where they read members: then a bot alters all its tables."""
    with session_database.connect() as held, session_database.connect() as verified:
        held.execute("BEGIN; LOCK TABLE hsl.memberships IN ACCESS EXCLUSIVE MODE")
        counting = threading.Thread(target=verify, args=(verified,))
        counting.start()
        until_waiting(crowd, 1)
        bot.execute("SET lock_timeout = '60s'; BEGIN; LOCK TABLE public.events, public.bookings")
        bot.execute("ROLLBACK")
        held.execute("ROLLBACK")
        counting.join()


def test_a_truncate_of_several_tables_has_its_turn_between_two_readers(
    readers: list[Reader], bot: Connection
) -> None:
    """It waits for both; whoever wants to begin meanwhile holds none of its tables."""
    one, other = readers
    truncating = threading.Thread(
        target=bot.execute,
        args=("TRUNCATE public.events, public.bookings, public.free_lesson_registrations",),
    )
    with one.in_snapshot():
        with other.in_snapshot():
            truncating.start()
            until_waiting(one.conn, 1)
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.conn.execute(f"BEGIN; {LOCK_FACTS}")
        other.conn.execute("ROLLBACK")
    truncating.join()
    assert other.read("SELECT 1") == [(1,)]
