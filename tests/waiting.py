"""Waiting for what others bring about: it fails where that never comes, and depends on no time else."""

import time
from collections.abc import Callable

import psycopg

PATIENCE_SECONDS = 90
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def until(there: Callable[[], bool], what: str) -> None:
    """Wait until it is ``there``. ``what``: what never came, in words, where it does not."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not there():
        assert time.monotonic() < end, f"it never came: {what}"
        time.sleep(0.01)


def until_waiting(conn: psycopg.Connection, sessions: int) -> None:
    """Wait until so many sessions of the database wait for what another has locked. In a transaction too, where
    statistics are otherwise read once."""

    def waiting() -> bool:
        conn.execute("SELECT pg_stat_clear_snapshot()")
        ((found,),) = conn.execute(WAITING).fetchall()
        return int(found) >= sessions

    until(waiting, f"{sessions} who wait for a lock")
