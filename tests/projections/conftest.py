"""What the tests of the projections share."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest

from hsl.projections.connect import another

PATIENCE_SECONDS = 30


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    """Wait for what another thread brings about; fails when it never comes."""

    def wait(there: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not there():
            assert time.monotonic() < end, "it never came"
            _let_others_run()

    return wait


def _let_others_run() -> None:
    """Let the other threads run."""
    time.sleep(0.01)


@pytest.fixture
def late(bot: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """Another connection of a bot's, for a transaction that commits late."""
    with closing(another(bot)) as conn:
        yield conn
