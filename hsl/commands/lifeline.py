"""A child of ``hsl up`` ends with its parent, also where that was killed."""

import os
import signal
import threading
import time


def stop_when_stdin_closes() -> None:
    """From now on, stop this process (SIGTERM) when its standard input closes: the parent holds the other end."""
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
