"""Jobs started, cancelled, and found again after their worker was killed."""

import structlog
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext, override
from procrastinate.contrib.django import app as queue

from hsl.accounts.models import Operator
from hsl.jobs.kinds import KINDS, Arguments
from hsl.jobs.models import Job, State
from hsl.jobs.queries import lost

MOST_ATTEMPTS = 3
TASK = "hsl.jobs.run"

log = structlog.get_logger()


@transaction.atomic
def start(kind: str, operator: Operator | None, arguments: Arguments) -> Job:
    """Put a job of ``kind`` (a name in KINDS) into the queue, for ``operator`` and in the language in use.

    It stands or falls with the transaction around the call.
    """
    job = Job.objects.create(
        kind=KINDS[kind].name,
        operator=operator,
        language=get_language() or "ru",
        arguments=dict(arguments),
    )
    _queue(job)
    return job


@transaction.atomic
def cancel(job_id: int) -> Job:
    """Cancel a job: at once where it waits, at its next report of progress where it runs. One that has ended stays.

    Raises:
        Job.DoesNotExist: there is none.
    """
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.under_way:
        job.cancel_asked = True
        if job.state == State.WAITING:
            _end(job, State.CANCELLED)
        job.save()
    return job


@transaction.atomic
def take_up_lost() -> list[Job]:
    """Find jobs whose worker is gone: those that resume wait again, the others are interrupted and say so.

    Returns them. Safe to call from any number of processes at any time.
    """
    found = list(Job.objects.select_for_update(skip_locked=True).filter(pk__in=lost()))
    for job in found:
        log.warning("a job was interrupted", job=job.pk, kind=job.kind, attempts=job.attempts)
        _leave_queue(job)
        put_back(job)
    return found


def put_back(job: Job) -> None:
    """A job that was stopped half-way: into the queue again where its kind resumes, else interrupted.

    Call it with the row locked, or with the job's lock held.
    """
    kind = KINDS.get(job.kind)
    if job.cancel_asked:
        _end(job, State.CANCELLED)
    elif kind and kind.resumes and job.attempts < MOST_ATTEMPTS:
        job.state, job.step, job.done, job.total = State.WAITING, "", 0, None
        _queue(job)
    else:
        with override(job.language):
            _end(
                job,
                State.INTERRUPTED,
                gettext("The program was stopped while it worked on this. Start it again."),
            )
    job.save()


def _queue(job: Job) -> None:
    job.queued_as = queue.configure_task(TASK, queue="jobs").defer(job_id=job.pk)
    job.save(update_fields=["queued_as"])


def _end(job: Job, state: State, error: str = "") -> None:
    job.state, job.error, job.finished_at = state, error, timezone.now()


def _leave_queue(job: Job) -> None:
    """Drop the entry that a killed worker left in the queue as being done."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.queued_as])
