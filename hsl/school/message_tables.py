"""What stands in the way of sending in a bot's own messaging tables, with the SQL that takes it away.

Found from the catalogue alone: nothing is written to the tables. A table that we made holds all that we write.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from hsl.school.rights import lacks
from hsl.school.shapes import SPECIFICATION, find_shape

STATUSES = ("pending", "sending", "sent", "failed", "unknown", "deleted")
"""What ``delivery_status`` becomes while we send."""
WRITTEN: Mapping[str, tuple[str, ...]] = {
    "message_history": ("message_text", "total_recipients", "successful_deliveries", "recipient_type"),
    "message_recipients": ("message_id", "user_id", "delivery_status"),
}
"""Columns that each of our rows has a value for."""
EMPTY: Mapping[str, tuple[str, ...]] = {
    "message_history": ("sent_at", "recipient_group"),
    "message_recipients": ("username",),
}
"""Columns that we write NULL to, where there is nothing to say."""
LATER: Mapping[str, tuple[str, ...]] = {
    "message_history": ("scheduled_at",),
    "message_recipients": ("telegram_message_id",),
}
"""Columns that get their value later, or never."""

_COLUMNS = """
SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '' OR t.typdefault IS NOT NULL
FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
WHERE a.attrelid = to_regclass(format('public.%%I', %s::text)) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
"""
_CHECKS = """
SELECT quote_ident(c.conname), pg_get_expr(c.conbin, c.conrelid)
FROM pg_constraint AS c JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND ARRAY[a.attnum] = c.conkey
WHERE c.conrelid = to_regclass('public.message_recipients') AND c.contype = 'c' AND a.attname = 'delivery_status'
ORDER BY c.conname
"""


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way, in a sentence for whoever runs the database; and the SQL for the table's owner."""

    sentence: str
    fix: str


def obstacles(conn: psycopg.Connection[Any]) -> list[Obstacle]:
    """Why messages can't be sent with the messaging tables as they are here; nothing where they can."""
    found = [Obstacle(lack.sentence, lack.fix) for lack in lacks(conn) if lack.table in WRITTEN]
    for table in WRITTEN:
        found += _of_columns(conn, table)
    return found or list(_of_statuses(conn))


def _of_columns(conn: psycopg.Connection[Any], table: str) -> Iterator[Obstacle]:
    shape = find_shape(conn, table)
    if shape is None:
        yield Obstacle(f"There is no table {table}.", "hsl migrate")
        return
    ours = ("id", *WRITTEN[table], *EMPTY[table], *LATER[table])
    for name in ours:
        if name not in shape.columns:
            kind = SPECIFICATION[table][name]
            yield Obstacle(
                f"{table} has no column {name}.", f"ALTER TABLE public.{table} ADD COLUMN {name} {kind};"
            )
    for name, _kind, required, filled in conn.execute(_COLUMNS, [table]).fetchall():
        if required and name not in WRITTEN[table] and (name in EMPTY[table] or not filled):
            column = sql.Identifier(name).as_string(conn)
            yield Obstacle(
                f"{table}.{name} may not be NULL and has no default, and we have no value for it.",
                f"ALTER TABLE public.{table} ALTER COLUMN {column} DROP NOT NULL;",
            )


def _of_statuses(conn: psycopg.Connection[Any]) -> Iterator[Obstacle]:
    columns = {row[0]: row[1] for row in conn.execute(_COLUMNS, ["message_recipients"]).fetchall()}
    kind = columns["delivery_status"]
    unfit = [status for status in STATUSES if _is_enum(conn, kind) or not _holds(conn, kind, "true", status)]
    if unfit:
        yield Obstacle(
            f"message_recipients.delivery_status ({kind}) can't be {', '.join(unfit)}.",
            "DROP VIEW hsl.message_recipients;"
            " ALTER TABLE public.message_recipients ALTER COLUMN delivery_status TYPE text;  -- then hsl migrate",
        )
        return
    for name, expression in conn.execute(_CHECKS).fetchall():
        if unfit := [status for status in STATUSES if not _holds(conn, kind, expression, status)]:
            listed = ", ".join(f"'{status}'" for status in STATUSES)
            yield Obstacle(
                f"The constraint {name} of message_recipients forbids delivery_status {', '.join(unfit)}.",
                f"ALTER TABLE public.message_recipients DROP CONSTRAINT {name},"
                f" ADD CONSTRAINT {name} CHECK (delivery_status IN ({listed})) NOT VALID;",
            )


def _is_enum(conn: psycopg.Connection[Any], kind: str) -> bool:
    """Whether it is an enumeration, to which no text is assigned without a cast."""
    row = conn.execute("SELECT typtype = 'e' FROM pg_type WHERE oid = %s::regtype", [kind]).fetchone()
    return bool(row and row[0])


def _holds(conn: psycopg.Connection[Any], kind: str, expression: str, status: str) -> bool:
    """Whether a column of type ``kind`` can be ``status`` and keeps to ``expression``, both of the catalogue's."""
    asked = sql.SQL(
        "SELECT delivery_status::text = {status} AND ({expression}) IS NOT FALSE"
        " FROM (SELECT {status}::{kind} AS delivery_status) AS message_recipients"
    ).format(
        status=sql.Literal(status),
        kind=sql.SQL(kind),
        expression=sql.SQL(expression),
    )
    try:
        with conn.transaction():
            row = conn.execute(asked).fetchone()
    except (psycopg.DataError, psycopg.ProgrammingError, psycopg.IntegrityError):
        return False
    return bool(row and row[0])
