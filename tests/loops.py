"""Event loops of tests' own. A session's browser keeps one running in the main thread, where no other may run then."""

import asyncio
import threading
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from typing import Self, TypeVar

Result = TypeVar("Result")


def run(awaited: Awaitable[Result]) -> Result:
    """Wait for it in a loop of its own."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, _waited(awaited)).result()


class Loop:
    """A loop that goes on from one call to the next; a context manager."""

    def __enter__(self) -> Self:
        """Begin."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="loop", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def run(self, awaited: Awaitable[Result]) -> Result:
        """Wait for it."""
        return asyncio.run_coroutine_threadsafe(_waited(awaited), self._loop).result(60)


async def _waited(awaited: Awaitable[Result]) -> Result:
    return await awaited
