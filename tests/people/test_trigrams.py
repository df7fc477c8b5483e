"""Where pg_trgm serves, its index is asked for what memory does not tell in time, and the answers are the same."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hsl.people import queries, search
from hsl.people.cache import Snapshot, user_cache
from hsl.people.rows import User
from hsl.people.search import candidates, look_up
from hsl.projections.fold import fold
from hsl.school.folding import index_trigrams
from tests import specification
from tests.people import schools

NAMES = [
    *schools.NAMES,
    *["АННА", "Мария", "Ёжик Щукин", "Łukasz", "annabel", "hanna", "Joanna", "marianna", "Жанна", "Сюзанна"],
]
TEXTS = [
    *["a", "ж", "_", "%", "\\", "an", "анна", "щук", "ёжик", "ann", "nna", "anna", "0%", "a_b", "<b>", "łuk"],
    *["🙂", "анна мария", "мария анна", "нет такого", "zzz"],
]


@pytest.fixture
def school(school_with_trigrams: psycopg.Connection) -> psycopg.Connection:
    """A school whose search trigrams serve. Its tables are so small that the planner must be told to take an index."""
    school_with_trigrams.execute("SET enable_seqscan = off")
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
    return school_with_trigrams


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No name is read from memory where trigrams may tell."""
    monkeypatch.setattr(search, "PATIENCE", 0)


def fill(conn: psycopg.Connection[Any], seed: int) -> Snapshot:
    """So many people that the lists of pairs of characters do not tell who has the common names."""
    schools.fill(conn, seed, people=300, names=NAMES)
    conn.execute(
        "UPDATE public.events SET username = NULL, first_name = NULL"
    )  # the specification reads none
    fold(conn)
    user_cache.refresh()
    snapshot = user_cache.snapshot()
    assert snapshot is not None
    return snapshot


def specified(conn: psycopg.Connection[Any], text: str) -> set[int]:
    sql = specification.SEARCH.replace("LIMIT 50", "").replace("$1", "%(pattern)s")
    return {row[0] for row in conn.execute(sql, {"pattern": queries.containing_pattern(text)})}


def test_trigrams_serve(school: psycopg.Connection) -> None:
    assert fill(school, 1).trigrams


@pytest.mark.parametrize("seed", range(2))
def test_the_index_answers_as_the_specification_and_as_memory(school: psycopg.Connection, seed: int) -> None:
    snapshot = fill(school, seed)

    for text in TEXTS:
        everybody = queries.containing_rare(text, 1000)
        assert {user.user_id for user in everybody} == specified(school, text), text
        assert everybody == snapshot.containing(text, 1000), text
        for limit in (1, 10, 50):
            assert (
                queries.containing_rare(text, limit) == queries.containing(text, limit) == everybody[:limit]
            )
            begin = queries.beginning_rare(text, limit)
            assert begin == queries.beginning(text, limit) == snapshot.beginning(text, limit), text


@pytest.mark.parametrize("ask", [queries.containing_rare, queries.beginning_rare])
def test_the_statement_finds_by_the_index(
    school: psycopg.Connection, ask: Callable[[str, int], list[User]]
) -> None:
    with CaptureQueriesContext(connection) as captured:
        ask("анна", 50)
    plan = school.execute("EXPLAIN " + captured[-1]["sql"]).fetchall()
    assert "Bitmap Index Scan on user_cache_names_trgm" in str(plan)


@pytest.mark.parametrize("text", ["анна", "Anna", "МАРИЯ", "nan"])
def test_whom_memory_does_not_find_in_time_the_index_does(
    school: psycopg.Connection, impatient: None, text: str
) -> None:
    snapshot = fill(school, 3)

    with CaptureQueriesContext(connection) as captured:
        assert search.search(text) == snapshot.containing(text.lower(), 50)
    assert asked_of_the_index(captured) == 1
    with CaptureQueriesContext(connection) as captured:
        meant = candidates(text, 1000)
    assert meant is not None
    assert set(meant.user_ids or ()) == set(snapshot.ids_containing(text.lower(), 1000) or ())
    assert asked_of_the_index(captured) == 1


@pytest.mark.parametrize("text", ["анна", "Anna"])
def test_the_look_up_asks_the_index_for_names_that_begin_so_as_well(
    school: psycopg.Connection, impatient: None, text: str
) -> None:
    snapshot = fill(school, 3)
    found = snapshot.containing(text.lower(), 50) or []
    begin = snapshot.beginning(text.lower(), 8) or []
    assert begin != found[:8]

    with CaptureQueriesContext(connection) as captured:
        assert look_up(text, 8) == (begin + [user for user in found if user not in begin])[:8]
    assert asked_of_the_index(captured) == 2


def test_a_text_without_a_trigram_is_read_from_memory_to_the_end(
    school: psycopg.Connection, impatient: None
) -> None:
    snapshot = fill(school, 3)

    with CaptureQueriesContext(connection) as captured:
        for text in ("an", "ан", "а м", "a_b"):
            assert search.search(text) == snapshot.containing(text, 50)
    assert asked_of_the_index(captured) == 0


def test_without_the_index_names_are_read_from_memory_to_the_end(
    school: psycopg.Connection, impatient: None
) -> None:
    school.execute("DROP INDEX hsl.user_cache_names_trgm")
    try:
        assert not fill(school, 3).trigrams
        with CaptureQueriesContext(connection) as captured:
            assert len(search.search("анна")) == 50
        assert asked_of_the_index(captured) == 0
    finally:
        index_trigrams(school)


def asked_of_the_index(captured: CaptureQueriesContext) -> int:
    """How many statements asked the index of trigrams at once (search_rare.sql)."""
    return sum("found AS MATERIALIZED" in query["sql"] for query in captured)
