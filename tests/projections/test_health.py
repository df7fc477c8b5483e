"""The frame's dot and word: who folds, and how far the numbers are behind."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from hsl.projections.fold import FEW_CHANGES, FEW_PEOPLE, fold
from hsl.projections.health import WORKER, health
from tests import cast
from tests.databases import Database


@contextmanager
def working(database: Database) -> Iterator[None]:
    """A worker is connected."""
    with database.connect(application_name=WORKER):
        yield


def wait(conn: psycopg.Connection, people: int) -> None:
    """So many people wait to be recomputed."""
    conn.execute("INSERT INTO waiting (user_id) SELECT generate_series(1, %s)", [people])


def panel(language: str = "ru") -> str:
    """The panel as the owner sees it."""
    client = cast.signed_in(cast.hire().owner)
    return " ".join(client.get("/health/", headers={"Accept-Language": language}).content.decode().split())


def test_without_a_worker_it_says_so(school: psycopg.Connection) -> None:
    assert health().state == "bad"
    assert "обработчик не запущен" in panel()


def test_with_one_and_nothing_waiting_all_is_counted(
    school: psycopg.Connection, session_database: Database
) -> None:
    with working(session_database):
        assert health().state == "good"
        page = panel()

    assert "всё посчитано" in page
    assert "hx-trigger" not in page, "nothing moves, so nothing asks again"


@pytest.mark.parametrize(
    ("people", "said"),
    [
        (FEW_PEOPLE + 1, "догоняем: 301 человек"),
        (1002, "догоняем: 1\N{NO-BREAK SPACE}002 человека"),
        (10_001, "догоняем: больше 10\N{NO-BREAK SPACE}000 человек"),
    ],
)
def test_while_people_wait_it_counts_them_and_asks_again(
    people: int, said: str, school: psycopg.Connection, session_database: Database
) -> None:
    wait(school, people)

    with working(session_database):
        assert health().state == "busy"
        page = panel()

    assert said.replace("\N{NO-BREAK SPACE}", " ") in page
    assert 'hx-trigger="every 2s"' in page


def test_many_changes_that_nobody_has_taken_are_told_as_people(
    bot: psycopg.Connection, school: psycopg.Connection, session_database: Database
) -> None:
    fold(school)
    bot.execute("INSERT INTO public.events (user_id) SELECT generate_series(1, %s)", [FEW_CHANGES + 1])

    with working(session_database):
        assert health().state == "busy"
        page = panel()

    assert "догоняем: 2 001 человек" in page
    assert "2 001 изменение" in page


def test_few_who_wait_are_not_worth_a_word(school: psycopg.Connection, session_database: Database) -> None:
    wait(school, 3)

    with working(session_database):
        assert health().state == "good"


def test_while_facts_are_counted_anew_it_says_so(
    school: psycopg.Connection, session_database: Database
) -> None:
    school.execute("INSERT INTO recounts (kind, reason) VALUES (1, 'TRUNCATE') ON CONFLICT DO NOTHING")

    with working(session_database):
        assert health().state == "busy"
        assert "пересчитываем" in panel()


def test_what_the_word_is_made_of_stands_behind_it(
    school: psycopg.Connection, session_database: Database
) -> None:
    school.execute("INSERT INTO public.events (user_id, event_type) VALUES (1, 'start_command')")
    version = school.info.parameter_status("server_version") or ""

    with working(session_database):
        page = panel("en")
    assert f"PostgreSQL {version.split()[0]} answers" in page
    assert "1 change, 0 people to count" in page
