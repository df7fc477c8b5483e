"""A child of ``hsl up`` begins when its parent says so and ends with it, also where that was killed."""

import os
import signal
import threading
import time


def wait_for_go() -> None:
    """Wait until the parent, at the other end of standard input, says to begin; end with it from now on.

    When the parent is gone standard input closes, and this process is sent SIGTERM.
    """
    if not os.read(0, 1):
        raise SystemExit(0)
    threading.Thread(target=_read_to_the_end, name="lifeline", daemon=True).start()


def _read_to_the_end() -> None:
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def die_with_parent() -> None:
    """From now on, end this process at once when its parent is gone."""
    threading.Thread(target=_watch, args=[os.getppid()], name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
