"""A real PostgreSQL for the whole suite. tests/README.md lists the fixtures."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from hsl.embedded import EmbeddedServer, address
from tests.databases import Database, Emptying, Server
from tests.examples import by_no_clock
from tests.telegram.simulated import SimulatedTelegram

by_no_clock()

DATABASE_FIXTURES = {
    "module_bot_database",
    "session_database",
    "database",
    "school",
    "school_with_trigrams",
    "fresh_database",
    "bot_database",
    "db",
    "transactional_db",
    "live_server",
}


HERE = Path(__file__).parent
BEHIND_PAGES = {
    "accounts",
    "benchmarks",
    "browser",
    "commands",
    "faults",
    "ui",
    "test_doors.py",
    "test_query_counts.py",
}
"""Tests that meet PostgreSQL through pages, processes and Django's own tables, whose statements others ask of either
server: they run once."""

FACTS: tuple[LiteralString, ...] = ("bookings", "free_lesson_registrations", "events")
"""Whose ends no autovacuum cuts off in a test: it holds a table against everybody for a moment, and folds give way."""

SERVER = pytest.StashKey[EmbeddedServer]()


def pytest_configure(config: pytest.Config) -> None:
    """Without ``DATABASE_URL`` an embedded server is started for the session, one for all of xdist's workers."""
    if os.environ.get("DATABASE_URL"):
        return
    folder = Path(tempfile.mkdtemp(prefix="hsl-tests-"))
    folder.chmod(0o711)
    # a bot may prepare transactions: the fold is tried on these too
    unsafe = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    server = EmbeddedServer(folder, unsafe | {"max_prepared_transactions": "10"})
    server.start()
    config.stash[SERVER] = server
    where = address(folder)
    os.environ["DATABASE_URL"] = (
        f"postgresql://{where['USER']}@{quote(where['HOST'], safe='')}/{where['NAME']}"
    )
    connection.settings_dict.update(where)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the session's server."""
    if server := config.stash.get(SERVER, None):
        server.stop()
        shutil.rmtree(server.folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What faces PostgreSQL is marked so, and runs once more on Debian's own server."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        touches = fixtures & DATABASE_FIXTURES or item.get_closest_marker("django_db")
        if touches and item.path.relative_to(HERE).parts[0] not in BEHIND_PAGES:
            item.add_marker(pytest.mark.database)


@pytest.fixture(scope="session")
def server() -> Server:
    """The server of ``DATABASE_URL``."""
    return Server.of_settings()


@pytest.fixture(scope="session")
def template(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """A migrated database that others are cloned from; nobody works in it."""
    database = server.create(f"hsl_test_{os.getpid()}_template")
    migrated(database, django_db_blocker)
    yield database
    server.drop(database.name)


def migrated(database: Database, blocker: DjangoDbBlocker) -> None:
    """Make an empty database a school's."""
    from hsl.projections.adoption import migrate

    with blocker.unblock(), database.as_django():
        migrate()
    for table in FACTS:
        database.execute(f"ALTER TABLE public.{table} SET (vacuum_truncate = off)")


@pytest.fixture(scope="session")
def emptying(
    server: Server, template: Database, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Emptying]:
    """The session's database with what empties it between tests; made before any test can write there."""
    database = server.create(f"hsl_test_{os.getpid()}", template.name)
    it = Emptying(database)
    with django_db_blocker.unblock(), database.as_django():
        yield it
    it.close()
    server.drop(database.name)


@pytest.fixture(scope="session")
def session_database(emptying: Emptying) -> Database:
    """The migrated database of this session, where Django's own connection points."""
    return emptying.database


@pytest.fixture(scope="session")
def database(session_database: Database) -> str:
    """The name of the session's database."""
    return session_database.name


@pytest.fixture(scope="session")
def django_db_setup(session_database: Database) -> None:
    """In place of pytest-django's: ``db`` and ``django_db`` work in the session's database."""


@pytest.fixture(scope="session")
def emptying_with_trigrams(
    server: Server, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Emptying]:
    """As ``emptying``, a database in which pg_trgm sees Cyrillic, whatever the others' locale: search is served by
    trigrams there. Skipped where the server has no pg_trgm, as the embedded one."""
    if not server.offers("pg_trgm"):
        pytest.skip("this PostgreSQL has no pg_trgm")
    database = server.create_in_locale(f"hsl_test_{os.getpid()}_trigrams", "C.utf8")
    migrated(database, django_db_blocker)
    it = Emptying(database)
    yield it
    it.close()
    server.drop(database.name)


@pytest.fixture
def school(emptying: Emptying, django_db_blocker: DjangoDbBlocker) -> Iterator[psycopg.Connection]:
    """A school without a single fact, just migrated. Yields a connection of ours (autocommit, schema hsl
    first); Django's works too, and commits are real. What the process keeps of people in memory is forgotten."""
    with emptied(emptying, django_db_blocker) as conn:
        yield conn


@pytest.fixture
def school_with_trigrams(
    emptying_with_trigrams: Emptying, django_db_blocker: DjangoDbBlocker
) -> Iterator[psycopg.Connection]:
    """As ``school``, where search is served by trigrams."""
    with emptied(emptying_with_trigrams, django_db_blocker) as conn:
        yield conn


@contextmanager
def emptied(emptying: Emptying, blocker: DjangoDbBlocker) -> Iterator[psycopg.Connection]:
    """The database empty for the while, and ours to work in; empty again afterwards."""
    from hsl.people.cache import user_cache

    emptying.empty()
    with (
        blocker.unblock(),
        emptying.database.as_django(),
        emptying.database.connect(options="-c search_path=hsl,public") as conn,
    ):
        yield conn
        user_cache.forget()
    emptying.empty()


@pytest.fixture
def transactional_db(school: psycopg.Connection) -> None:
    """In place of pytest-django's, whose flush takes the seeded rows; ``live_server`` asks for it."""


@pytest.fixture
def bot(school: psycopg.Connection, session_database: Database) -> Iterator[psycopg.Connection]:
    """The bot's own connection to the school's database: it knows nothing of schema hsl."""
    with session_database.connect() as conn:
        yield conn


@pytest.fixture
def fresh_database(
    server: Server, template: Database, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[], Database]]:
    """A factory of migrated databases of the test's own."""
    yield from _factory(server, template.name, django_db_blocker)


@pytest.fixture
def bot_database(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[], Database]]:
    """A factory of databases with nothing in them, for the SQL of a bot."""
    yield from _factory(server, "template0", django_db_blocker)


@pytest.fixture(scope="module")
def module_bot_database(
    server: Server, django_db_blocker: DjangoDbBlocker
) -> Iterator[Callable[[], Database]]:
    """As ``bot_database``, for databases that the tests of a module share."""
    yield from _factory(server, "template0", django_db_blocker)


def _factory(server: Server, source: str, blocker: DjangoDbBlocker) -> Iterator[Callable[[], Database]]:
    made: list[Database] = []

    def make() -> Database:
        made.append(server.create(f"hsl_test_{os.getpid()}_{len(made)}_{source[-8:]}", source))
        return made[-1]

    with blocker.unblock():
        yield make
    for database in made:
        server.drop(database.name)


@pytest.fixture
def telegram() -> Iterator[SimulatedTelegram]:
    """Telegram, simulated, on a port of this machine; without limits unless the test sets some."""
    with SimulatedTelegram() as it:
        yield it
