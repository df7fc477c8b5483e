"""The specification's tables as this database has them, and the views that give them as it should.

A bot's table may lack columns or have them under other types. Each column of the specification is an
expression over the table (under the alias ``t``), chosen here by the type that is found; views, triggers and
indexes are made of these same expressions. None of them raises, whatever the value.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

# The specification's columns and types (data model, Core Entities), with the names that its queries read from
# bookings and events.
SPECIFICATION: Mapping[str, Mapping[str, str]] = {
    "bookings": {
        "id": "integer",
        "user_id": "bigint",
        "username": "text",
        "first_name": "text",
        "course_id": "integer",
        "course_stream": "text",
        "confirmed": "integer",
        "created_at": "timestamptz",
        "referral_code": "text",
        "discount_percent": "integer",
    },
    "free_lesson_registrations": {
        "id": "integer",
        "user_id": "bigint",
        "username": "text",
        "first_name": "text",
        "email": "text",
        "registered_at": "timestamptz",
        "notification_sent": "boolean",
        "lesson_type": "text",
        "lesson_date": "date",
    },
    "events": {
        "id": "integer",
        "user_id": "bigint",
        "username": "text",
        "first_name": "text",
        "event_type": "text",
        "created_at": "timestamptz",
        "details": "jsonb",
    },
    "message_history": {
        "id": "integer",
        "message_text": "text",
        "total_recipients": "integer",
        "successful_deliveries": "integer",
        "sent_at": "timestamptz",
        "created_at": "timestamptz",
        "recipient_type": "text",
        "recipient_group": "text",
        "scheduled_at": "timestamptz",
    },
    "message_recipients": {
        "id": "integer",
        "message_id": "integer",
        "user_id": "bigint",
        "username": "text",
        "delivery_status": "text",
        "created_at": "timestamptz",
        "telegram_message_id": "integer",
    },
}
_BUILT_IN = {"int2", "int4", "int8", "bool", "text", "date", "timestamp", "timestamptz", "json", "jsonb"}
FACTS = ("bookings", "free_lesson_registrations", "events")

# A domain over int8 is named "int8:domain", a text of another collation "text:other".
COLUMNS = """
WITH RECURSIVE named AS (
  SELECT a.attname, a.atttypid, a.attcollation
  FROM pg_attribute AS a
  WHERE a.attrelid = to_regclass(format('public.%%I', %s::text)) AND a.attnum > 0 AND NOT a.attisdropped
), based AS (
  SELECT attname, atttypid AS type, attcollation, 0 AS depth FROM named
  UNION ALL
  SELECT attname, typbasetype, attcollation, depth + 1 FROM based JOIN pg_type ON pg_type.oid = type WHERE typtype = 'd'
)
SELECT attname::text,
       typname || CASE WHEN depth > 0 THEN ':domain' WHEN attcollation NOT IN (0, 100) THEN ':other' ELSE '' END
FROM based JOIN pg_type ON pg_type.oid = type WHERE typtype <> 'd'
"""


@dataclass(frozen=True)
class Shape:
    """A table of the specification as it is here: its oid, and of the specification's columns those it has,
    with PostgreSQL's names of their types (``int8``, ``varchar``)."""

    table: str
    oid: int
    columns: Mapping[str, str]

    @property
    def signature(self) -> str:
        """What the views depend on, to notice when it changes."""
        return ", ".join(f"{name} {type_}" for name, type_ in sorted(self.columns.items()))


def read_shape(conn: psycopg.Connection[Any], table: str) -> Shape:
    """Look at ``public.<table>``.

    Raises:
        LookupError: there is no such table.
    """
    shape = find_shape(conn, table)
    if shape is None:
        raise LookupError(f"There is no table public.{table}: run hsl migrate")
    return shape


def find_shape(conn: psycopg.Connection[Any], table: str) -> Shape | None:
    """As read_shape; None where there is no such table."""
    row = conn.execute("SELECT to_regclass(format('public.%%I', %s::text))::oid", [table]).fetchone()
    if row is None or row[0] is None:
        return None
    found = dict(conn.execute(COLUMNS, [table]).fetchall())
    return Shape(table, row[0], {name: found[name] for name in SPECIFICATION[table] if name in found})


