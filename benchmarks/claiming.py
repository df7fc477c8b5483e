"""The sender through an audience of everybody, without the network: its start, claims and settles, progress; at the
beginning and at the end of the audience, and while an old snapshot is open."""

import asyncio
import time
from functools import partial
from typing import Any

from django.conf import settings as django_settings
from psycopg_pool import AsyncConnectionPool

from benchmarks.delivering import TEXT, TOKEN
from benchmarks.figures import Figure, milliseconds, timed
from benchmarks.setting import Setting
from hsl.broadcasts import controls, services
from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.queries import counts
from hsl.broadcasts.sender.database import OPTIONS
from hsl.broadcasts.sender.store import Live, Settlement, Store
from hsl.broadcasts.services import Draft, create, schedule
from hsl.broadcasts.starting import start
from hsl.broadcasts.statuses import Delivery
from hsl.connection import parameters
from hsl.telegram.bot import our_bot

PART = "The sender, in the database"
BATCH = 1000
"""A tenth of a second's recipients at 10,000 a second: the database is to be the limit here, not its commits."""


def measure(setting: Setting) -> list[Figure]:
    """Everybody gets a message; the rows are claimed and settled as sent, to nobody."""
    django_settings.BOT_TOKEN = TOKEN
    message = create(Draft(Content(TEXT), Audience(groups=("all",))), actor=None)
    schedule(message, None, actor=None)
    started = time.perf_counter()
    start(message)
    chosen = time.perf_counter() - started
    first, old, last = asyncio.run(_walk(setting, message))
    figures = [
        Figure(
            PART, f"an audience of {setting.people:,} chosen", chosen, "s", 20 * setting.people / 1_000_000
        ),
        Figure(PART, "claims and settles", first, "/s", 15_000, at_least=True),
        Figure(PART, "the same with an old snapshot open", old, "/s", 15_000, at_least=True),
        Figure(PART, "the last hundredth against the first: times slower", first / last, "×", 1.5),
        milliseconds(PART, "progress by status and reason", timed(partial(counts, [message]), repeat=50), 5),
    ]
    controls.cancel(message, actor=None)
    services.delete(message, actor=None)
    return figures


async def _walk(setting: Setting, message: int) -> tuple[float, float, float]:
    """Recipients a second: at the beginning, then with a snapshot open since the beginning, then at the end."""
    pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
        kwargs=parameters("hsl sender", OPTIONS), min_size=1, max_size=2, open=False
    )
    async with pool:
        store = Store(pool, our_bot() or 0)
        sender = await store.enlist("benchmark", 0)
        live = next(one for one in await store.live() if one.message_id == message)
        part = max(setting.people // 10, 1000)
        mark, first = await _through(store, live, sender, live.mark, part)
        with setting.connect() as holder:
            holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            holder.execute("SELECT FROM public.message_recipients LIMIT 1")
            mark, _ = await _through(store, live, sender, mark, 2 * part)
            mark, old = await _through(store, live, sender, mark, part)
            end = live.last - max(setting.people // 100, 500)
            _, last = await _through(store, live, sender, end, live.last - end)
            holder.execute("ROLLBACK")
        await store.leave(sender)
    return first, old, last


async def _through(store: Store, live: Live, sender: int, mark: int, most: int) -> tuple[int, float]:
    """Claim and settle so many, each batch as it is claimed; gives the mark, and how many a second."""
    done, started, looked_at = 0, time.perf_counter(), time.perf_counter()
    while done < most:
        claimed = await store.claim(live, mark, BATCH, sender)
        if not claimed:
            break
        mark = claimed[-1].recipient_id
        await store.settle(
            [
                Settlement(who.recipient_id, who.message_id, who.token, Delivery.SENT, telegram_message_id=1)
                for who in claimed
            ]
        )
        done += len(claimed)
        if time.perf_counter() - looked_at > 1:
            await store.progress(live.message_id, mark)
            looked_at = time.perf_counter()
    return mark, done / (time.perf_counter() - started)
