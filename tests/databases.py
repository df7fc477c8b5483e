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

    def create_in_locale(self, name: str, locale: str) -> "Database":
        """As ``create``, an empty database in UTF-8 that sorts and tells letters by this locale of the C library."""
        self.drop(name)
        statement = "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE {} LC_CTYPE {}"
        with self.connect("postgres") as admin:
            provider = " LOCALE_PROVIDER libc" if admin.info.server_version >= 150000 else ""
            admin.execute(sql.SQL(statement).format(sql.Identifier(name), locale, locale) + sql.SQL(provider))
        return Database(self, name)

    def offers(self, extension: str) -> bool:
        """Whether the server has the files of an extension."""
        with self.connect("postgres") as admin:
            found = admin.execute("SELECT FROM pg_available_extensions WHERE name = %s", [extension])
            return found.fetchone() is not None

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

#: Our queues: what is remembered of them says "up to here", so their numbers never start from 1 again.
QUEUES = ("deltas", "waiting")

TABLES = """
SELECT format('%%I.%%I', n.nspname, c.relname), quote_ident(c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN ('hsl', 'public')
  AND c.relname <> ALL (%s)
ORDER BY 1
"""

SEQUENCES = """
SELECT DISTINCT d.refobjid::regclass::text, format('setval(%%L, %%s, false)', d.objid::regclass, s.seqstart)
FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid JOIN pg_class c ON c.oid = d.refobjid
WHERE d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND c.relname <> ALL (%s)
"""

# Of a small table the rows are deleted: TRUNCATE makes the files of the table and of each index anew, which took most
# of the suite's time. Where dead rows have piled up it is truncated.
EMPTY = """
IF EXISTS (SELECT FROM {table}) THEN
  IF pg_relation_size('{table}') < 131072 THEN DELETE FROM {table}; ELSE TRUNCATE {table} CASCADE; END IF;
  {restart}
END IF;
"""


class Emptying:
    """Brings a migrated database back to what it was right after migration, in some milliseconds."""

    def __init__(self, database: Database) -> None:
        """Remember what the migrations wrote: copies of those rows stay in a schema ``seeds``."""
        self.database = database
        self.conn = database.connect(options="-c lock_timeout=5s -c session_replication_role=replica")
        self.conn.execute("CREATE SCHEMA IF NOT EXISTS seeds")
        tables = self.conn.execute(TABLES, [list(CONSTANT)]).fetchall()
        seeded = [(table, name) for table, name in tables if self._has_rows(table)]
        plain = [table for table, name in tables if (table, name) not in seeded]
        restarts = self._restarts()
        for table, name in seeded:
            self._run(f"CREATE TABLE IF NOT EXISTS seeds.{name} AS TABLE {table}")
        self._run(
            "CREATE OR REPLACE PROCEDURE seeds.empty() LANGUAGE plpgsql AS $$ BEGIN "
            "LOCK TABLE hsl.gate IN EXCLUSIVE MODE; "  # a page that nobody waits for any more may still fold
            + "".join(EMPTY.format(table=table, restart=restarts.get(table, "")) for table in plain)
            + "".join(f"DELETE FROM {table}; " for table, _ in seeded)
            + "".join(
                f"INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE seeds.{name}; " for table, name in seeded
            )
            + "END $$"
        )

    def _restarts(self) -> dict[str, str]:
        """What starts the ids of each table from 1 again."""
        self.conn.execute("SET search_path = ''")
        restarts: dict[str, str] = {}
        for table, restart in self.conn.execute(SEQUENCES, [list(QUEUES)]).fetchall():
            restarts[table] = f"{restarts.get(table, '')}PERFORM {restart}; "
        return restarts

    def _has_rows(self, table: str) -> bool:
        row = self.conn.execute(sql.SQL(f"SELECT EXISTS (SELECT FROM {table})")).fetchone()
        return row is not None and bool(row[0])

    def _run(self, statement: str) -> None:
        self.conn.execute(statement.encode())

    def empty(self) -> None:
        """Empty facts, projections and all that is ours; triggers do not see it."""
        self._run("CALL seeds.empty()")

    def close(self) -> None:
        """Close the connection."""
        self.conn.close()
