"""Two things at once."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.adoption.bots import Connection


@contextmanager
def beside(act: Callable[[], object]) -> Iterator[None]:
    """``act`` in a thread of its own, begun before the block and over after it; its error is raised."""
    errors: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - raised in the test's own thread
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join()
    if errors:
        raise errors[0]


def wait_until(conn: Connection, condition: str) -> None:
    """Ask the database until the condition holds; half a minute at most."""
    deadline = time.monotonic() + 30
    while conn.execute(f"SELECT ({condition}) IS TRUE".encode()).fetchone() != (True,):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within half a minute: {condition}")
        time.sleep(0.01)
