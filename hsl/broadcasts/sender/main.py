"""Runs the sender inside ``hsl worker``, beside the fold and the jobs."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import ParamSpec, TypeVar

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from psycopg import AsyncConnection, Error
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from hsl.broadcasts.bot import send_rate
from hsl.broadcasts.content import Content
from hsl.broadcasts.filling import Filler
from hsl.broadcasts.sender.database import OPTIONS
from hsl.broadcasts.sender.outbox import Outbox
from hsl.broadcasts.sender.store import Store
from hsl.broadcasts.sender.worker import Sender
from hsl.broadcasts.starting import start_due
from hsl.broadcasts.tracking import tracker
from hsl.broadcasts.uploads import file_id
from hsl.connection import parameters
from hsl.school.models import CourseStream
from hsl.telegram.bot import our_bot
from hsl.telegram.client import Telegram

CONNECTIONS = 4
TIMEOUT_SECONDS = 30.0
START_SECONDS = 0.5
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 10.0
AWAY = (Error, PoolTimeout, DatabaseError, InterfaceError, OSError)

log = structlog.get_logger()
P = ParamSpec("P")
T = TypeVar("T")


def work(stop: threading.Event) -> None:
    """Send until ``stop`` is set, with what ``HSL_BOT_TOKEN`` names; without a token, nothing.

    A lost database is waited for, longer each time up to ten seconds.
    """
    bot = our_bot()
    if bot is None:
        return
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            asyncio.run(_work(stop, bot))
        except AWAY as error:
            log.warning("the sender stopped", error=str(error).strip(), again_in_seconds=pause)
        except Exception:
            log.exception("the sender failed", again_in_seconds=pause)
        else:
            continue
        stop.wait(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


async def _work(stop: threading.Event, bot: int) -> None:
    stopping = asyncio.Event()
    beside_us, filling = _Thread("starting"), _Thread("filling")
    streams: dict[str, str] = await beside_us.run(_streams)
    pool: AsyncConnectionPool[AsyncConnection[object]] = AsyncConnectionPool(
        kwargs=parameters("hsl sender", OPTIONS), min_size=1, max_size=CONNECTIONS, timeout=5, open=False
    )
    async with pool:
        sender = Sender(
            Store(pool, bot),
            lambda may_write: Telegram(
                settings.BOT_TOKEN,
                api_url=settings.TELEGRAM_API_URL,
                connections=256,
                timeout=TIMEOUT_SECONDS,
                before_write=may_write,
            ),
            lambda store, sender: Outbox(
                store, sender, lambda one, content: filling.run(_filler, one, content)
            ),
            lambda: streams,
            await beside_us.run(send_rate),
        )
        beside = [
            asyncio.create_task(_until_set(stop, stopping)),
            asyncio.create_task(_start_on(bot, streams, beside_us)),
        ]
        try:
            await sender.run(stopping)
        finally:
            for task in beside:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*beside)
            for thread in (beside_us, filling):
                await thread.run(_close)
                thread.end()


async def _until_set(stop: threading.Event, stopping: asyncio.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(0.1)
    stopping.set()


class _Thread:
    """A thread for what goes through Django's connection: a large audience takes it seconds."""

    def __init__(self, name: str) -> None:
        self._one = ThreadPoolExecutor(1, f"hsl-{name}")

    async def run(self, act: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """What ``act`` gives, from the thread."""
        return await asyncio.get_running_loop().run_in_executor(self._one, partial(act, *given, **named))

    def end(self) -> None:
        """No more is run."""
        self._one.shutdown(wait=False)


async def _start_on(bot: int, streams: dict[str, str], beside_us: _Thread) -> None:
    """Start messages whose time has come."""
    while True:
        try:
            await beside_us.run(start_due, bot)
            streams.update(await beside_us.run(_streams))
        except AWAY as error:
            log.warning("starting waits", error=str(error).strip())
            await beside_us.run(_close)
        except Exception:
            log.exception("starting failed")
        await asyncio.sleep(START_SECONDS)


def _close() -> None:
    """This thread's connection: it is looked up in the thread that runs this."""
    connection.close()


def _streams() -> dict[str, str]:
    """What people call each stream."""
    return {one.course_stream: str(one) for one in CourseStream.objects.all()}


def _filler(message_id: int, content: Content) -> Filler:
    bot = our_bot()
    media = content.media
    known = media.file_id if media else ""
    if media and not known and media.upload is not None and bot is not None:
        known = file_id(media.upload, bot)
    return Filler(content, known or None, tracker(message_id) if content.tracked else None)
