"""The in-memory cache: the same answers as PostgreSQL, within two seconds of any change, from any thread."""

import logging
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from random import Random
from typing import Any

import psycopg
import pytest

from hsl.people import cache, queries
from hsl.people.cache import POLL_SECONDS, TTL_SECONDS, Snapshot, UserCache
from hsl.people.rows import User, in_order
from hsl.people.shared import Shared
from hsl.projections.fold import fold
from tests.elsewhere import elsewhere
from tests.people import schools
from tests.waiting import PATIENCE_SECONDS, until, until_waiting


class Clock:
    """Seconds that pass when told to. ``asked``: how often somebody looked."""

    def __init__(self) -> None:
        self.now, self.asked = 1000.0, 0

    def __call__(self) -> float:
        self.asked += 1
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def users(school: psycopg.Connection, clock: Clock) -> Iterator[UserCache]:
    """A cache with nothing in it."""
    made = UserCache(clock=clock)
    yield made
    made.wait()


def loaded(users: UserCache) -> Snapshot:
    """What the cache has now."""
    snapshot = users.snapshot()
    assert snapshot is not None
    return snapshot


def everybody(conn: psycopg.Connection[Any], where: str = "true") -> list[User]:
    """Who is in the projection."""
    rows = conn.execute(f"SELECT user_id, username, first_name, course_stream FROM user_cache WHERE {where}")
    return sorted((User(*row) for row in rows), key=in_order)


def members(conn: psycopg.Connection[Any], stream: str) -> list[User]:
    return everybody(
        conn, f"user_id IN (SELECT user_id FROM memberships WHERE course_stream = '{stream}' AND status = 2)"
    )


def change_at_random(conn: psycopg.Connection[Any], random: Random) -> None:
    """New people, new names, moves, and people whose facts are gone."""
    for _ in range(random.randrange(1, 8)):
        user_id = random.randrange(1, 600)
        act = random.choice(["event", "booking", "gone", "cancel", "move"])
        if act == "event":
            schools.add_event(conn, user_id, random)
        elif act == "booking":
            schools.add_booking(conn, user_id, random)
        elif act == "gone":
            for table in ("bookings", "free_lesson_registrations", "events"):
                conn.execute(
                    f"DELETE FROM public.{table} WHERE user_id BETWEEN %s AND %s", (user_id, user_id + 20)
                )
        elif act == "cancel":
            conn.execute("UPDATE public.bookings SET confirmed = -1 WHERE user_id %% 7 = %s", (user_id % 7,))
        else:
            conn.execute(
                "UPDATE public.bookings SET confirmed = 2 WHERE confirmed = 1 AND user_id %% 7 = %s",
                (user_id % 7,),
            )
    fold(conn)


@pytest.mark.parametrize("seed", range(6))
def test_it_answers_as_postgresql_does_through_any_changes(
    school: psycopg.Connection, users: UserCache, clock: Clock, seed: int
) -> None:
    random = Random(seed)
    schools.fill(school, seed, people=60)
    users.refresh()
    for _ in range(8):
        change_at_random(school, random)
        clock.passes(POLL_SECONDS)
        snapshot = loaded(users)

        assert list(snapshot.users()) == everybody(school)
        assert len(snapshot) == len(everybody(school))
        assert list(snapshot.non_course_users()) == everybody(school, "status <> 'student'")
        for stream in schools.STREAMS:
            assert list(snapshot.stream(stream)) == members(school, stream)
        for letter in ("a", "а", "#", "щ"):
            begins = (
                f"first_letter(username) = '{letter}' AND username <> '' OR "
                f"first_letter(first_name) = '{letter}' AND first_name <> ''"
            )
            assert list(snapshot.letter(letter)) == everybody(school, begins)
        for text in ("a", "ann", "мар", "ж", "x", "%", "_k"):
            assert snapshot.containing(text, 50) == queries.containing(text, 50)
            assert snapshot.beginning(text, 5) == queries.beginning(text, 5)
        for user in everybody(school):
            assert snapshot.user(user.user_id) == user


