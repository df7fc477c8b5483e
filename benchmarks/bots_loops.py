"""The loops with which bots send to many: ``python -m benchmarks.bots_loops sleep|gather <telegram> <database>``.

Each keeps who got the message right after Telegram's answer, which is the best such a loop does; waits as a 429 asks;
and when it is started again goes on with whom its record does not hold.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable

import psycopg
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter

RATE = 300
AT_ONCE = 30
TOKEN = "7000000002:of-a-benchmark"  # noqa: S105 - opens nothing: the simulator takes any
TEXT = "Привет! Завтра урок, ссылка придёт за час."

Send = Callable[[int], Awaitable[None]]


async def by_sleep(send: Send, user_ids: list[int]) -> None:
    """One after another, with a sleep between them."""
    for user_id in user_ids:
        await send(user_id)
        await asyncio.sleep(1 / RATE)


async def by_gather(send: Send, user_ids: list[int]) -> None:
    """All at once, so many of them at a time."""
    at_once = asyncio.Semaphore(AT_ONCE)

    async def one(user_id: int) -> None:
        async with at_once:
            await send(user_id)

    await asyncio.gather(*map(one, user_ids))


LOOPS = {"sleep": by_sleep, "gather": by_gather}


async def run(loop: str, telegram: str, database: str) -> None:
    """Send to everybody whom the record does not hold."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(telegram))
    async with (
        Bot(TOKEN, session=session) as bot,
        await psycopg.AsyncConnection.connect(database, autocommit=True) as conn,
    ):
        left = await (
            await conn.execute("SELECT user_id FROM plain_loop WHERE NOT sent ORDER BY user_id")
        ).fetchall()

        async def send(user_id: int) -> None:
            while True:
                try:
                    await bot.send_message(user_id, TEXT)
                    break
                except TelegramRetryAfter as asked:
                    await asyncio.sleep(asked.retry_after)
            await conn.execute("UPDATE plain_loop SET sent = true WHERE user_id = %s", [user_id])

        await LOOPS[loop](send, [row[0] for row in left])


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:4]))
