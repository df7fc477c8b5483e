"""Fills a database with a large school, the same for a scale and a day, by SQL alone."""

from datetime import UTC, datetime
from pathlib import Path

import psycopg

PEOPLE_AT_SCALE_1 = 1_000_000
STEPS = ("1_size", "2_people", "3_bookings", "4_registrations", "5_events")


class NotOursError(Exception):
    """The database holds facts that this generator did not make, or a school of another size."""


def generate(conn: psycopg.Connection, scale: float) -> bool:
    """Fill the fact tables, unless they hold the same school already; says whether it had to.

    At scale 1 a million people, 300,000 bookings, 1,500,000 registrations and 10,000,000 events, over the
    two years up to this midnight (UTC). No trigger sees it. ``conn`` is autocommit, of a superuser.

    Raises:
        NotOursError: there are facts of another make or size.
    """
    people = int(PEOPLE_AT_SCALE_1 * scale)
    there = people_generated(conn)
    if there == people:
        return False
    if there is not None or conn.execute("SELECT EXISTS (SELECT FROM public.events)").fetchone() == (True,):
        raise NotOursError("the database holds other facts: give an empty one")
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    conn.execute(
        "SET session_replication_role = replica; SET work_mem = '256MB'; SET synchronous_commit = off"
    )
    for step in STEPS:
        conn.execute((Path(__file__).parent / "sql" / f"{step}.sql").read_bytes())
        if step == "1_size":
            conn.execute("INSERT INTO bench.size VALUES (%s, %s)", [people, midnight])
    conn.execute("DROP TABLE bench.people")
    conn.execute("RESET session_replication_role; RESET work_mem; RESET synchronous_commit")
    conn.execute("VACUUM ANALYZE")
    return True


def people_generated(conn: psycopg.Connection) -> int | None:
    """Of how many people the school in this database was made; None where there is none of ours."""
    if conn.execute("SELECT to_regclass('bench.size')").fetchone() == (None,):
        return None
    row = conn.execute("SELECT people FROM bench.size").fetchone()
    return int(row[0]) if row else None
