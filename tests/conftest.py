"""A real PostgreSQL for the whole suite: one database a session, on the server of ``DATABASE_URL``."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from psycopg import sql


@pytest.fixture(scope="session")
def database() -> Iterator[str]:
    """A migrated database of this session's own; yields its name."""
    name = f"hsl_test_{os.getpid()}"
    server = settings.DATABASES["default"]
    admin = psycopg.connect(
        host=server.get("HOST"),
        port=server.get("PORT") or None,
        user=server.get("USER"),
        password=server.get("PASSWORD"),
        dbname="postgres",
        autocommit=True,
    )
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    connection.close()
    connection.settings_dict["NAME"] = name
    from hsl.projections.adoption import migrate

    migrate()
    yield name
    connection.close()
    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    admin.close()