def test_it_is_loaded_on_first_use_and_the_database_answers_until_then(
    school: psycopg.Connection, users: UserCache
) -> None:
    schools.fill(school, 1)
    assert users.snapshot() is None

    users.wait()
    assert list(loaded(users).users()) == everybody(school)
    assert (users.condition().misses, users.condition().hits) == (1, 1)


def test_a_person_who_is_new_renamed_or_gone_shows_within_two_seconds(
    school: psycopg.Connection, users: UserCache, clock: Clock
) -> None:
    schools.add_person(school, 1, "anna", None)
    schools.add_person(school, 2, "anna2", None)
    fold(school)
    users.refresh()

    schools.add_person(school, 3, "anna3", None)
    school.execute("UPDATE public.events SET username = 'boris' WHERE user_id = 1")
    school.execute("DELETE FROM public.events WHERE user_id = 2")
    fold(school)
    clock.passes(2)

    snapshot = loaded(users)
    assert [user.user_id for user in snapshot.containing("anna", 50) or []] == [3]
    assert [user.user_id for user in snapshot.users()] == [3, 1]
    assert snapshot.user(2) is None
    assert snapshot.user(1) == User(1, "boris", None, None)


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        *[("Anna", "a"), ("zoe", "z"), ("Ж", "ж"), ("Ёж", "ё"), ("ёж", "ё"), ("аня", "а"), ("Яна", "я")],
        *[("1anna", "#"), ("🙂 Anna", "#"), ("ірина", "#"), ("Łukasz", "#"), ("éric", "#"), ("ѣ", "#")],
        *[("@anna", "#"), ("_anna", "#"), (" anna", "#"), ("%", "#"), ("\\", "#")],
    ],
)
def test_a_person_is_listed_under_the_letter_of_a_name(
    school: psycopg.Connection, users: UserCache, clock: Clock, name: str, letter: str
) -> None:
    """a to z, а to я and ё, in either case; "#" for anything else. As loaded and as changed since."""
    schools.add_person(school, 1, name, None)
    schools.add_person(school, 2, None, name)
    fold(school)
    users.refresh()
    assert under(loaded(users)) == {1: {letter}, 2: {letter}}

    schools.add_person(school, 3, name, "")
    schools.add_person(school, 4, "", name)
    fold(school)
    clock.passes(POLL_SECONDS)
    assert under(loaded(users)) == {number: {letter} for number in (1, 2, 3, 4)}
    assert school.execute("SELECT DISTINCT first_letter FROM user_cache").fetchall() == [(letter,)]


def test_a_person_is_listed_under_the_letters_of_username_and_first_name(
    school: psycopg.Connection, users: UserCache, clock: Clock
) -> None:
    schools.add_person(school, 1, "Boris", "Яна")
    schools.add_person(school, 2, "1boris", "boris")
    schools.add_person(school, 3, "яна", "Яна")
    schools.add_person(school, 4, "", None)
    fold(school)
    users.refresh()

    assert under(loaded(users)) == {1: {"b", "я"}, 2: {"#", "b"}, 3: {"я"}}
    letters = school.execute("SELECT user_id, first_letter FROM user_cache ORDER BY user_id").fetchall()
    assert letters == [(1, "b"), (2, "#"), (3, "я"), (4, "#")]


def under(snapshot: Snapshot) -> dict[int, set[str]]:
    """The letters under which each person is listed, of all that there may be."""
    found: dict[int, set[str]] = {}
    for letter in [*"#abcdefghijklmnopqrstuvwxyzабвгдеёжзийклмнопрстуфхцчшщъыьэюяіłéѣ@_ %\\10🙂", ""]:
        for user in snapshot.letter(letter):
            found.setdefault(user.user_id, set()).add(letter)
    return found


def test_nothing_is_asked_of_the_database_more_than_about_once_a_second(
    school: psycopg.Connection, users: UserCache, clock: Clock, django_assert_num_queries: Callable[..., Any]
) -> None:
    schools.fill(school, 1)
    users.refresh()

    with django_assert_num_queries(0):
        for _ in range(10):
            clock.passes(0.09)
            users.snapshot()
    clock.passes(0.2)
    with django_assert_num_queries(1):
        users.snapshot()


