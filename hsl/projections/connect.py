"""Connections of the projections' own, beside Django's, in autocommit: the fold opens its transactions."""

from typing import Any

import psycopg
from django.db import connection as django_connection
from psycopg.conninfo import make_conninfo

from hsl.projections.gate import Connection


def connect(name: str = "hsl") -> Connection:
    """A new connection to Django's database, in autocommit, with its search_path.

    ``name`` is what the server knows it by (``application_name``).
    """
    params: dict[str, Any] = django_connection.get_connection_params()
    for djangos_own in ("context", "cursor_factory", "prepare_threshold"):
        params.pop(djangos_own, None)
    return psycopg.connect(**(params | {"application_name": name}), autocommit=True)


def another(conn: Connection) -> Connection:
    """One more connection to where ``conn`` is connected, in autocommit."""
    info = make_conninfo(**conn.info.get_parameters(), password=conn.info.password)
    return psycopg.connect(info, autocommit=True)


def djangos_connection() -> Connection:
    """The connection of this thread's request, for a fold outside its transactions."""
    django_connection.ensure_connection()
    conn: Connection = django_connection.connection
    return conn
