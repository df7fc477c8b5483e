"""Search finds whom the specification's SQL finds, and by id, email and old names; in memory as in PostgreSQL, with
trigrams as without them."""

from collections.abc import Iterator
from random import Random
from typing import Any

import psycopg
import pytest
from pytest_django import DjangoDbBlocker

from hsl.people import queries
from hsl.people.cache import user_cache
from hsl.people.rows import in_order
from hsl.people.search import look_up, search
from hsl.projections.fold import fold
from tests import specification
from tests.conftest import emptied
from tests.people import schools

TEXTS = [
    "a",
    "an",
    "anna",
    "nn",
    "50%",
    "_",
    "\\",
    "<b>",
    "а",
    "анна",
    "ж",
    "щ",
    "🙂",
    "нет такого",
    "a мария",
    "x",
]


@pytest.fixture(params=["emptying", "emptying_with_trigrams"], ids=["any locale", "with trigrams"])
def school(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """A school in the session's database, and one where pg_trgm serves."""
    with emptied(request.getfixturevalue(request.param), django_db_blocker) as conn:
        yield conn


@pytest.fixture(params=["in PostgreSQL", "in memory"])
def warmth(request: pytest.FixtureRequest) -> str:
    """Where the answers come from."""
    return str(request.param)


def warm(warmth: str) -> None:
    """Load the cache, where the test is about it."""
    if warmth == "in memory":
        user_cache.refresh()
        assert user_cache.condition().loaded


def found(q: str, limit: int = 50) -> list[int]:
    """Whom ``q`` finds."""
    return [user.user_id for user in search(q, limit)]


def specified(conn: psycopg.Connection[Any], text: str) -> dict[int, tuple[str | None, str | None]]:
    """Whom the specification's SQL finds, and a name that it gives them: it has a row for each of their names."""
    sql = specification.SEARCH.replace("LIMIT 50", "").replace("$1", "%(pattern)s")
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = conn.execute(sql, {"pattern": f"%{literal}%"})
    return {user_id: (username, first_name) for user_id, username, first_name in rows}


@pytest.mark.parametrize("seed", range(3))
def test_search_finds_whom_the_specification_finds(
    school: psycopg.Connection, seed: int, warmth: str
) -> None:
    schools.fill(school, seed)
    school.execute(
        "UPDATE public.events SET username = NULL, first_name = NULL"
    )  # it reads no names of events
    fold(school)
    warm(warmth)
    definite = schools.of_one_name(school, "bookings", "free_lesson_registrations")
    assert definite

    for text in TEXTS:
        people, expected = search(text), specified(school, text)
        assert {user.user_id for user in people} == set(expected), text
        for user in people:
            if user.user_id in definite:
                assert (user.username, user.first_name) == expected[user.user_id]
        assert people == sorted(people, key=in_order)


def test_names_of_events_and_old_names_are_found(school: psycopg.Connection, warmth: str) -> None:
    schools.add_person(school, 1, "old_name", "Пётр")
    schools.add_person(school, 1, "new_name", "Пётр")
    fold(school)
    warm(warmth)

    assert found("old_") == found("NEW_") == found("ПЁТР") == [1]


def test_a_person_is_one_row_with_the_name_of_today(school: psycopg.Connection, warmth: str) -> None:
    for name in ("anna1", "anna2", "anna3"):
        schools.add_person(school, 1, name, "Anna")
    fold(school)
    warm(warmth)

    assert [user.username for user in search("anna")] == ["anna3"]


def test_fifty_are_found_at_most_in_order(school: psycopg.Connection, warmth: str) -> None:
    for number in range(70):
        schools.add_person(school, 1000 - number, f"user{number}", f"Anna {number % 3}")
    fold(school)
    warm(warmth)

    in_their_order = sorted(f"user{number}" for number in range(70))
    assert [user.username for user in search("anna", 1000)] == in_their_order[:50]
    assert [user.username for user in search("anna", 3)] == in_their_order[:3]


def test_people_without_a_username_come_last_by_first_name(school: psycopg.Connection, warmth: str) -> None:
    schools.add_person(school, 1, None, "Б")
    schools.add_person(school, 2, None, "А б")
    schools.add_person(school, 3, "я", "б")
    fold(school)
    warm(warmth)

    assert found("б") == [3, 2, 1]


def test_a_number_finds_the_id_and_names_with_it(school: psycopg.Connection, warmth: str) -> None:
    schools.add_person(school, 777, "somebody", None)
    for number in range(60):
        schools.add_person(school, 1000 + number, f"agent777_{number}", None)
    fold(school)
    warm(warmth)

    assert 777 in found("777")
    assert len(found("777")) == 50
    assert found("777", 1) == [777]
    assert found("99999999999999999999") == []


def test_an_email_finds_its_person_in_any_case(school: psycopg.Connection, warmth: str) -> None:
    schools.add_registration(school, 5, Random(5), ["maria"])
    fold(school)
    warm(warmth)

    assert found("u5@EXAMPLE.com") == [5]
    assert found("u5@example.co") == []


def test_an_at_sign_and_spaces_around_are_dropped(school: psycopg.Connection, warmth: str) -> None:
    schools.add_person(school, 1, "anna", None)
    fold(school)
    warm(warmth)

    assert found(" @Anna ") == [1]
    assert found("@") == found("") == found("   ") == []


def test_no_name_runs_into_the_next(school: psycopg.Connection, warmth: str) -> None:
    schools.add_person(school, 1, "anna", "maria")
    schools.add_person(school, 2, "boris", None)
    fold(school)
    warm(warmth)

    assert found("anna\nmaria") == found("a\nm") == found("maria\0") == found("\0") == found("a b") == []


def test_a_text_too_long_is_refused(school: psycopg.Connection) -> None:
    with pytest.raises(ValueError, match="100 characters"):
        search("a" * 101)


@pytest.mark.parametrize("seed", range(3))
def test_memory_answers_as_postgresql_does(school: psycopg.Connection, seed: int) -> None:
    schools.fill(school, seed, people=120)
    user_cache.refresh()
    snapshot = user_cache.snapshot()
    assert snapshot is not None

    for text in [*TEXTS, "i", "va", "ivan%", "мария", "м"]:
        for limit in (1, 10, 50):
            assert snapshot.containing(text, limit) == queries.containing(text, limit)
            assert snapshot.beginning(text, limit) == queries.beginning(text, limit)


def test_the_look_up_puts_names_that_begin_so_first(school: psycopg.Connection, warmth: str) -> None:
    schools.add_person(school, 1, "a_maria", None)
    schools.add_person(school, 2, "maria", None)
    schools.add_person(school, 3, "zoe", "Мария")
    fold(school)
    warm(warmth)

    assert [user.user_id for user in look_up("mar", 8)] == [2, 1]
    assert [user.user_id for user in look_up("мар", 8)] == [3]
    assert look_up("", 8) == []


def test_a_negative_number_finds_the_id_of_a_group_chat(school: psycopg.Connection, warmth: str) -> None:
    schools.add_person(school, -1001234567890, "chat", None)
    fold(school)
    warm(warmth)

    assert found("-1001234567890") == [-1001234567890]
    assert found("1001234567890") == found("-9999999999999999999") == []
