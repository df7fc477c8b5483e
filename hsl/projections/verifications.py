"""Verifying as a whole: the projections compared with the facts, the school's rules looked at, and what was found
kept for pages to show."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from django.db import connection
from psycopg.types.json import Jsonb

from hsl.projections.gate import Connection
from hsl.projections.verify import Difference, Verification, verify
from hsl.school.rules import BrokenRule, broken_rules

KEPT = 30
"""How many outcomes are kept."""
EXAMPLES = 100
"""How many rows that break a rule are kept of each."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A verification that has ended: when, how it compared (see ``Verification``), and the rules that were broken."""

    began_at: datetime
    ended_at: datetime
    found: Verification
    rules: list[BrokenRule]


def verify_and_keep(conn: Connection, progress: Callable[[int, int], None] | None = None) -> Verified:
    """Verify on ``conn`` (in autocommit) and keep the outcome. See :func:`hsl.projections.verify.verify`."""
    began_at = datetime.now(UTC)
    found = verify(conn, progress)
    verified = Verified(began_at, datetime.now(UTC), found, broken_rules(conn, EXAMPLES))
    outcome = {"found": asdict(found), "rules": [asdict(rule) for rule in verified.rules]}
    with conn.transaction():
        conn.execute(
            "INSERT INTO hsl.verifications (began_at, ended_at, outcome) VALUES (%s, %s, %s)",
            [began_at, verified.ended_at, Jsonb(outcome)],
        )
        conn.execute(
            "DELETE FROM hsl.verifications WHERE id <= (SELECT max(id) FROM hsl.verifications) - %s", [KEPT]
        )
    return verified


def last_verified() -> Verified | None:
    """The newest outcome; None where nobody has verified yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT began_at, ended_at, outcome FROM verifications ORDER BY id DESC LIMIT 1")
        row = cursor.fetchone()
    return _read(*row) if row else None


def _read(began_at: datetime, ended_at: datetime, outcome: str) -> Verified:
    kept = json.loads(outcome)  # Django's connections give JSON as text
    found = {**kept["found"], "differences": [Difference(**one) for one in kept["found"]["differences"]]}
    return Verified(began_at, ended_at, Verification(**found), [BrokenRule(**rule) for rule in kept["rules"]])
