"""Courses and streams that an adopted database's bookings hold, listed once, in the moment of adoption."""

from typing import Any

import psycopg

from hsl.school.shapes import find_shape
from hsl.school.sqlfile import read_sql

_ADOPTED = """
SELECT NOT EXISTS (SELECT FROM hsl.table_shapes WHERE name = 'bookings')
   AND NOT EXISTS (SELECT FROM hsl.own_tables WHERE name = 'bookings')
"""
_NAMED = """
SELECT count(*) = 2 FROM pg_attribute
WHERE attrelid = to_regclass('public.courses') AND attname IN ('id', 'name') AND NOT attisdropped
"""
_NAMES = "SELECT id::text, name::text FROM public.courses WHERE name::text <> ''"


def list_what_bookings_hold(conn: psycopg.Connection[Any]) -> None:
    """List the courses and streams of the bookings that were there before us.

    Once, before our triggers are attached to them: a stream that the bot writes later is reported, not listed.
    A course is named as in the bot's own ``courses`` where that has ``id`` and ``name``.
    """
    row = conn.execute(_ADOPTED).fetchone()
    if not (row and row[0]) or find_shape(conn, "bookings") is None:
        return
    names = _course_names(conn)
    with conn.transaction():
        conn.execute(
            read_sql(__file__, "sql/list_bookings.sql").encode(), [list(names.keys()), list(names.values())]
        )


def _course_names(conn: psycopg.Connection[Any]) -> dict[str, str]:
    row = conn.execute(_NAMED).fetchone()
    if not (row and row[0]):
        return {}
    try:
        with conn.transaction():
            conn.execute("SET LOCAL lock_timeout = '200ms'")
            return dict(conn.execute(_NAMES).fetchall())
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.LockNotAvailable):
        return {}
