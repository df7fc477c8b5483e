"""Case folding and trigrams, whatever the database's locale.

Where LC_CTYPE is ``C``, ``lower('Ж')`` is ``'Ж'`` and a trigram index leaves Cyrillic out without a word. So
the collation that folds is found by trying, and trigrams are trusted only where they see a Cyrillic letter.
"""

from typing import Any

import psycopg
from psycopg import sql

PREFERRED = [
    "default",
    "pg_c_utf8",
    "und-x-icu",
    "C.utf8",
    "C.UTF-8",
    "en_US.utf8",
    "en_US.UTF-8",
    "ru_RU.utf8",
]

CANDIDATES = """
SELECT collname FROM pg_collation
WHERE collnamespace = 'pg_catalog'::regnamespace AND collisdeterministic
  AND collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
ORDER BY array_position(%s::text[], collname::text) NULLS LAST, collname
"""


def folding_collation(conn: psycopg.Connection[Any]) -> str | None:
    """The first collation here that folds Cyrillic, the preferred ones first; None where none does."""
    for (name,) in conn.execute(CANDIDATES, [PREFERRED]).fetchall():
        if _folds(conn, name):
            return str(name)
    return None


def _folds(conn: psycopg.Connection[Any], collation: str) -> bool:
    query = sql.SQL("SELECT lower('ЖЁ' COLLATE pg_catalog.{}) = 'жё'").format(sql.Identifier(collation))
    try:
        with conn.transaction():
            row = conn.execute(query).fetchone()
    except (
        psycopg.Error
    ):  # listed, and not usable: of another encoding, or its locale is gone from the machine
        return False
    return bool(row and row[0])


def create_fold(conn: psycopg.Connection[Any]) -> None:
    """Make ``hsl.fold`` with the collation that folds Cyrillic here (plain ``lower`` where none does).

    Where it was another one before, names were folded by that: a recount puts everyone in the queue.
    """
    collation = folding_collation(conn) or "default"
    with conn.transaction():
        before = _definition(conn)
        _replace_fold(conn, collation)
        if before not in (None, _definition(conn)):
            conn.execute(
                "INSERT INTO hsl.changes (kind, recount, reason) VALUES (1, true, 'another collation')"
            )


def _definition(conn: psycopg.Connection[Any]) -> str | None:
    row = conn.execute("SELECT pg_get_functiondef(to_regprocedure('hsl.fold(text)'))").fetchone()
    return row[0] if row else None


def _replace_fold(conn: psycopg.Connection[Any], collation: str) -> None:
    conn.execute(
        sql.SQL(
            "CREATE OR REPLACE FUNCTION hsl.fold(value text) RETURNS text LANGUAGE sql IMMUTABLE"
            " PARALLEL SAFE RETURN lower(value COLLATE pg_catalog.{})"
        ).format(sql.Identifier(collation))
    )


def folds_cyrillic(conn: psycopg.Connection[Any]) -> bool:
    """Whether ``hsl.fold`` as it stands folds Cyrillic."""
    row = conn.execute("SELECT hsl.fold('ЖЁ') = 'жё'").fetchone()
    return bool(row and row[0])


_TRIGRAMS = """
SELECT quote_ident(n.nspname) FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_trgm'
"""


def index_trigrams(conn: psycopg.Connection[Any]) -> None:
    """Index the names of hsl.user_cache by trigrams where that serves Cyrillic, and only there.

    Installs pg_trgm where the server has it and lets us; without it search goes through the in-memory cache.
    """
    _install_trigrams(conn)
    row = conn.execute(_TRIGRAMS).fetchone()
    where = sql.SQL(row[0]) if row else None
    if where and _trigrams_see_cyrillic(conn, where):
        conn.execute(
            sql.SQL(
                "CREATE INDEX IF NOT EXISTS user_cache_names_trgm ON hsl.user_cache USING gin (names {}.gin_trgm_ops)"
            ).format(where)
        )
    else:
        conn.execute("DROP INDEX IF EXISTS hsl.user_cache_names_trgm")


def trigrams_trusted(conn: psycopg.Connection[Any]) -> bool:
    """Whether search by trigrams finds what it should here: the index is there, made by ``index_trigrams``."""
    row = conn.execute("SELECT to_regclass('hsl.user_cache_names_trgm') IS NOT NULL").fetchone()
    return bool(row and row[0])


def _install_trigrams(conn: psycopg.Connection[Any]) -> None:
    try:
        with conn.transaction():
            conn.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")
    except psycopg.Error:  # not on this server, or not for this role: then without
        return


def _trigrams_see_cyrillic(conn: psycopg.Connection[Any], schema: sql.SQL) -> bool:
    row = conn.execute(sql.SQL("SELECT {}.show_trgm('ж') <> '{{}}'").format(schema)).fetchone()
    return bool(row and row[0])
