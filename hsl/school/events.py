"""Events that are ours to write."""

import json
from collections.abc import Mapping

import psycopg
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_noop as _
from psycopg import sql

from hsl.school.refusals import ConflictError
from hsl.school.shapes import read_shape

# Shorter than PostgreSQL waits before it looks for deadlocks: a bot's transaction is never the one that dies.
_LOCK_WAIT = "SET LOCAL lock_timeout = '200ms'"


def write_event(user_id: int, event_type: str, details: Mapping[str, object]) -> None:
    """Write an event of now (data model, Events), in the columns that the table has here.

    Raises ConflictError where the database does not take it: a bot's table may ask for more than we know, or be held.
    """
    values = {
        "user_id": sql.Literal(user_id),
        "event_type": sql.Literal(event_type),
        "created_at": sql.SQL("now()"),
        "details": sql.Literal(json.dumps(details, ensure_ascii=False)),
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LOCK_WAIT)
            has = _columns(connection.connection)
            written = {name: value for name, value in values.items() if name in has}
            cursor.execute(
                sql.SQL("INSERT INTO public.events ({}) VALUES ({})").format(
                    sql.SQL(", ").join(map(sql.Identifier, written)), sql.SQL(", ").join(written.values())
                )
            )
    except DatabaseError as error:
        raise ConflictError(
            _("The database refuses it: %(words)s"), words=str(error).partition("\n")[0]
        ) from error


def _columns(conn: "psycopg.Connection[tuple[object, ...]]") -> frozenset[str]:
    return frozenset(read_shape(conn, "events").columns)
