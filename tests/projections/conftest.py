"""What the tests of the projections share."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from hsl.projections.connect import another


@pytest.fixture
def late(bot: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """Another connection of a bot's, for a transaction that commits late."""
    with closing(another(bot)) as conn:
        yield conn
