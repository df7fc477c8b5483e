"""Databases that we have moved into, and a role as a careful bot has one."""

import os
from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.adoption.bots import SCHOOL, adopt
from tests.databases import Database, Server


@pytest.fixture(scope="session")
def adopted_template(server: Server, django_db_blocker: DjangoDbBlocker) -> Iterator[Database]:
    """A bot's school after ``hsl migrate``, to be cloned."""
    database = server.create(f"hsl_test_{os.getpid()}_adopted_template")
    database.execute(SCHOOL)
    with django_db_blocker.unblock():
        adopt(database)
    yield database
    server.drop(database.name)


@pytest.fixture
def adopted(
    server: Server, adopted_template: Database, django_db_blocker: DjangoDbBlocker
) -> Iterator[Database]:
    """A bot's school after ``hsl migrate``, the test's own."""
    database = server.create(f"hsl_test_{os.getpid()}_adopted", adopted_template.name)
    with django_db_blocker.unblock():
        yield database
    server.drop(database.name)


@pytest.fixture(scope="session")
def bot_role(server: Server) -> Iterator[str]:
    """The name of a role that may sign in and owns nothing."""
    role = f"hsl_test_bot_{os.getpid()}"
    server.execute("DROP ROLE IF EXISTS {}", role)
    server.execute("CREATE ROLE {} LOGIN PASSWORD 'bot'", role)
    yield role
    server.execute("DROP ROLE {}", role)
