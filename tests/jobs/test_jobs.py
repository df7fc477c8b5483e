"""A job runs in the worker, says how far it is, ends in words; and none is lost, whatever ends its worker."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import transaction

from hsl.accounts.models import Operator
from hsl.jobs import services, worker
from hsl.jobs.kinds import JobError, Outcome, Run
from hsl.jobs.models import Job, State
from hsl.jobs.queries import LOCKS, lost
from hsl.jobs.running import run
from hsl.jobs.tasks import STOPPING
from tests import cast
from tests.databases import Database
from tests.elsewhere import elsewhere
from tests.waiting import until

MakeKind = Callable[..., str]


@contextmanager
def working() -> Iterator[None]:
    """A worker that runs jobs beside the test."""
    stop = threading.Event()
    thread = threading.Thread(target=worker.work, args=[stop])
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def state(job: Job) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=job.pk)


@pytest.fixture(autouse=True)
def _school(school: psycopg.Connection) -> None:
    """Every test has one."""


def test_a_worker_runs_what_was_started_and_keeps_what_came_of_it(kind: MakeKind) -> None:
    def add(running: Run) -> Outcome:
        running.progress("count", 3, 3)
        return {"sum": running.arguments["a"] + running.arguments["b"], "by": str(running.operator)}

    operator = cast.hire().manager
    with working():
        job = services.start(kind(add), operator, {"a": 1, "b": 2})
        until(lambda: state(job) == State.DONE, "done")
    job.refresh_from_db()
    assert job.outcome == {"sum": 3, "by": "Борис"}
    assert (job.step, job.done, job.total, job.attempts) == ("count", 3, 3, 1)
    assert job.started_at is not None
    assert job.finished_at is not None


def test_the_queue_keeps_nothing_of_what_has_ended(kind: MakeKind, school: psycopg.Connection) -> None:
    with working():
        job = services.start(kind(lambda _: {}), None, {})
        until(lambda: state(job) == State.DONE, "done")
    assert school.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)


def test_a_job_stands_or_falls_with_the_transaction_that_starts_it(
    kind: MakeKind, school: psycopg.Connection
) -> None:
    with transaction.atomic():
        services.start(kind(lambda _: {}), None, {})
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert school.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (0,)


def test_what_a_job_cannot_do_is_said_in_its_own_words(kind: MakeKind) -> None:
    def refuse(_: Run) -> Outcome:
        raise JobError("Курица не птица.")

    job = services.start(kind(refuse), None, {})
    run(job.pk, threading.Event())
    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "Курица не птица.")


def test_what_broke_says_where_to_look(kind: MakeKind) -> None:
    def break_down(_: Run) -> Outcome:
        raise LookupError("a secret of the program")

    job = services.start(kind(break_down), None, {})
    run(job.pk, threading.Event())
    job.refresh_from_db()
    assert job.state == State.FAILED
    assert "LookupError" in job.error
    assert str(job.pk) in job.error
    assert "secret" not in job.error


def test_progress_is_seen_while_the_job_is_in_a_transaction(kind: MakeKind) -> None:
    seen = []

    def count(running: Run) -> Outcome:
        with transaction.atomic():
            running.progress("count", 1, 4)
        seen.append(Job.objects.values_list("done", "total", "state").get(pk=running.job_id))
        return {}

    run(services.start(kind(count), None, {}).pk, threading.Event())
    assert seen == [(1, 4, State.RUNNING)]


def test_a_job_that_waits_is_cancelled_at_once_and_never_begun(kind: MakeKind) -> None:
    job = services.start(kind(lambda _: {}), None, {})
    services.cancel(job.pk)
    run(job.pk, threading.Event())
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.CANCELLED, 0)


def test_a_job_that_runs_is_cancelled_at_its_next_step_and_its_writing_undone(kind: MakeKind) -> None:
    def write(running: Run) -> Outcome:
        other = threading.Thread(target=elsewhere(services.cancel), args=[running.job_id])
        other.start()
        other.join()
        with transaction.atomic():
            cast.hire()
            running.progress("count", 1)
        return {}

    job = services.start(kind(write), None, {})
    run(job.pk, threading.Event())
    assert state(job) == State.CANCELLED
    assert not Operator.objects.exists()


def test_cancelling_what_has_ended_changes_nothing(kind: MakeKind) -> None:
    job = services.start(kind(lambda _: {}), None, {})
    run(job.pk, threading.Event())
    services.cancel(job.pk)
    assert state(job) == State.DONE


def test_a_job_is_begun_by_one_worker_alone(kind: MakeKind, school: psycopg.Connection) -> None:
    job = services.start(kind(lambda _: {}), None, {})
    school.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, job.pk])
    run(job.pk, threading.Event())
    assert state(job) == State.WAITING


def test_a_worker_that_is_told_to_stop_leaves_its_job_for_the_next(kind: MakeKind) -> None:
    stopping = threading.Event()
    stopping.set()

    def count(running: Run) -> Outcome:
        running.progress("count", 1)
        return {}

    job = services.start(kind(count), None, {})
    run(job.pk, stopping)
    assert state(job) == State.WAITING
    run(job.pk, threading.Event())
    assert state(job) == State.DONE


def killed(job: Job) -> None:
    """As kill -9 leaves a job: it says that it runs, and nobody holds its lock."""
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempts=1)


def test_a_job_whose_worker_was_killed_begins_again(kind: MakeKind) -> None:
    job = services.start(kind(lambda _: {}), None, {})
    killed(job)
    assert lost() == [job.pk]
    with working():
        until(lambda: state(job) == State.DONE, "done by the next worker")


def test_after_a_lost_database_jobs_are_done_as_before(kind: MakeKind, session_database: Database) -> None:
    def count(running: Run) -> Outcome:
        running.progress("count", 1)
        return {}

    server, name = session_database.server, session_database.name
    with working():
        job = services.start(kind(count), None, {})
        until(lambda: state(job) == State.DONE, "done")
        server.execute("ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
        try:
            with server.connect("postgres") as admin:
                admin.execute(_END_JOBS, [name])
            until(STOPPING.is_set, "the work ends")
        finally:
            server.execute("ALTER DATABASE {} ALLOW_CONNECTIONS true", name)
        job = services.start(kind(count), None, {})
        until(lambda: state(job) == State.DONE, "done after the loss")


_END_JOBS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hsl jobs' AND datname = %s
"""