def test_it_is_kept_for_five_minutes(school: psycopg.Connection, users: UserCache, clock: Clock) -> None:
    schools.fill(school, 1)
    users.refresh()
    clock.passes(300)
    loaded(users)
    users.wait()
    assert users.condition().refreshes == 1

    clock.passes(1)
    loaded(users)
    users.wait()
    assert users.condition().refreshes == 2


def test_a_slow_poll_is_waited_for_by_those_alone_whose_names_are_older_than_a_second_and_a_half(
    school: psycopg.Connection, users: UserCache, clock: Clock, bot: psycopg.Connection
) -> None:
    users.refresh()
    schools.add_person(school, 1, "anna", None)
    fold(school)
    clock.passes(1.4)

    @elsewhere
    def known() -> int:
        return len(loaded(users))

    with ThreadPoolExecutor(3) as threads:
        with bot.transaction():
            bot.execute("LOCK TABLE hsl.user_cache")
            asking = threads.submit(known)
            until_waiting(bot, 1)
            assert threads.submit(known).result(PATIENCE_SECONDS) == 0
            clock.passes(0.2)
            asked = clock.asked
            waiting = threads.submit(known)
            until(lambda: clock.asked > asked, "one who asks how old the names are")
        assert asking.result(PATIENCE_SECONDS) == waiting.result(PATIENCE_SECONDS) == 1


