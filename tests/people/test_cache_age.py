"""How old the in-memory cache may be: when it is loaded, what it asks of the database since, and who loads it."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg
import pytest

from hsl.people import cache
from hsl.people.cache import POLL_SECONDS, TTL_SECONDS, Snapshot, UserCache
from hsl.people.rows import User
from hsl.people.shared import Shared
from hsl.projections.fold import fold
from tests.elsewhere import elsewhere
from tests.people import schools
from tests.people.caches import Clock, everybody, loaded, members
from tests.waiting import PATIENCE_SECONDS, until, until_waiting


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
