"""The in-memory cache: the same answers as PostgreSQL through any changes, from any thread, in little room."""

import threading
import tracemalloc
from random import Random
from typing import Any

import psycopg
import pytest

from hsl.people import queries
from hsl.people.cache import POLL_SECONDS, Snapshot, UserCache
from hsl.projections.fold import fold
from tests.elsewhere import elsewhere
from tests.people import schools
from tests.people.caches import Clock, everybody, loaded, members


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
