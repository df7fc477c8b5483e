"""A role of the server's as a careful bot has one."""

import os
from collections.abc import Iterator

import pytest

from tests.databases import Server


@pytest.fixture(scope="session")
def bot_role(server: Server) -> Iterator[str]:
    """The name of a role that may sign in and owns nothing."""
    role = f"hsl_test_bot_{os.getpid()}"
    server.execute("DROP ROLE IF EXISTS {}", role)
    server.execute("CREATE ROLE {} LOGIN PASSWORD 'bot'", role)
    yield role
    server.execute("DROP ROLE {}", role)
