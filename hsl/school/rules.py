"""Rules of the school's that another program's rows break. They are listed, never mended and never refused.

A fresh database holds them as constraints; in an adopted one the bot may write as it likes.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import psycopg

from hsl.school.sqlfile import read_sql

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """``n`` of ``what`` (as in sql/rules.sql: "emails of more than one person"), a few of them in words."""

    what: str
    n: int
    examples: list[str]


def broken_rules(conn: psycopg.Connection[Any]) -> list[BrokenRule]:
    """The rules that are broken, as of the last fold, in the order of sql/rules.sql."""
    rows = conn.execute(read_sql(__file__, "sql/rules.sql").encode(), {"examples": EXAMPLES}).fetchall()
    found = []
    for what, broken in groupby(rows, key=lambda row: str(row[0])):
        examples = list(broken)
        found.append(BrokenRule(what, int(examples[0][2]), [example for _, example, _ in examples]))
    return found
