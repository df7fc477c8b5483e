"""Databases for tests, on a real server: made in a moment, of their own, gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString
from urllib.parse import quote

import psycopg
from django.db import connection
from psycopg import sql


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that lets us make databases."""

    host: str
    port: str
    user: str
    password: str

    @classmethod
    def of_settings(cls) -> "Server":
        """The server that Django's settings name."""
        given = connection.settings_dict
        return cls(
            host=given["HOST"], port=str(given["PORT"] or ""), user=given["USER"], password=given["PASSWORD"]
        )

    def connect(self, dbname: str, **options: Any) -> psycopg.Connection:
        """A psycopg connection to the database ``dbname``; ``options`` are libpq's and override ours."""
        ours = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "dbname": dbname,
        }
        return psycopg.connect(autocommit=True, **{**ours, **options})

    def execute(self, statement: LiteralString, name: str, *others: str) -> None:
        """Run a statement about databases; its {} are the names, quoted."""
        with self.connect("postgres") as admin:
            admin.execute(sql.SQL(statement).format(*map(sql.Identifier, (name, *others))))

    def create(self, name: str, template: str = "template0") -> "Database":
        """A new database, in place of one of the same name that a killed run left behind."""
        self.drop(name)
        self.execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return Database(self, name)

    def drop(self, name: str) -> None:
        """Drop the database, whoever is connected to it."""
        self.execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@dataclass(frozen=True)
class Database:
    """One database of a test."""

    server: Server
    name: str

    @property
    def url(self) -> str:
        """For ``DATABASE_URL`` of a process that a test starts."""
        server = self.server
        who = quote(server.user, safe="") + (f":{quote(server.password, safe='')}" if server.password else "")
        host = f"{quote(server.host, safe='')}:{server.port}" if server.port else quote(server.host, safe="")
        return f"postgresql://{who}@{host}/{self.name}"

    def connect(self, **options: Any) -> psycopg.Connection:
        """A plain connection, autocommit, search_path of the server's own: as another program comes in."""
        return self.server.connect(self.name, **options)

    def execute(self, statement: LiteralString) -> None:
        """Run SQL (one or many statements) as another program."""
        with self.connect() as conn:
            conn.execute(statement)

    @contextmanager
    def as_django(self) -> Iterator[None]:
        """Django's own connection points here for the while."""
        before = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = self.name
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before


#: Tables that hold what a migration wrote and no test changes.
CONSTANT = ("django_migrations", "django_content_type", "auth_permission")

TABLES = """
SELECT format('%%I.%%I', n.nspname, c.relname), quote_ident(c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('hsl', 'public')
  AND c.relname <> ALL (%s)
ORDER BY 1
"""


def _identity(table: str) -> str:
    """Facts start from id 1 again; the queues of ours never do: what is remembered of them says "up to here"."""
    return "CONTINUE IDENTITY" if table in {"hsl.deltas", "hsl.waiting"} else "RESTART IDENTITY"


class Emptying:
    """Brings a migrated database back to what it was right after migration, in some milliseconds."""

    def __init__(self, database: Database) -> None:
        """Remember what the migrations wrote: copies of those rows stay in a schema ``seeds``."""
        self.database = database
        self.conn = database.connect(options="-c lock_timeout=5s")
        self.conn.execute("CREATE SCHEMA IF NOT EXISTS seeds")
        tables = self.conn.execute(TABLES, [list(CONSTANT)]).fetchall()
        seeded = [(table, name) for table, name in tables if self._has_rows(table)]
        plain = [table for table, name in tables if (table, name) not in seeded]
        for table, name in seeded:
            self._run(f"CREATE TABLE IF NOT EXISTS seeds.{name} AS TABLE {table}")
        self.reset = "SET session_replication_role = replica;" + "".join(
            [
                "DO $$ BEGIN ",
                *(
                    f"IF EXISTS (SELECT FROM {t}) THEN TRUNCATE {t} {_identity(t)} CASCADE; END IF; "
                    for t in plain
                ),
                *(f"DELETE FROM {t}; " for t, _ in seeded),
                *(f"INSERT INTO {t} OVERRIDING SYSTEM VALUE TABLE seeds.{name}; " for t, name in seeded),
                "END $$;",
            ]
        )

    def _has_rows(self, table: str) -> bool:
        row = self.conn.execute(sql.SQL(f"SELECT EXISTS (SELECT FROM {table})")).fetchone()
        return row is not None and bool(row[0])

    def _run(self, statement: str) -> None:
        self.conn.execute(statement.encode())

    def empty(self) -> None:
        """Empty facts, projections and all that is ours; triggers do not see it."""
        self._run(self.reset)

    def close(self) -> None:
        """Close the connection."""
        self.conn.close()
