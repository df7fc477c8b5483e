"""Rules of the school's that another program's rows break. They are listed, never mended and never refused.

A fresh database holds them as constraints; in an adopted one the bot may write as it likes.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import psycopg
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hsl.school.sqlfile import read_sql

EXAMPLES = 5
BUSY = "not looked at: a table is locked by others; repeat it"


NAMES: dict[str, Promise] = {
    "people with two active bookings of one course and stream": _(
        "People with two active bookings of one course and stream"
    ),
    "people registered twice for one lesson and date": _("People registered twice for one lesson and date"),
    "emails of more than one person": _("Emails of more than one person"),
    "people registered without an email": _("People registered without an email"),
    "streams that are not listed": _("Streams that are not listed"),
    "bookings neither new, cancelled, pending nor confirmed": _(
        "Bookings neither new, cancelled, pending nor confirmed"
    ),
    "bookings with a discount outside 0 to 100": _("Bookings with a discount outside 0 to 100"),
    "facts at an impossible time": _("Facts at an impossible time"),
    "facts without a user_id": _("Facts without a user_id"),
}
"""What pages call the rules of sql/rules.sql."""


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """``n`` of ``what`` (as in sql/rules.sql: "emails of more than one person"), a few of them in words, and what each
    of these is about, by name. ``n`` is 0 where others had locked a table: then the only example says so."""

    what: str
    n: int
    examples: list[str]
    about: list[dict[str, Any]]


def broken_rules(conn: psycopg.Connection[Any], examples: int = EXAMPLES) -> list[BrokenRule]:
    """The rules that are broken, as of the last fold, in the order of sql/rules.sql, each with a few ``examples``.

    Each is looked at by a transaction of its own, which waits at most half a second for a lock: a bot that alters its
    table waits for one rule, not for all.
    """
    return [broken for what, query in _rules() if (broken := _look(conn, what, query, examples))]


def _rules() -> list[tuple[str, str]]:
    """Each rule's name and query, out of sql/rules.sql."""
    _, *parts = re.split(r"^-- rule: (.+)$", read_sql(__file__, "sql/rules.sql"), flags=re.MULTILINE)
    return list(zip(parts[::2], parts[1::2], strict=True))


def _look(conn: psycopg.Connection[Any], what: str, query: str, examples: int) -> BrokenRule | None:
    try:
        with conn.transaction():
            conn.execute("SET LOCAL lock_timeout = '500ms'")
            rows = conn.execute(query.encode(), {"examples": examples}).fetchall()
    except psycopg.errors.LockNotAvailable:
        return BrokenRule(what, 0, [BUSY], [])
    if not rows:
        return None
    return BrokenRule(what, int(rows[0][1]), [str(row[0]) for row in rows], [_json(row[2]) for row in rows])


def _json(value: str | dict[str, Any]) -> dict[str, Any]:
    """Django's connections give JSON as text."""
    loaded: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return loaded
