"""While the bytes of a file go to Telegram, everybody else's statements go on."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from psycopg_pool import AsyncConnectionPool

from hsl.broadcasts import uploads
from hsl.broadcasts.content import Content, MediaRef
from hsl.broadcasts.filling import Filler, Person
from hsl.broadcasts.sender.database import OPTIONS
from hsl.broadcasts.sender.outbox import Outgoing
from hsl.broadcasts.sender.store import Store
from hsl.broadcasts.sender.uploading import Uploading
from hsl.connection import parameters
from hsl.telegram.client import Telegram
from hsl.telegram.outcomes import Outcome
from tests.broadcasts.sender.conftest import BOT, Desk, bot_at
from tests.telegram.simulated import SimulatedTelegram

PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)


def test_a_slow_upload_takes_no_connection_from_who_settles(desk: Desk, telegram: SimulatedTelegram) -> None:
    desk.people(1, 2)
    upload = uploads.keep("photo", "x.png", PNG)
    media = MediaRef("photo", upload=upload.pk)
    filler = Filler(Content("x", media=media), None, None)
    message = Outgoing(desk.live(desk.message()), filler, 0, proved=True)
    telegram.faults({"kind": "slow", "seconds": 60})

    async def beside() -> tuple[list[tuple[Any, ...]], Outcome]:
        pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
            kwargs=parameters("hsl sender", OPTIONS), min_size=1, max_size=1, timeout=5, open=False
        )
        async with pool, _telegram(telegram) as bot:
            uploading = Uploading(Store(pool, BOT), bot)

            def send(chat_id: int) -> Awaitable[Outcome]:
                return uploading.send(chat_id, message, media, filler.copy(Person(chat_id, None, None, None)))

            first = asyncio.ensure_future(send(1))
            while not await asyncio.to_thread(telegram.received):
                await asyncio.sleep(0.01)
            settled = await uploading._store.run("SELECT 1")
            other = await send(2)
            assert not first.done()
            first.cancel()
            with suppress(asyncio.CancelledError):
                await first
            return settled, other

    settled, other = desk.do(beside())
    assert settled == [(1,)]
    assert other.reason == "uploading", "one upload of a file at a time"


def _telegram(telegram: SimulatedTelegram) -> Telegram:
    return bot_at(telegram, connections=4)
