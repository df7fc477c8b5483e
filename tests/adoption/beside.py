"""Two things at once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.adoption.bots import Connection
from tests.waiting import until


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
    """Ask the database until the condition holds."""
    asked = f"SELECT ({condition}) IS TRUE".encode()
    until(lambda: conn.execute(asked).fetchone() == (True,), condition)
