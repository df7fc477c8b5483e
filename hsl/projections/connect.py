"""Connections of the projections' own, beside Django's, in autocommit: the fold opens its transactions."""

import psycopg
from django.db import connection as django_connection
from psycopg.conninfo import make_conninfo

from hsl.connection import connect
from hsl.projections.gate import Connection

__all__ = ["another", "connect", "djangos_connection"]


def another(conn: Connection) -> Connection:
    """One more connection to where ``conn`` is connected, in autocommit."""
    info = make_conninfo(**conn.info.get_parameters(), password=conn.info.password)
    return psycopg.connect(info, autocommit=True)


def djangos_connection() -> Connection:
    """The connection of this thread's request, for a fold outside its transactions."""
    django_connection.ensure_connection()
    conn: Connection = django_connection.connection
    return conn
