"""How we take locks in a live bot's database: briefly, or not at all, and again later."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
import structlog
from psycopg import sql

from hsl.refusal import Refusal

Connection: TypeAlias = psycopg.Connection[Any]
log = structlog.get_logger()

LOCK_TIMEOUT = "200ms"  # under deadlock_timeout (1 s): the bot is never a deadlock's victim
LONGEST_PAUSE = 20.0
ASK_AGAIN_SECONDS = 0.5
LONGEST_TRY = 600.0
_SCHEMA_LOCK = 0x68736C  # "hsl"

_WAIT_FOR_US = """
SELECT EXISTS (
  SELECT FROM pg_locks
  WHERE relation = %s::oid AND NOT granted AND pid <> %s AND waitstart < clock_timestamp() - interval '150 ms'
)
"""


class TableBusyError(Refusal):
    """Others held the table all the while; nothing was changed."""


def patiently(conn: Connection, act: Callable[[], object], *, what: str) -> None:
    """Run ``act`` in a transaction that waits at most 200 ms for a lock; while it can't have it, let the bot
    go on and try again after a growing, random pause. Nothing of the bot's waits for us longer than that.

    Raises:
        TableBusyError: not once in ten minutes.
    """
    for busy in tries(what):
        try:
            with conn.transaction():
                conn.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
                act()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            busy(error)
        else:
            return


def concurrently(
    conn: Connection, statement: sql.Composable, *, table: int, before: Callable[[], object], what: str
) -> None:
    """Run ``CREATE`` or ``DROP INDEX CONCURRENTLY`` on the table of oid ``table``.

    It waits for older transactions as long as they take, and meanwhile holds a lock that a TRUNCATE or the bot's
    own DDL waits for (a deadlock, where that transaction is one it waits for): as soon as somebody has waited
    150 ms, it is cancelled, and tried again later. ``before`` runs before each try, to remove what the last one
    left.

    Raises:
        TableBusyError: not once in ten minutes.
    """
    for busy in tries(what):
        try:
            before()
            with _without_lock_timeout(conn), _giving_way(conn, table):
                conn.execute(sql.Composed([statement]))
        except psycopg.errors.QueryCanceled as error:
            busy(error)
        else:
            return


def tries(what: str) -> Iterator[Callable[[Exception], None]]:
    """Yields, for each try, what to call when it failed; pauses between."""
    pause, deadline = 0.1, time.monotonic() + LONGEST_TRY

    def busy(error: Exception) -> None:
        if time.monotonic() > deadline:
            raise TableBusyError(
                f"{what}: other transactions hold it without pause. Nothing is lost; try again later."
            ) from error
        log.info("busy, trying again later", what=what)

    while True:
        yield busy
        time.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - spreads tries, hides nothing
        pause = min(2 * pause, LONGEST_PAUSE)


@contextmanager
def alone(conn: Connection, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of those who change our schema: migrate, detach, and the worker that follows a table's shape.

    Waits by asking again: one who waits inside a statement holds a snapshot, which an index built CONCURRENTLY
    by the holder would wait for. Yields whether it was had (always, where ``wait``).
    """
    while not (mine := _try_lock(conn)) and wait:
        log.info("another migrate or detach is at work, waiting for it")
        time.sleep(ASK_AGAIN_SECONDS)
    try:
        yield mine
    finally:
        if mine and not conn.closed:
            conn.execute("SELECT pg_advisory_unlock(%s)", [_SCHEMA_LOCK])


def _try_lock(conn: Connection) -> bool:
    row = conn.execute("SELECT pg_try_advisory_lock(%s)", [_SCHEMA_LOCK]).fetchone()
    return bool(row and row[0])


@contextmanager
def _without_lock_timeout(conn: Connection) -> Iterator[None]:
    """Wait for older transactions also where the role or the database has a ``lock_timeout`` of its own: who would
    wait for us is looked after by ``_giving_way``."""
    conn.execute("SET lock_timeout = 0")
    try:
        yield
    finally:
        if not conn.closed:
            conn.execute("RESET lock_timeout")


@contextmanager
def _giving_way(conn: Connection, table: int) -> Iterator[None]:
    """Cancel what ``conn`` runs inside as soon as others wait for a lock on the table."""
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(conn, table, done), name="giving way")
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def _watch(conn: Connection, table: int, done: threading.Event) -> None:
    with psycopg.connect(conn.info.dsn, password=conn.info.password or None, autocommit=True) as watching:
        while not done.wait(0.05):
            row = watching.execute(_WAIT_FOR_US, [table, conn.info.backend_pid]).fetchone()
            if row and row[0] and not done.is_set():
                watching.execute("SELECT pg_cancel_backend(%s)", [conn.info.backend_pid])
                return
