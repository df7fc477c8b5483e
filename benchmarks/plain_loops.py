"""The same messages by the loops that bots use, against the simulator: how fast, how many 429s, what a kill leaves.

The simulator's limit is 300 a second, ten times Telegram's, so that nobody waits for it; the loops are told so.
"""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from benchmarks.delivering import received, simulator
from benchmarks.figures import Figure
from benchmarks.setting import Setting

PART = "Plain loops of bots, a limit of 300 a second"
LIMIT, NO_LIMIT = 300, 1_000_000
MESSAGES, A_FEW = 10_000, 1_000
PATIENCE_SECONDS, LITTLE_PATIENCE_SECONDS = 120, 15
NAMES = {
    "sleep": "aiogram, a sleep between sends",
    "gather": "aiogram, gather with a semaphore of 30",
}


def measure(setting: Setting) -> list[Figure]:
    """Each loop to its end, or for two minutes; then one that is killed halfway."""
    long = setting.seconds >= 10
    messages = MESSAGES if long else A_FEW
    patience = PATIENCE_SECONDS if long else LITTLE_PATIENCE_SECONDS
    figures: list[Figure] = []
    for loop, name in NAMES.items():
        with _record(setting, messages), simulator(bot_per_second=LIMIT) as url:
            started = time.monotonic()
            with _running(setting, loop, url) as process:
                _until(partial(_has_ended, process), patience)
            seconds = time.monotonic() - started
            seen = received(url)
        figures += [
            Figure(PART, f"{name}: of {messages:,} sent in {seconds:.0f} s", seen["total"], "", None),
            Figure(PART, f"{name}: rate", seen["total"] / seconds, "/s", None),
            Figure(PART, f"{name}: 429s met", seen["throttled"], "", None),
            Figure(
                PART, f"{name}: sent twice after a kill halfway", _killed(setting, loop, messages), "", None
            ),
        ]
    return figures


def _killed(setting: Setting, loop: str, messages: int) -> int:
    """How many messages had been sent and not recorded when the loop was killed: started again it sends them again. No
    limit here, else gather never comes halfway."""
    with _record(setting, messages), simulator(bot_per_second=NO_LIMIT) as url:
        with _running(setting, loop, url) as process:
            _until(lambda: received(url)["total"] >= messages / 2, LITTLE_PATIENCE_SECONDS * 3)
            process.send_signal(signal.SIGKILL)
            process.wait()
        time.sleep(0.5)  # what was written before the kill arrives
        recorded = setting.bare.execute("SELECT count(*) FROM public.plain_loop WHERE sent").fetchone()
        return int(received(url)["total"]) - int(recorded[0] if recorded else 0)


@contextmanager
def _record(setting: Setting, messages: int) -> Iterator[None]:
    """Where a loop keeps who got the message."""
    setting.bare.execute("DROP TABLE IF EXISTS public.plain_loop")
    setting.bare.execute(
        "CREATE TABLE public.plain_loop (user_id bigint PRIMARY KEY, sent boolean DEFAULT false)"
    )
    setting.bare.execute("INSERT INTO public.plain_loop SELECT generate_series(1, %s::integer)", [messages])
    try:
        yield
    finally:
        setting.bare.execute("DROP TABLE public.plain_loop")


@contextmanager
def _running(setting: Setting, loop: str, telegram: str) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.bots_loops", loop, telegram, setting.url],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _has_ended(process: "subprocess.Popen[bytes]") -> bool:
    return process.poll() is not None


def _until(there: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not there() and time.monotonic() < end:
        time.sleep(0.05)
