"""The worker: folds without pause, so that a number is true a quarter of a second after a commit."""

import threading
import time
from contextlib import closing

import psycopg
import structlog

from hsl.projections.attachment import compose_if_changed
from hsl.projections.connect import connect
from hsl.projections.fold import Folder
from hsl.projections.gate import Connection, FoldBusyError
from hsl.projections.health import WORKER

IDLE_SECONDS = 0.1
BUSY_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 10.0
SHAPES_SECONDS = 5.0

log = structlog.get_logger()


def work(stop: threading.Event) -> None:
    """Fold until ``stop`` is set.

    A lost database, a table that is gone or a right that was taken away is waited for, longer each time up to ten
    seconds: one who mends it need not know of us.
    """
    pause = IDLE_SECONDS
    while not stop.is_set():
        try:
            with closing(connect(WORKER)) as conn:
                pause = IDLE_SECONDS
                _fold_on(conn, stop)
        except psycopg.Error as error:
            log.warning("the fold stopped", error=str(error).strip(), again_in_seconds=pause)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_WAIT_SECONDS)


def _fold_on(conn: Connection, stop: threading.Event) -> None:
    folder = Folder(conn)
    looked_at = time.monotonic()
    busy = BUSY_SECONDS
    while not stop.is_set():
        if time.monotonic() - looked_at > SHAPES_SECONDS:
            compose_if_changed(conn)
            looked_at = time.monotonic()
        try:
            did = folder.step()
        except FoldBusyError as error:
            log.info("fold waits", reason=str(error), again_in_seconds=busy)
            stop.wait(busy)
            busy = min(busy * 2, LONGEST_WAIT_SECONDS)
            continue
        busy = BUSY_SECONDS
        if not did:
            stop.wait(IDLE_SECONDS)
