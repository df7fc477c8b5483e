"""Rules of the school's that another program's rows break. They are listed, never mended and never refused.

A fresh database holds them as constraints; in an adopted one the bot may write as it likes.
"""

import re
from dataclasses import dataclass
from typing import Any

import psycopg

from hsl.school.sqlfile import read_sql

EXAMPLES = 5
BUSY = "not looked at: a table is locked by others; repeat it"


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """``n`` of ``what`` (as in sql/rules.sql: "emails of more than one person"), a few of them in words. ``n`` is 0
    where others had locked a table: then the only example says so."""

    what: str
    n: int
    examples: list[str]


def broken_rules(conn: psycopg.Connection[Any]) -> list[BrokenRule]:
    """The rules that are broken, as of the last fold, in the order of sql/rules.sql.

    Each is looked at by a transaction of its own, which waits at most half a second for a lock: a bot that alters its
    table waits for one rule, not for all.
    """
    return [broken for what, query in _rules() if (broken := _look(conn, what, query))]


def _rules() -> list[tuple[str, str]]:
    """Each rule's name and query, out of sql/rules.sql."""
    _, *parts = re.split(r"^-- rule: (.+)$", read_sql(__file__, "sql/rules.sql"), flags=re.MULTILINE)
    return list(zip(parts[::2], parts[1::2], strict=True))


def _look(conn: psycopg.Connection[Any], what: str, query: str) -> BrokenRule | None:
    try:
        with conn.transaction():
            conn.execute("SET LOCAL lock_timeout = '500ms'")
            rows = conn.execute(query.encode(), {"examples": EXAMPLES}).fetchall()
    except psycopg.errors.LockNotAvailable:
        return BrokenRule(what, 0, [BUSY])
    return BrokenRule(what, int(rows[0][1]), [str(example) for example, _ in rows]) if rows else None
