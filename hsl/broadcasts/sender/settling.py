"""What became of recipients, on its way into the database: kept until its commit is confirmed, and repeated."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import structlog

from hsl.broadcasts.sender.database import AWAY, by_halves, passes
from hsl.broadcasts.sender.store import Settlement, Store
from hsl.broadcasts.statuses import UNNOTED, Delivery

EVERY_SECONDS = 0.1
MOST = 1000
AGAIN_SECONDS = 0.5

log = structlog.get_logger()


class Settling:
    """Gathers settlements and writes them, a batch at a time. Written twice, the second changes nothing.

    One that the database refuses, whatever it is, holds up nobody else's: it is set aside, and told once more by
    ``retry``. Refused again, its recipient ends as unknown.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Settlement] = []
        self._aside: dict[tuple[int, int], Settlement] = {}
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

    async def retry(self) -> None:
        """Tell what was set aside once more; what is refused again is unknown. Where that is refused too it stays
        aside, and its row claimed, until this worker has ended and another sweeps it."""
        for key, settlement in list(self._aside.items()):
            for told in (settlement, _unknown(settlement)):
                if await self._told(told):
                    self._aside.pop(key, None)
                    break

    async def drain(self, seconds: float) -> None:
        """Write all that waits; where the database is away, wait for it, at most so long. What is left then others will
        take for unknown."""
        with suppress(*AWAY):
            async with asyncio.timeout(seconds):
                while self._waiting:
                    if not await self._write():
                        await asyncio.sleep(AGAIN_SECONDS)
                await self.retry()
        if left := self.keys():
            log.error("not noted, so these deliveries will be unknown", deliveries=len(left))

    def keys(self) -> set[tuple[int, int]]:
        """Recipients and tokens of what waits to be written, or was set aside."""
        return {_key(one) for one in self._waiting} | self._aside.keys()

    def unsettled(self) -> int:
        """How many wait to be written, or were set aside."""
        return len(self._waiting) + len(self._aside)

    async def _write(self) -> bool:
        async with self._writing:
            batch = self._waiting[:MOST]
            try:
                if batch:
                    await by_halves(batch, self._store.settle, self._set_aside)
            except Exception as error:  # noqa: BLE001 # the next batch comes all the same
                log.warning("settling waits", deliveries=len(self._waiting), error=str(error).strip())
                return False
            del self._waiting[: len(batch)]
            self.touched.update(one.message_id for one in batch)
            return True

    async def _set_aside(self, settlement: Settlement, error: Exception) -> None:
        log.error(
            "the database refuses what became of a recipient",
            recipient=settlement.recipient_id,
            message=settlement.message_id,
            status=settlement.status,
            telegram_message_id=settlement.telegram_message_id,
            error=str(error).strip(),
        )
        self._aside[_key(settlement)] = settlement

    async def _told(self, settlement: Settlement) -> bool:
        """Whether the database takes it now. Raises where it is away."""
        try:
            await self._store.settle([settlement])
        except Exception as error:
            if passes(error):
                raise
            return False
        self.touched.add(settlement.message_id)
        return True


def _key(settlement: Settlement) -> tuple[int, int]:
    return settlement.recipient_id, settlement.token


def _unknown(settlement: Settlement) -> Settlement:
    return replace(
        settlement, status=Delivery.UNKNOWN, reason=UNNOTED, words="", telegram_message_id=None, wait=0.0
    )
