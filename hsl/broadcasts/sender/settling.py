"""What became of recipients, on its way into the database: kept until its commit is confirmed, and repeated."""

import asyncio

import structlog

from hsl.broadcasts.sender.store import AWAY, Settlement, Store

EVERY_SECONDS = 0.1
MOST = 1000
AGAIN_SECONDS = 0.5

log = structlog.get_logger()


class Settling:
    """Gathers settlements and writes them, a batch at a time. Written twice, the second changes nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Settlement] = []
        self._writing = asyncio.Lock()
        self.touched: set[int] = set()
        """Messages of which something was settled since somebody last asked."""

    def add(self, settlement: Settlement) -> None:
        """Settle this one soon."""
        self._waiting.append(settlement)

    async def run(self) -> None:
        """Write what gathers, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            while self._waiting and await self._write():
                pass
            if self._waiting:
                await asyncio.sleep(AGAIN_SECONDS)

    async def drain(self) -> None:
        """Write all that waits; for as long as the database is away, wait for it."""
        while self._waiting:
            if not await self._write():
                await asyncio.sleep(AGAIN_SECONDS)

    def keys(self) -> set[tuple[int, int]]:
        """Recipients and tokens of what waits to be written."""
        return {(one.recipient_id, one.token) for one in self._waiting}

    async def _write(self) -> bool:
        async with self._writing:
            batch = self._waiting[:MOST]
            try:
                if batch:
                    await self._store.settle(batch)
            except AWAY as error:
                log.warning("settling waits", deliveries=len(self._waiting), error=str(error).strip())
                return False
            del self._waiting[: len(batch)]
            self.touched.update(one.message_id for one in batch)
            return True
