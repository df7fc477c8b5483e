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
    """Make ``hsl.fold`` with the collation that folds Cyrillic here (plain ``lower`` where none does)."""
    collation = folding_collation(conn) or "default"
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
