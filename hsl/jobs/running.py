"""One job, from its beginning to its end, in the process that runs it."""

import threading
import time
from contextlib import closing
from typing import Any

import psycopg
import structlog
from django.db import transaction
from django.utils.translation import gettext, override
from psycopg.types.json import Jsonb

from hsl.accounts.models import Operator
from hsl.connection import connect
from hsl.jobs.kinds import KINDS, Arguments, JobError
from hsl.jobs.models import Job, State
from hsl.jobs.queries import LOCKS
from hsl.jobs.services import put_back

TELL_SECONDS = 0.5

log = structlog.get_logger()


class CancelledError(Exception):
    """The operator has cancelled the job."""


class StoppedError(Exception):
    """The worker is told to stop."""


_BEGIN = """
UPDATE jobs SET state = 'running', started_at = now(), attempts = attempts + 1
WHERE id = %s AND state = 'waiting' AND NOT cancel_asked
"""
_TELL = "UPDATE jobs SET step = %s, done = %s, total = %s WHERE id = %s RETURNING cancel_asked"
_END = """
UPDATE jobs SET state = %s, finished_at = now(), outcome = %s, error = %s WHERE id = %s AND state = 'running'
"""


class RunningJob:
    """A job while it runs. What it says of itself goes through a connection of its own, which holds its lock: it is
    seen at once, whatever transaction the job is in, and the lock ends with this process."""

    def __init__(self, conn: psycopg.Connection[Any], job: Job, stopping: threading.Event) -> None:
        """``conn`` holds the lock, in autocommit; ``stopping`` is set when the worker is to stop."""
        self._conn = conn
        self._job = job
        self._stopping = stopping
        self._told = (float("-inf"), "")

    @property
    def job_id(self) -> int:
        """Its id."""
        return int(self._job.pk)

    @property
    def operator(self) -> Operator | None:
        """Who asked for it."""
        return self._job.operator

    @property
    def arguments(self) -> Arguments:
        """What it was started with."""
        arguments: Arguments = self._job.arguments
        return arguments

    def progress(self, step: str, done: int, total: int | None = None) -> None:
        """Write down how far it is, twice a second at most within a step.

        Raises:
            CancelledError, StoppedError: it is to end; let them pass.
        """
        if self._stopping.is_set():
            raise StoppedError
        at, last = self._told
        if step == last and done != total and time.monotonic() - at < TELL_SECONDS:
            return
        self._told = (time.monotonic(), step)
        row = self._conn.execute(_TELL, [step, done, total, self.job_id]).fetchone()
        if row and row[0]:
            raise CancelledError


def run(job_id: int, stopping: threading.Event) -> None:
    """Run a job that waits, and write down how it ended. One that is not waiting any more is left alone."""
    with closing(connect("hsl job")) as conn:
        locked = conn.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, job_id]).fetchone()
        if locked != (True,) or not conn.execute(_BEGIN, [job_id]).rowcount:
            return
        job = Job.objects.select_related("operator").get(pk=job_id)
        with override(job.language):
            _run(conn, job, stopping)


def _run(conn: psycopg.Connection[Any], job: Job, stopping: threading.Event) -> None:
    try:
        kind = KINDS.get(job.kind)
        if kind is None:
            raise JobError(gettext("This version of the program does not know such work: %s") % job.kind)  # noqa: TRY301 - ends as any refusal of a job does
        outcome = kind.run(RunningJob(conn, job, stopping))
    except StoppedError:
        with transaction.atomic():
            stopped = Job.objects.select_for_update().get(pk=job.pk)
            stopped.attempts -= 1  # the job is not to blame
            put_back(stopped)
    except CancelledError:
        _end(conn, job, State.CANCELLED)
    except JobError as error:
        _end(conn, job, State.FAILED, error=str(error))
    except Exception as error:
        log.exception("a job failed", job=job.pk, kind=job.kind)
        sentence = gettext("Something broke on our side: %(what)s. The log says more, at job %(job)s.")
        _end(conn, job, State.FAILED, error=sentence % {"what": type(error).__name__, "job": job.pk})
    else:
        _end(conn, job, State.DONE, outcome=dict(outcome))


def _end(
    conn: psycopg.Connection[Any],
    job: Job,
    state: State,
    *,
    outcome: dict[str, Any] | None = None,
    error: str = "",
) -> None:
    conn.execute(_END, [state, None if outcome is None else Jsonb(outcome), error, job.pk])
