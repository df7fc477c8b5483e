"""Rooms for days on which everything goes wrong."""

from collections.abc import Callable, Iterator

import pytest

from tests.databases import Database
from tests.faults.room import Room


@pytest.fixture
def room(fresh_database: Callable[[], Database]) -> Iterator[Room]:
    """A school of its own with Telegram beside it; no worker yet."""
    database = fresh_database()
    with database.as_django(), Room(database) as made:
        yield made
