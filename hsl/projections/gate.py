"""The gate: one folder at a time, in a transaction of its own, locked before its first snapshot."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

Connection: TypeAlias = psycopg.Connection[Any]

# LOCK TABLE takes no snapshot, so the first statement after it sees all that the last folder committed.
_LOCK_GATE = "LOCK TABLE hsl.gate IN EXCLUSIVE MODE"
# All three at once or not at all: who holds one and waits for another deadlocks with a bot's TRUNCATE.
LOCK_FACTS = (
    "LOCK TABLE public.bookings, public.free_lesson_registrations, public.events IN ACCESS SHARE MODE NOWAIT"
)


# Behind a TRUNCATE that is not committed; the fold comes back later.
LONGEST_LOCK_WAIT_MS = 500


class FoldRefusedError(Exception):
    """The fold was called inside somebody's transaction."""


class FoldBusyError(Exception):
    """Another folder holds the gate, or a program holds a fact table (a TRUNCATE): come back later."""


@contextmanager
def through_gate(
    conn: Connection, *, wait_ms: int, isolation: str = "REPEATABLE READ", facts: bool = True
) -> Iterator[None]:
    """A transaction that holds the gate; committed at the end, rolled back on any error.

    ``conn`` is in autocommit and idle, ``wait_ms`` is how long to wait for another folder (0: not at all).
    ``facts`` also holds the fact tables, ACCESS SHARE.

    Raises FoldRefusedError inside a transaction of the caller's, FoldBusyError where a lock is not to be had.
    """
    if not conn.autocommit or conn.info.transaction_status != TransactionStatus.IDLE:
        raise FoldRefusedError("the fold runs in a transaction of its own")
    gate = f"SET LOCAL lock_timeout = {int(wait_ms)}; {_LOCK_GATE}" if wait_ms else f"{_LOCK_GATE} NOWAIT"
    opening = f"BEGIN ISOLATION LEVEL {isolation}; {gate}; SET LOCAL lock_timeout = {LONGEST_LOCK_WAIT_MS}"
    try:
        conn.execute(sql.SQL(opening + (f"; {LOCK_FACTS}" if facts else "")))
        yield
        conn.execute("COMMIT")
    except psycopg.errors.LockNotAvailable as error:
        raise FoldBusyError(str(error).strip()) from error
    finally:
        if not conn.closed and conn.info.transaction_status != TransactionStatus.IDLE:
            conn.execute("ROLLBACK")
