"""The simulator in a thread, with what a test asks of it."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, Self, TypeVar
from urllib.parse import urlencode

import httpx

from hsl.telegram.simulator.server import Simulator
from hsl.telegram.simulator.settings import Settings

TOKEN = "7000000001:simulated-for-tests"
Result = TypeVar("Result")


class SimulatedTelegram:
    """Telegram on a free port of this machine, for as long as the context lasts; without limits unless they are set.

    Attributes:
        url: for ``HSL_TELEGRAM_API_URL``.
        token: for ``HSL_BOT_TOKEN``; any token of the right shape is good.
    """

    token = TOKEN

    def __init__(self, port: int = 0, **settings: float) -> None:
        """``settings`` are those of the simulator, over none at all."""
        unlimited: dict[str, Any] = {"bot_per_second": 1e9, "chat_per_second": 1e9, "chat_burst": 1e9}
        self._settings = Settings(**(unlimited | settings))
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True)

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        self._simulator = Simulator(self._settings)
        self._port = self._run(self._simulator.start("127.0.0.1", self._port))
        self.url = f"http://127.0.0.1:{self._port}"
        return self

    def __exit__(self, *_: object) -> None:
        """Stop; what was received is forgotten."""
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _stop(self) -> None:
        await self._simulator.stop()
        slow = asyncio.all_tasks() - {asyncio.current_task()}  # who waits to answer somebody who has gone
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        for _ in range(3):  # a connection that was cut is closed by the loop's next rounds
            await asyncio.sleep(0)

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        future: Future[Result] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(30)

    def ask(self, path: str, given: object = None) -> Any:
        """GET, or POST of what is given as JSON; an answer that is no success too."""
        if given is None:
            return httpx.get(self.url + path, timeout=10).json()
        return httpx.post(self.url + path, json=given, timeout=10).json()

    def received(self, *chat_ids: int, **filters: str) -> list[dict[str, Any]]:
        """Messages in the order of their acceptance: of these chats, else of all."""
        pairs = [("chat_id", str(chat)) for chat in chat_ids] + list(filters.items())
        found: list[dict[str, Any]] = self.ask("/__received?" + urlencode(pairs))["messages"]
        return found

    def texts(self, *chat_ids: int) -> list[str]:
        """What they read."""
        return [message["text"] for message in self.received(*chat_ids)]

    def counts(self) -> dict[str, Any]:
        """How many were accepted: in all, by second and chat; how many requests were answered 429."""
        found: dict[str, Any] = self.ask("/__received?messages=no&by_chat=yes")
        return found

    def faults(self, *faults: dict[str, Any]) -> None:
        """What shall go wrong from now on; nothing, where none are given."""
        assert "error" not in self.ask("/__faults", list(faults))

    def people(self, **states: Any) -> None:
        """Who can't be written to: ``people(blocked=[1], migrated={-4: -1004})``."""
        assert "error" not in self.ask("/__people", states)

    def set(self, **settings: Any) -> None:
        """Change settings of the simulator."""
        assert "error" not in self.ask("/__settings", settings)

    def reset(self) -> None:
        """Forget all but the settings."""
        self.ask("/__reset", {})
