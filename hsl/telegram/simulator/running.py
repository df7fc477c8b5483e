"""A simulator as a process: until it is told to stop."""

import asyncio
import gc
import signal
from collections.abc import Callable

from hsl.telegram.simulator.server import Simulator
from hsl.telegram.simulator.settings import Settings

SELDOM = (50_000, 20, 1_000)
"""What was received is kept; a look through all of it for garbage would make the simulator late for its own limits."""


def run(host: str, port: int, settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; ``ready`` is told the address.

    Raises:
        OSError: the port can't be had.
    """
    gc.set_threshold(*SELDOM)
    asyncio.run(_serve(host, port, settings, ready))


async def _serve(host: str, port: int, settings: Settings, ready: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    simulator = Simulator(settings)
    taken = await simulator.start(host, port)
    ready(f"http://{f'[{host}]' if ':' in host else host}:{taken}")
    await stop.wait()
    await simulator.stop()
