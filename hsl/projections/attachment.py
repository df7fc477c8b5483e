"""Our triggers on the fact tables: put there without the bot's noticing, kept in step, taken away."""

import hashlib
import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
from psycopg import sql

from hsl.projections.changes import FACT, OPERATIONS, compose_views, trigger_function
from hsl.school.shapes import FACTS, SPECIFICATION, Shape, read_shape

Connection = psycopg.Connection[Any]

LOCK_TIMEOUT = "200ms"  # under deadlock_timeout (1 s): the bot is never a deadlock's victim
LONGEST_PAUSE = 20.0
PATIENCE = 600.0

PRESENT = """
SELECT tgname::text FROM pg_trigger
WHERE tgrelid = %s::oid AND NOT tgisinternal AND tgenabled <> 'D' AND tgname LIKE 'hsl\\_changes\\_%%'
"""


class TableBusyError(Exception):
    """A table of the bot's was locked all the while; nothing was changed."""


def patiently(conn: Connection, act: Callable[[], None], *, what: str) -> None:
    """Run ``act`` in a transaction that waits at most 200 ms for a lock; while it can't have it, let the bot
    go on and try again after a growing, random pause. Nothing of the bot's waits for us longer than that.

    Raises:
        TableBusyError: not once in ten minutes.
    """
    pause, deadline = 0.1, time.monotonic() + PATIENCE
    while True:
        try:
            with conn.transaction():
                conn.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(LOCK_TIMEOUT))
                act()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            if time.monotonic() > deadline:
                raise TableBusyError(
                    f"{what}: other transactions hold it without pause. Try again later."
                ) from error
        else:
            return
        time.sleep(random.uniform(pause / 2, pause))  # noqa: S311 - spreads attempts, hides nothing
        pause = min(2 * pause, LONGEST_PAUSE)


def compose(conn: Connection) -> None:
    """Compose the views of all five tables anew."""
    for table in SPECIFICATION:
        shape = read_shape(conn, table)
        patiently(conn, partial(compose_views, conn, shape), what=f"The view of {table}")


def attach(conn: Connection) -> None:
    """Bring triggers and their functions up to date, one fact table a transaction.

    Where one was missing or of another text, "count this kind again" is appended in the same transaction,
    which waits for the writers of that table: what they wrote is counted, what comes later is noted.
    """
    for table in FACTS:
        shape = read_shape(conn, table)
        if not attached(conn, shape):
            patiently(conn, partial(_attach, conn, shape), what=f"Triggers on {table}")


def compose_if_changed(conn: Connection) -> list[str]:
    """Follow the bot's own start-up migrations: views and triggers anew where a table's shape has changed.

    Called by the worker every few seconds; reads the catalogue and does nothing else where all is as it was.
    A table that is locked at the moment is left for the next call.

    Returns:
        The tables that had changed.
    """
    changed = []
    for table in SPECIFICATION:
        shape = read_shape(conn, table)
        if not _as_composed(conn, shape):
            changed.append(table)
            _recompose(conn, shape)
    return changed


def attached(conn: Connection, shape: Shape) -> bool:
    """Whether all four triggers are on this table, enabled, and run the function as it is composed today."""
    row = conn.execute(
        "SELECT relation, triggers FROM hsl.table_shapes WHERE name = %s", [shape.table]
    ).fetchone()
    if row is None or tuple(row) != (shape.oid, _function_md5(conn, shape)):
        return False
    names = {name for (name,) in conn.execute(PRESENT, [shape.oid]).fetchall()}
    return names == {f"hsl_changes_{operation}" for operation in OPERATIONS}


def _as_composed(conn: Connection, shape: Shape) -> bool:
    row = conn.execute(
        "SELECT relation, columns FROM hsl.table_shapes WHERE name = %s", [shape.table]
    ).fetchone()
    return row is not None and tuple(row) == (shape.oid, shape.signature)


def _recompose(conn: Connection, shape: Shape) -> None:
    try:
        with conn.transaction():
            conn.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(LOCK_TIMEOUT))
            compose_views(conn, shape)
            if shape.table not in FACTS:
                _remember(conn, shape, triggers="")
        if shape.table in FACTS:
            with conn.transaction():
                conn.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(LOCK_TIMEOUT))
                _attach(conn, shape)
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
        return


def _attach(conn: Connection, shape: Shape) -> None:
    """Writers of this table first finish, later ones meet the new triggers; no other lock is waited for."""
    table, fact = sql.Identifier("public", shape.table), FACT[shape.table]
    conn.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(table))
    conn.execute(trigger_function(shape))
    function = sql.Identifier("hsl", fact.function)
    conn.execute(sql.SQL("REVOKE ALL ON FUNCTION {}() FROM PUBLIC").format(function))
    for operation, transition in OPERATIONS.items():
        conn.execute(
            sql.SQL(
                "CREATE OR REPLACE TRIGGER {name} AFTER {operation} ON {table} {transition}"
                " FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            ).format(
                name=sql.Identifier(f"hsl_changes_{operation}"),
                operation=sql.SQL(operation.upper()),
                table=table,
                transition=sql.SQL(transition),
                function=function,
            )
        )
    if not _new_and_empty(conn, shape.table):
        conn.execute(
            "INSERT INTO hsl.changes (kind, recount, reason) VALUES (%s, true, 'triggers attached')",
            [fact.kind],
        )
    _remember(conn, shape, triggers=_function_md5(conn, shape))


def _new_and_empty(conn: Connection, table: str) -> bool:
    query = sql.SQL(
        "SELECT NOT EXISTS (SELECT FROM {}) AND NOT EXISTS (SELECT FROM hsl.table_shapes WHERE name = %s)"
    )
    row = conn.execute(query.format(sql.Identifier("public", table)), [table]).fetchone()
    return bool(row and row[0])


def _remember(conn: Connection, shape: Shape, *, triggers: str) -> None:
    conn.execute(
        "INSERT INTO hsl.table_shapes (name, relation, columns, triggers) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (name) DO UPDATE SET relation = excluded.relation, columns = excluded.columns,"
        " triggers = excluded.triggers, composed_at = now()",
        [shape.table, shape.oid, shape.signature, triggers],
    )


def _function_md5(conn: Connection, shape: Shape) -> str:
    return hashlib.md5(trigger_function(shape).as_string(conn).encode(), usedforsecurity=False).hexdigest()
