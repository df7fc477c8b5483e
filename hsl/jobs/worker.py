"""Takes jobs from the queue, inside ``hsl worker``, beside the fold."""

import asyncio
import threading
from contextlib import suppress

import psycopg
import structlog
from django.db import DatabaseError, InterfaceError, connection
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django import connector_params
from procrastinate.exceptions import ConnectorException

from hsl.jobs.services import take_up_lost
from hsl.jobs.tasks import STOPPING

AT_ONCE = 2
"""So many jobs run at a time in a process: a long one does not hold up a short one."""
LOST_SECONDS = 10.0
LOOK_SECONDS = 0.2
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0

log = structlog.get_logger()


def work(stop: threading.Event) -> None:
    """Run jobs until ``stop`` is set; those under way then end at their next report of progress.

    A lost database is waited for, longer each time up to ten seconds.
    """
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        STOPPING.clear()  # each time anew: it is set whenever the work ends, also by a lost database
        try:
            asyncio.run(_work(stop))
        except (ConnectorException, DatabaseError, InterfaceError, psycopg.Error, OSError) as error:
            log.warning("jobs stopped", error=str(error).strip(), again_in_seconds=pause)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


async def _work(stop: threading.Event) -> None:
    app = queue.with_connector(_connector())
    async with app.open_async():
        worker = asyncio.create_task(_worker(app))
        try:
            await _watch(stop, worker)
        finally:
            STOPPING.set()
            worker.cancel()
            with suppress(asyncio.CancelledError):
                await worker


async def _worker(app: App) -> None:
    await app.run_worker_async(
        queues=["jobs"], concurrency=AT_ONCE, delete_jobs="always", install_signal_handlers=False
    )


async def _watch(stop: threading.Event, worker: "asyncio.Task[None]") -> None:
    """Look for lost jobs now and then, until ``stop`` is set or the worker ends."""
    loop = asyncio.get_running_loop()
    looked_at = float("-inf")
    while not stop.is_set() and not worker.done():
        if loop.time() - looked_at >= LOST_SECONDS:
            looked_at = loop.time()
            await asyncio.to_thread(_take_up_lost)
        await asyncio.wait([worker], timeout=LOOK_SECONDS)


def _take_up_lost() -> None:
    try:
        take_up_lost()
    finally:
        connection.close()


def _connector() -> PsycopgConnector:
    return PsycopgConnector(
        kwargs=connector_params() | {"application_name": "hsl jobs"}, min_size=1, max_size=AT_ONCE + 2
    )
