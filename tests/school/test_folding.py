"""Case-insensitive search works for Cyrillic whatever the database's locale; trigrams are used where they can be."""

import os

import pytest
from psycopg import sql
from pytest_django import DjangoDbBlocker

from hsl.school.folding import folds_cyrillic, trigrams_trusted
from tests.adoption.bots import Connection, adopt, as_hsl
from tests.databases import Database, Server

LOCALES = {
    "C": "LC_COLLATE 'C' LC_CTYPE 'C'",
    "C.utf8": "LC_COLLATE 'C.utf8' LC_CTYPE 'C.utf8'",
}


@pytest.mark.parametrize("locale", LOCALES)
def test_cyrillic_is_folded_in_any_locale(
    server: Server, django_db_blocker: DjangoDbBlocker, locale: str
) -> None:
    name = f"hsl_test_{os.getpid()}_locale"
    server.drop(name)
    with server.connect("postgres") as admin:
        provider = " LOCALE_PROVIDER libc" if admin.info.server_version >= 150000 else ""
        create = f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' {LOCALES[locale]}{provider}"
        admin.execute(create.encode())
    database = Database(server, name)
    try:
        with django_db_blocker.unblock():
            adopt(database)
        with as_hsl(database) as ours:
            assert ours.execute("SELECT hsl.fold('ЖЁЛТЫЙ Ключ ABC')").fetchone() == ("жёлтый ключ abc",)
            assert folds_cyrillic(ours)
            assert trigrams_trusted(ours) is sees_cyrillic(ours)
    finally:
        server.drop(name)


def sees_cyrillic(ours: Connection) -> bool:
    """What pg_trgm itself says, where it is installed."""
    installed = ours.execute("SELECT to_regproc('public.show_trgm') IS NOT NULL").fetchone()
    return installed == (True,) and ours.execute("SELECT show_trgm('ж') <> '{}'").fetchone() == (True,)


def test_a_plan_for_names_uses_the_trigrams_where_they_are_trusted(school: Connection) -> None:
    if not trigrams_trusted(school):
        assert not sees_cyrillic(school)
        return
    school.execute("SET enable_seqscan = off")
    plan = school.execute("EXPLAIN SELECT FROM user_cache WHERE names LIKE '%анна%'").fetchall()
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
