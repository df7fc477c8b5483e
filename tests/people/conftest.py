"""What tests about people need: the cache of the process begins anew in each."""

from collections.abc import Iterator

import psycopg
import pytest

from hsl.people.cache import user_cache
from hsl.projections.fold import fold


@pytest.fixture(autouse=True)
def cold_cache(school: psycopg.Connection) -> Iterator[None]:
    """Nothing is in memory yet, and nothing stays there."""
    fold(school)
    user_cache.forget()
    yield
    user_cache.forget()