def test_one_that_must_not_begin_twice_says_that_it_was_interrupted(kind: MakeKind) -> None:
    job = services.start(kind(lambda _: {}, resumes=False), None, {})
    killed(job)
    services.take_up_lost()
    job.refresh_from_db()
    assert job.state == State.INTERRUPTED
    assert job.error


def test_one_that_kills_each_of_its_workers_is_given_up(kind: MakeKind) -> None:
    job = services.start(kind(lambda _: {}), None, {})
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempts=services.MOST_ATTEMPTS)
    services.take_up_lost()
    assert state(job) == State.INTERRUPTED


def test_one_that_runs_is_not_lost(kind: MakeKind, school: psycopg.Connection) -> None:
    job = services.start(kind(lambda _: {}), None, {})
    killed(job)
    school.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, job.pk])
    assert lost() == []


def test_one_taken_by_a_worker_that_did_not_live_to_begin_it_is_found(
    kind: MakeKind, school: psycopg.Connection
) -> None:
    job = services.start(kind(lambda _: {}), None, {})
    assert lost() == []
    school.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute')")
    school.execute(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT max(id) FROM procrastinate_workers)"
    )
    assert lost() == [job.pk]
    services.take_up_lost()
    assert lost() == []
    assert school.execute("SELECT status::text FROM procrastinate_jobs").fetchall() == [("todo",)]
