"""Our triggers on the fact tables: put there without the bot's noticing, kept in step, taken away."""

import hashlib
from functools import partial

from psycopg import errors, sql

from hsl.projections.changes import FACT, OPERATIONS, compose_views, trigger_functions
from hsl.projections.patience import LOCK_TIMEOUT, Connection, alone, patiently
from hsl.school.shapes import FACTS, SPECIFICATION, Shape, find_shape, read_shape

_PRESENT = """
SELECT ours.name
FROM unnest(%s::text[], %s::text[]) AS ours (name, function)
JOIN pg_trigger t ON t.tgname = ours.name AND t.tgfoid = to_regproc(ours.function)
WHERE t.tgrelid = %s::oid AND t.tgenabled <> 'D'
"""


def compose(conn: Connection) -> None:
    """Compose the views of all five tables anew."""
    for table in SPECIFICATION:
        shape = read_shape(conn, table)
        patiently(conn, partial(compose_views, conn, shape), what=f"The view of {table}")
        if table not in FACTS:
            _remember(conn, shape, triggers="")


def attach(conn: Connection) -> None:
    """Bring triggers and their functions up to date, one fact table a transaction.

    Where one was missing or of another text, "count this kind again" is appended in the same transaction, which
    waits for the writers of that table: what they wrote is counted, what comes later is noted.
    """
    for table in FACTS:
        shape = read_shape(conn, table)
        if not attached(conn, shape):
            patiently(conn, partial(_attach, conn, shape), what=f"Triggers on {table}")


def detach(conn: Connection) -> None:
    """Take the triggers away, one fact table a transaction.

    By their function, which is ours: to drop a trigger itself takes the table's owner.
    """
    for table in FACTS:
        drop = sql.SQL("DROP FUNCTION IF EXISTS {} CASCADE").format(sql.SQL(", ").join(_functions(table)))
        patiently(conn, partial(conn.execute, drop), what=f"Triggers on {table}")


def compose_if_changed(conn: Connection) -> list[str]:
    """Follow the bot's own start-up migrations: views and triggers anew where a table's shape has changed.

    Called by the worker every few seconds; reads the catalogue and does nothing else where all is as it was.
    A table that is locked at the moment is left for the next call.

    Returns:
        The tables that were composed anew.
    """
    changed = changed_shapes(conn)
    if not changed:
        return []
    with alone(conn, wait=False) as mine:
        return [shape.table for shape in changed if mine and _recompose(conn, shape)]


def changed_shapes(conn: Connection) -> list[Shape]:
    """The tables that no longer look as they did when their views and triggers were composed."""
    kept = {
        name: (relation, columns)
        for name, relation, columns in conn.execute("SELECT name, relation, columns FROM hsl.table_shapes")
    }
    shapes = filter(None, (find_shape(conn, table) for table in SPECIFICATION if table in kept))
    return [shape for shape in shapes if kept[shape.table] != (shape.oid, shape.signature)]


def attached(conn: Connection, shape: Shape) -> bool:
    """Whether all four triggers are on this table, enabled, and run the functions as they are composed today."""
    kept = conn.execute(
        "SELECT relation, columns, triggers FROM hsl.table_shapes WHERE name = %s", [shape.table]
    ).fetchone()
    composed = (shape.oid, shape.signature, _functions_md5(conn, shape))
    return kept == composed and not missing_triggers(conn, shape)


def missing_triggers(conn: Connection, shape: Shape) -> list[str]:
    """The names of our triggers that the table lacks or that are disabled on it."""
    fact = FACT[shape.table]
    ours = {_trigger_name(operation): f"hsl.{fact.function(operation)}" for operation in OPERATIONS}
    asked = [list(ours), list(ours.values()), shape.oid]
    present = {name for (name,) in conn.execute(_PRESENT, asked).fetchall()}
    return [name for name in ours if name not in present]


def _functions(table: str) -> list[sql.Composed]:
    return [sql.SQL("{}()").format(sql.Identifier("hsl", name)) for name in FACT[table].functions]


def _trigger_name(operation: str) -> str:
    return f"hsl_changes_{operation}"


def _recompose(conn: Connection, shape: Shape) -> bool:
    steps = [partial(compose_views, conn, shape)]
    steps.append(partial(_attach if shape.table in FACTS else _remember, conn, shape))
    try:
        for step in steps:
            with conn.transaction():
                conn.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
                step()
    except (errors.LockNotAvailable, errors.DeadlockDetected):
        return False
    return True


def _attach(conn: Connection, shape: Shape) -> None:
    """Writers of this table first finish, later ones meet the new triggers.

    The first CREATE TRIGGER waits for the table (SHARE ROW EXCLUSIVE), with no lock held that the bot could want;
    nothing is waited for after it.
    """
    fact = FACT[shape.table]
    conn.execute(trigger_functions(shape))
    for function in _functions(shape.table):
        conn.execute(sql.SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC").format(function))
    for operation, transition in OPERATIONS.items():
        conn.execute(
            sql.SQL(
                "CREATE OR REPLACE TRIGGER {name} AFTER {operation} ON {table} {transition}"
                " FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
            ).format(
                name=sql.Identifier(_trigger_name(operation)),
                operation=sql.SQL(operation.upper()),
                table=sql.Identifier("public", shape.table),
                transition=sql.SQL(transition),
                function=sql.Identifier("hsl", fact.function(operation)),
            )
        )
    if not _new_and_empty(conn, shape.table):
        conn.execute(
            "INSERT INTO hsl.changes (kind, recount, reason) VALUES (%s, true, 'triggers attached')",
            [fact.kind],
        )
    _remember(conn, shape, triggers=_functions_md5(conn, shape))


def _new_and_empty(conn: Connection, table: str) -> bool:
    query = sql.SQL(
        "SELECT NOT EXISTS (SELECT FROM {}) AND NOT EXISTS (SELECT FROM hsl.table_shapes WHERE name = %s)"
    )
    row = conn.execute(query.format(sql.Identifier("public", table)), [table]).fetchone()
    return bool(row and row[0])


def _remember(conn: Connection, shape: Shape, triggers: str = "") -> None:
    conn.execute(
        "INSERT INTO hsl.table_shapes (name, relation, columns, triggers) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (name) DO UPDATE SET relation = excluded.relation, columns = excluded.columns,"
        " triggers = excluded.triggers, composed_at = now()",
        [shape.table, shape.oid, shape.signature, triggers],
    )


def _functions_md5(conn: Connection, shape: Shape) -> str:
    return hashlib.md5(trigger_functions(shape).as_string(conn).encode(), usedforsecurity=False).hexdigest()