def test_readers_go_on_with_the_old_snapshot_while_one_thread_loads_a_new_one(
    school: psycopg.Connection, users: UserCache, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    schools.fill(school, 1)
    users.refresh()
    going_on, loads, load = threading.Event(), [], cache.load

    def slow_load() -> Snapshot:
        loads.append(threading.current_thread())
        going_on.wait()
        return load()

    monkeypatch.setattr(cache, "load", slow_load)
    clock.passes(TTL_SECONDS + 1)
    for _ in range(5):
        clock.passes(20)
        assert list(loaded(users).users()) == everybody(school)
    going_on.set()
    users.wait()

    assert len(loads) == 1
    assert loads[0] is not threading.current_thread()
    assert users.condition().refreshes == 2
    assert users.condition().age == 0


def test_a_refresh_that_fails_is_logged_and_the_old_snapshot_stays(
    school: psycopg.Connection,
    users: UserCache,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    schools.fill(school, 1)
    users.refresh()

    def failing_load() -> Snapshot:
        raise psycopg.OperationalError("the disk is on fire")

    monkeypatch.setattr(cache, "load", failing_load)
    clock.passes(TTL_SECONDS + 1)
    with caplog.at_level(logging.ERROR):
        loaded(users)
        users.wait()

    assert "could not be refreshed" in caplog.text
    assert list(loaded(users).users()) == everybody(school)
    assert users.condition().last_error == "the disk is on fire"


def test_with_more_changes_than_it_keeps_the_database_answers_until_it_is_loaded_anew(
    school: psycopg.Connection, users: UserCache, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "TOO_MANY_CHANGES", 5)
    users.refresh()
    schools.fill(school, 1, people=30)
    clock.passes(POLL_SECONDS)
    assert users.snapshot() is None

    users.wait()
    assert list(loaded(users).users()) == everybody(school)


def test_many_changes_bring_a_new_snapshot_before_its_time(
    school: psycopg.Connection, users: UserCache, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MANY_CHANGES", 5)
    users.refresh()
    schools.fill(school, 1, people=30)
    clock.passes(POLL_SECONDS)
    assert len(loaded(users).changes) > 5

    loaded(users)
    users.wait()
    assert loaded(users).changes == {}
    assert users.condition().refreshes == 2


@pytest.fixture
def shared() -> Iterator[Shared[Snapshot]]:
    with closing(Shared[Snapshot]()) as made:
        yield made


def test_one_process_loads_for_all(
    school: psycopg.Connection, clock: Clock, shared: Shared[Snapshot], monkeypatch: pytest.MonkeyPatch
) -> None:
    loads, load = [], cache.load

    def counted_load() -> Snapshot:
        loads.append(clock.now)
        return load()

    monkeypatch.setattr(cache, "load", counted_load)
    one, other = UserCache(clock=clock, shared=shared), UserCache(clock=clock, shared=shared)
    schools.fill(school, 1)
    one.refresh()
    clock.passes(TTL_SECONDS - 1)
    schools.fill(school, 2, people=100)
    other.refresh()

    assert len(loads) == 1
    assert other.condition().age == TTL_SECONDS - 1
    snapshot = loaded(other)
    assert list(snapshot.users()) == everybody(school)
    assert list(snapshot.stream(schools.STREAMS[0])) == members(school, schools.STREAMS[0])
    assert list(snapshot.letter("a"))

    clock.passes(2)
    one.refresh()
    other.refresh()
    assert len(loads) == 2, "what was loaded by another is taken once, and not where it is old"
    one.refresh()
    assert len(loads) == 3


def test_what_a_killed_process_left_is_not_taken(
    school: psycopg.Connection, clock: Clock, shared: Shared[Snapshot]
) -> None:
    schools.fill(school, 1)
    UserCache(clock=clock, shared=shared).refresh()
    shared._file.truncate(1000)
    users = UserCache(clock=clock, shared=shared)
    users.refresh()

    assert list(loaded(users).users()) == everybody(school)


def test_after_a_long_silence_it_begins_anew(
    school: psycopg.Connection, users: UserCache, clock: Clock
) -> None:
    """Who left is noted for an hour; a snapshot that was not asked for longer can't know."""
    schools.fill(school, 1)
    users.refresh()
    school.execute("TRUNCATE public.bookings, public.free_lesson_registrations, public.events")
    fold(school)
    school.execute("DELETE FROM gone")
    clock.passes(3600)

    assert users.snapshot() is None
    users.wait()
    assert list(loaded(users).users()) == []


def test_threads_read_while_people_change(school: psycopg.Connection) -> None:
    """Real threads and a real clock: each answer is one that was true at some moment, never older than the last."""
    schools.add_person(school, 1, "counter0", None)
    fold(school)
    users = UserCache(ttl=0.05)
    users.refresh()
    stop, wrong = threading.Event(), []

    @elsewhere
    def read() -> None:
        latest = 0
        while not stop.is_set():
            snapshot = users.snapshot()
            people = [] if snapshot is None else list(snapshot.users())
            numbers = [int(str(user.username).removeprefix("counter")) for user in people]
            if snapshot is not None and (len(numbers) != 1 or numbers[0] < latest):
                wrong.append((latest, numbers))
            latest = max([latest, *numbers])

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(1, 30):
        school.execute("UPDATE public.events SET username = %s", (f"counter{number}",))
        fold(school)
    stop.set()
    for reader in readers:
        reader.join()
    users.wait()

    assert wrong == []


PEOPLE = """
WITH people AS (
  SELECT n, CASE WHEN n % 5 > 0 THEN (ARRAY['maria_', 'Alex', 'ivan.', 'kate_dev'])[n % 4 + 1] || n END AS username,
         (ARRAY['Мария', 'Алексей', 'Ivan', 'Екатерина', 'Анна К.', NULL])[n % 6 + 1] AS first_name,
         CASE WHEN n % 10 = 0 THEN 'old_name' || n END AS once,
         CASE WHEN n % 3 = 0 THEN '4th_stream' END AS course_stream
  FROM generate_series(1, 20000) AS n
), members AS (
  INSERT INTO memberships (user_id, course_id, course_stream, status, since)
  SELECT n, 1, course_stream, 2, now() FROM people WHERE course_stream <> ''
)
INSERT INTO user_cache (user_id, first_letter, username, first_name, course_stream, status, names, sort_name, revision)
SELECT n, first_letter(username), username, first_name, course_stream,
       CASE WHEN course_stream <> '' THEN 'student' ELSE 'lead' END,
       fold(concat_ws(E'\n', username, first_name, once)), '', nextval('revision')
FROM people
"""
"""A school's people: four of five have a username, five of six a first name; one in ten had another name once."""


def test_a_person_takes_at_most_120_bytes(school: psycopg.Connection, users: UserCache) -> None:
    """Of all that is held once it is loaded, and by its own account."""
    school.execute(PEOPLE)
    tracemalloc.start()
    try:
        users.refresh()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    condition = users.condition()
    assert condition.people == 20_000
    assert condition.size <= held <= 120 * condition.people
