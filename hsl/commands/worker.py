"""``hsl worker``: the fold, and jobs beside it."""

import signal
import threading

from hsl.jobs import worker as jobs
from hsl.projections import worker as fold


def run() -> None:
    """Fold and run jobs until SIGTERM or SIGINT; what the fold is at is finished, jobs end at their next step."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    beside = threading.Thread(target=jobs.work, args=[stop], name="jobs")
    beside.start()
    fold.work(stop)
    beside.join()
