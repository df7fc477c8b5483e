"""``hsl migrate``: what stands between any database (empty, a bot's, an older one of ours) and true pages."""

from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection

from hsl import school
from hsl.projections import attachment
from hsl.school.folding import create_fold
from hsl.school.sqlfile import read_sql

DEFINITIONS = ("sums",)


def migrate() -> None:
    """Bring the database up to date. Safe to repeat: twice in a row ends the same."""
    connection.ensure_connection()
    conn: psycopg.Connection[Any] = connection.connection
    conn.execute(read_sql(str(school.__file__), "sql/prepare.sql"))
    create_fold(conn)
    call_command("migrate", verbosity=0, interactive=False)
    attachment.compose(conn)
    for name in DEFINITIONS:
        conn.execute(read_sql(__file__, f"sql/{name}.sql"))
    attachment.attach(conn)
