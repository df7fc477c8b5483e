"""The fold: how many people a second in bulk, how far behind under load, how long a rebuild and a
verification."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.conf import settings

from benchmarks import pgbench
from benchmarks.figures import Figure, Times
from benchmarks.setting import Setting
from hsl.projections.fold import fold_to_the_end
from hsl.projections.recount import ask_rebuild
from hsl.projections.verify import verify

PART = "The fold"
FACTS_A_SECOND = 1000
PROBE_SECONDS = 0.05
NEWCOMERS = 8_000_000_000
"""Ids above those of the generator's people."""


def measure(setting: Setting) -> list[Figure]:
    """All of it; the facts that it adds are taken away again, and folded."""
    with facts_taken_away(setting):
        figures = [_bulk(setting), lag(setting)]
    return [*figures, rebuild(setting), _verification(setting)]


@contextmanager
def facts_taken_away(setting: Setting) -> Iterator[None]:
    """Take the events that come meanwhile away again, and fold."""
    last = _last_event(setting)
    yield
    setting.bare.execute("DELETE FROM public.events WHERE id > %s", [last])
    fold_to_the_end(setting.conn)


def _last_event(setting: Setting) -> int:
    row = setting.bare.execute("SELECT max(id) FROM public.events").fetchone()
    return int(row[0]) if row else 0


def _bulk(setting: Setting) -> Figure:
    """One event each for a tenth of all people, written at once."""
    fold_to_the_end(setting.conn)
    people = setting.random_user_ids(setting.people // 10)
    setting.bare.execute(
        "INSERT INTO public.events (user_id, event_type) SELECT unnest(%s::bigint[]), 'view_program'",
        [people],
    )
    started = time.perf_counter()
    fold_to_the_end(setting.conn)
    rate = len(people) / (time.perf_counter() - started)
    return Figure(PART, f"{len(people):,} people in bulk", rate, "people/s", 7500, at_least=True)


def lag(setting: Setting) -> Figure:
    """From the commit of a newcomer's event to when they are in the projection, while a thousand facts a
    second come."""
    with _worker(setting), _load(setting, setting.seconds):
        taken = list(_probes(setting))
    times = Times(tuple(taken))
    name = f"lag under {FACTS_A_SECOND:,} facts a second (median {times.median * 1000:.0f} ms)"
    return Figure(PART, name, times.p95 * 1000, "ms", 1000)


@contextmanager
def _worker(setting: Setting) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", "hsl", "worker"],
        env={**os.environ, "DATABASE_URL": setting.url, "HSL_SECRET_KEY": settings.SECRET_KEY},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def _load(setting: Setting, seconds: int) -> Iterator[None]:
    """A thousand facts a second from a bot's connections, some people far busier than others."""
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(
            pgbench.run, setting, "any_event", clients=8, seconds=seconds, rate=FACTS_A_SECOND
        )
        yield
        writing.result()


def under_load(setting: Setting, seconds: int) -> None:
    """Let the bot write and the worker fold for so long, then fold what the worker left: a page would, once."""
    with _worker(setting), _load(setting, seconds):
        pass
    fold_to_the_end(setting.conn)


def _probes(setting: Setting) -> Iterator[float]:
    time.sleep(min(3, setting.seconds / 2))
    until = time.monotonic() + setting.seconds * 0.7
    newcomer = NEWCOMERS + int(time.time() * 1000)
    with setting.connect() as conn:
        while time.monotonic() < until:
            newcomer += 1
            conn.execute(
                "INSERT INTO public.events (user_id, event_type) VALUES (%s, 'start_command')", [newcomer]
            )
            committed = time.perf_counter()
            while not conn.execute("SELECT FROM hsl.user_cache WHERE user_id = %s", [newcomer]).fetchall():
                time.sleep(0.005)
            yield time.perf_counter() - committed
            time.sleep(PROBE_SECONDS)


def rebuild(setting: Setting) -> Figure:
    """Everything anew from the facts."""
    started = time.perf_counter()
    ask_rebuild(setting.conn)
    fold_to_the_end(setting.conn)
    return Figure(PART, "rebuild", time.perf_counter() - started, "s", 180)


def _verification(setting: Setting) -> Figure:
    started = time.perf_counter()
    found = verify(setting.conn)
    seconds = time.perf_counter() - started
    state = "clean" if found.clean else f"NOT clean: {found.differences}"
    return Figure(PART, f"verify, {state}", seconds, "s", 180)
