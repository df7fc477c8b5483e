"""Case-insensitive search works for Cyrillic whatever the database's locale; trigrams are used where they can be."""

import os

import pytest
from psycopg import sql
from pytest_django import DjangoDbBlocker

from hsl.school.folding import folds_cyrillic, trigrams_trusted
from tests.adoption.bots import Connection, adopt, as_hsl
from tests.databases import Server


@pytest.mark.parametrize("locale", ["C", "C.utf8"])
def test_cyrillic_is_folded_in_any_locale(
    server: Server, django_db_blocker: DjangoDbBlocker, locale: str
) -> None:
    database = server.create_in_locale(f"hsl_test_{os.getpid()}_locale", locale)
    try:
        with django_db_blocker.unblock():
            adopt(database)
        with as_hsl(database) as ours:
            assert ours.execute("SELECT hsl.fold('ЖЁЛТЫЙ Ключ ABC')").fetchone() == ("жёлтый ключ abc",)
            assert folds_cyrillic(ours)
            assert trigrams_trusted(ours) is sees_cyrillic(ours)
    finally:
        server.drop(database.name)


def sees_cyrillic(ours: Connection) -> bool:
    """What pg_trgm itself says, where it is installed."""
    installed = ours.execute("SELECT to_regproc('public.show_trgm') IS NOT NULL").fetchone()
    return installed == (True,) and ours.execute("SELECT show_trgm('ж') <> '{}'").fetchone() == (True,)


def test_trigrams_are_trusted_where_they_see_cyrillic(school_with_trigrams: Connection) -> None:
    assert trigrams_trusted(school_with_trigrams)
    assert sees_cyrillic(school_with_trigrams)


def test_a_plan_for_names_uses_the_trigrams(school_with_trigrams: Connection) -> None:
    school_with_trigrams.execute("SET enable_seqscan = off")
    plan = school_with_trigrams.execute("EXPLAIN SELECT FROM user_cache WHERE names LIKE '%анна%'").fetchall()
    assert "user_cache_names_trgm" in str(plan)


def test_another_collation_asks_for_everyone_again(school: Connection) -> None:
    from hsl.school.folding import create_fold

    with school.transaction(force_rollback=True):
        school.execute(
            sql.SQL(
                "CREATE OR REPLACE FUNCTION hsl.fold(value text) RETURNS text LANGUAGE sql IMMUTABLE"
                " PARALLEL SAFE RETURN upper(value)"
            )
        )
        create_fold(school)
        assert school.execute("SELECT reason FROM changes").fetchall() == [("another collation",)]
        create_fold(school)
        assert school.execute("SELECT count(*) FROM changes").fetchone() == (1,)