def expressions(shape: Shape) -> dict[str, str]:
    """Each of the specification's columns as SQL over the alias ``t``, in the specification's order."""
    columns = {name: column_expression(shape, name) for name in SPECIFICATION[shape.table]}
    if shape.table == "events":
        for name in ("username", "first_name"):
            columns[name] = f"coalesce(nullif({columns[name]}, ''), {columns['details']} ->> '{name}')"
    return columns


def column_expression(shape: Shape, name: str, alias: str = "t") -> str:
    """One column of the table as the specification types it, over ``alias`` (empty: the bare column)."""
    wanted = SPECIFICATION[shape.table][name]
    return _expression(f"{alias}.{name}" if alias else name, wanted, shape.columns.get(name))


def _expression(column: str, wanted: str, have: str | None) -> str:
    if have is None:
        return f"NULL::{wanted}"
    base, _, note = have.partition(":")
    if note == "domain" and base in _BUILT_IN:
        column, have = f"{column}::{base}", base
    return {
        "text": _text,
        "integer": _integer,
        "bigint": _bigint,
        "boolean": _boolean,
        "timestamptz": _time,
        "date": _date,
        "jsonb": _object,
    }[wanted](column, have)


def _text(column: str, have: str) -> str:
    if have == "text":
        return column
    plain = f"{column}::text"
    return plain if ":" not in have else f'({plain} COLLATE "default")'


def _bigint(column: str, have: str) -> str:
    """Built-in operators alone: an index of this expression runs under the bot's own role."""
    if have == "int8":
        return column
    if have in ("int2", "int4"):
        return f"{column}::bigint"
    return f"CASE WHEN {column}::text ~ '^ *[+-]?[0-9]{{1,18}} *$' THEN {column}::text::bigint END"


def _integer(column: str, have: str) -> str:
    """As _bigint; what doesn't fit is NULL."""
    if have == "int4":
        return column
    if have == "int2":
        return f"{column}::integer"
    wide = _bigint(column, have)
    return f"CASE WHEN {wide} BETWEEN -2147483648 AND 2147483647 THEN ({wide})::integer END"


def _boolean(column: str, have: str) -> str:
    if have == "bool":
        return column
    return (
        f"CASE WHEN lower({column}::text) IN ('t', 'true', 'y', 'yes', 'on', '1') THEN true"
        f" WHEN lower({column}::text) IN ('f', 'false', 'n', 'no', 'off', '0') THEN false END"
    )


def _time(column: str, have: str) -> str:
    if have == "timestamptz":
        return f"hsl.clamped({column})"
    if have == "timestamp":
        return f"(hsl.clamped({column}) AT TIME ZONE 'UTC')"
    if have == "date":
        return f"(hsl.clamped({column})::timestamp AT TIME ZONE 'UTC')"
    return f"hsl.time_or_null({column}::text)"


def _date(column: str, have: str) -> str:
    if have in ("date", "timestamp"):
        return f"hsl.clamped({column})" + ("" if have == "date" else "::date")
    if have == "timestamptz":
        return f"(hsl.clamped({column}) AT TIME ZONE 'UTC')::date"
    return f"hsl.iso_date({column}::text)"


def _object(column: str, have: str) -> str:
    return f"hsl.object_or_null({column if have == 'jsonb' else f'{column}::text'})"


def compose_view(conn: psycopg.Connection[Any], shape: Shape) -> None:
    """Make ``hsl.<table>``: the specification's columns and types over the table as it is."""
    columns = expressions(shape).items()
    conn.execute(
        sql.SQL("CREATE OR REPLACE VIEW hsl.{table} AS SELECT {columns} FROM public.{table} AS t").format(
            table=sql.Identifier(shape.table),
            columns=sql.SQL(", ").join(
                sql.SQL("{} AS {}").format(sql.SQL(expression), sql.Identifier(name))
                for name, expression in columns
            ),
        )
    )
