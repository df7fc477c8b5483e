"""A cache of people of the test's own, whose seconds pass when told to."""

from collections.abc import Iterator

import psycopg
import pytest

from hsl.people.cache import UserCache
from tests.people.caches import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def users(school: psycopg.Connection, clock: Clock) -> Iterator[UserCache]:
    """A cache with nothing in it."""
    made = UserCache(clock=clock)
    yield made
    made.wait()
