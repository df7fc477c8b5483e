"""A school whose facts follow no rules, as adopted ones may."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from hsl.projections.fold import fold
from tests.analytics.facts import RELAX, Facts
from tests.databases import Database

Scatter = Callable[[int], psycopg.Connection]


@pytest.fixture
def scattered(fresh_database: Callable[[], Database]) -> Iterator[Scatter]:
    """Makes a school of random facts by a seed, folded; Django's connection and the one given read it."""
    database = fresh_database()
    database.execute(RELAX)
    with database.as_django(), database.connect(options="-c search_path=hsl,public") as conn:

        def scatter(seed: int) -> psycopg.Connection:
            Facts(seed).fill(conn)
            fold(conn)
            return conn

        yield scatter
