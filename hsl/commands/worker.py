"""``hsl worker``: the fold, and jobs and the sender beside it."""

import gc
import signal
import threading

from hsl.broadcasts.sender import main as sender
from hsl.jobs import worker as jobs
from hsl.projections import worker as fold


def run() -> None:
    """Fold, run jobs and send until SIGTERM or SIGINT; what the fold is at and what is on its way to Telegram is
    finished, jobs end at their next step."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    beside = [
        threading.Thread(target=work, args=[stop], name=name)
        for name, work in (("jobs", jobs.work), ("sender", sender.work))
    ]
    gc.freeze()  # what is loaded stays; to look through it now and then would hold up what is being sent
    for thread in beside:
        thread.start()
    fold.work(stop)
    for thread in beside:
        thread.join()
