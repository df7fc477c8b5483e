"""What the tests of the projections share."""

import time
from collections.abc import Callable

import pytest

PATIENCE_SECONDS = 30


@pytest.fixture
def wait_until() -> Callable[[Callable[[], bool]], None]:
    """Wait for what another thread brings about; fails when it never comes."""

    def wait(there: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not there():
            assert time.monotonic() < end, "it never came"
            threading_pause()

    return wait


def threading_pause() -> None:
    """Let the other threads run."""
    time.sleep(0.01)
