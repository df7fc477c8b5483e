"""The sender against the simulator, in processes of their own: how much of a budget it uses, and how evenly."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings as django_settings

from benchmarks.figures import Figure
from benchmarks.setting import Setting
from hsl.broadcasts import controls, services, spending
from hsl.broadcasts.audience import Audience
from hsl.broadcasts.bot import FREE_RATE
from hsl.broadcasts.content import Content
from hsl.broadcasts.services import Draft, create, schedule

PART = "The sender, against the simulator"
BOT = 7_000_000_001
TOKEN = f"{BOT}:of-a-benchmark"
CLIMB_SECONDS = 6
TEXT = "Привет, {first_name|друг}! Завтра урок, ссылка придёт за час."


def measure(setting: Setting) -> list[Figure]:
    """With budgets of 30 and 1,000 a second; one worker and two."""
    django_settings.BOT_TOKEN = TOKEN
    seconds = max(10, 2 * setting.seconds)
    slow = _sending(setting, rate=30, workers=1, seconds=seconds)
    fast = _sending(setting, rate=1000, workers=1, seconds=seconds)
    shared = _sending(setting, rate=200, workers=2, seconds=seconds // 2)
    return [
        Figure(
            PART, f"of a budget of 30 a second, used over {seconds} s", slow.share(30), "%", 99, at_least=True
        ),
        Figure(PART, "429s met with it", slow.throttled, "", 0),
        Figure(
            PART, f"a budget of 1,000 a second, one worker, {seconds} s", fast.rate, "/s", 950, at_least=True
        ),
        Figure(PART, "429s met with it", fast.throttled, "", None),
        Figure(PART, "memory of the worker (resident)", fast.megabytes, "MB", 150),
        Figure(PART, "two workers, a budget of 200: the fullest second", shared.fullest, "", 200),
        Figure(PART, "two workers, a budget of 200: used", shared.share(200), "%", None),
    ]


class Seen:
    """What the simulator saw in the seconds after the climb."""

    def __init__(self, received: dict[str, Any], since: int, seconds: int, megabytes: float) -> None:
        counted = {int(second): count for second, count in received["per_second"].items()}
        self.window = [counted.get(since + n, 0) for n in range(seconds)]
        self.rate: float = sum(self.window) / seconds
        self.fullest = max(counted.values(), default=0)
        self.throttled: int = received["throttled"]
        self.megabytes = megabytes

    def share(self, budget: int) -> float:
        """Of the budget, in per cent."""
        return 100 * self.rate / budget


def _sending(setting: Setting, *, rate: int, workers: int, seconds: int) -> Seen:
    """Send to everybody for so long after the climb, then cancel."""
    setting.bare.execute(
        "DELETE FROM hsl.bots WHERE bot_id = %s", [BOT]
    )  # no 429 of an earlier run is remembered
    with ExitStack() as stack:
        url = stack.enter_context(simulator(bot_per_second=min(rate, FREE_RATE), paid_per_second=rate))
        content = Content(TEXT, paid=rate > FREE_RATE)
        spending.allow_paid(content.paid, actor=None)
        message = create(Draft(content, Audience(groups=("all",))), actor=None)
        schedule(message, None, actor=None)
        running = [stack.enter_context(_worker(setting, url, rate)) for _ in range(workers)]
        while not received(url)["total"]:
            time.sleep(0.1)
        time.sleep(CLIMB_SECONDS)
        since = int(time.time()) + 1
        time.sleep(seconds + 1)
        megabytes = max(_resident(process.pid) for process in running)
        seen = Seen(received(url), since, seconds, megabytes)
        controls.cancel(message, actor=None)
    services.delete(message, actor=None)
    # At once, or autovacuum takes a core from the next measurement.
    setting.bare.execute("VACUUM ANALYZE public.message_recipients, hsl.deliveries")
    return seen


@contextmanager
def simulator(**limits: float) -> Iterator[str]:
    """A simulator with these limits; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = [part for name, value in limits.items() for part in ("--set", f"{name}={value}")]
    process = subprocess.Popen(
        [sys.executable, "-m", "hsl", "simulator", "--port", str(port), *named],
        env={**os.environ, "HSL_SECRET_KEY": django_settings.SECRET_KEY},
        stdout=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _worker(setting: Setting, telegram: str, rate: int) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "hsl", "worker"],
        env={
            **os.environ,
            "DATABASE_URL": setting.url,
            "HSL_SECRET_KEY": django_settings.SECRET_KEY,
            "HSL_BOT_TOKEN": TOKEN,
            "HSL_TELEGRAM_API_URL": telegram,
            "HSL_SEND_RATE": str(rate),
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(url: str) -> None:
    for _attempt in range(300):
        try:
            received(url)
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def received(url: str) -> dict[str, Any]:
    """What a simulator has counted."""
    found: dict[str, Any] = httpx.get(f"{url}/__received?messages=no", timeout=30).json()
    return found


def _resident(pid: int) -> float:
    """Megabytes that a process holds, as Linux counts them."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
