"""Each night the numbers are verified by themselves, in the school's zone, once."""

from datetime import UTC, datetime

import psycopg
import pytest
from procrastinate.contrib.django import app as queue

from hsl.jobs.models import Job, State
from hsl.jobs.services import start
from hsl.projections.tasks import verify_at_night
from hsl.school.models import School


@pytest.fixture
def night(school: psycopg.Connection) -> None:
    """It is between four and five in the morning at the school."""
    _where_it_is(4)


def _where_it_is(hour: int) -> None:
    """The school is where it is so many hours now."""
    east = (hour - datetime.now(UTC).hour + 11) % 24 - 11
    School.objects.update(time_zone=f"Etc/GMT{-east:+d}")


def test_the_worker_asks_twice_an_hour() -> None:
    cron = {task.task.name: task.cron for task in queue.periodic_registry.periodic_tasks.values()}
    assert cron["hsl.projections.verify_at_night"] == "*/30 * * * *"


def test_a_night_has_one_verification(night: None) -> None:
    for _ in range(3):
        verify_at_night(timestamp=0)
    job = Job.objects.get()
    assert (job.kind, job.operator) == ("verify", None)
    Job.objects.update(state=State.DONE)
    verify_at_night(timestamp=0)
    assert Job.objects.count() == 1


def test_one_of_the_night_before_does_not_count(night: None) -> None:
    start("verify", None, {})
    Job.objects.update(created_at="2020-01-01T00:00Z", state=State.DONE)
    verify_at_night(timestamp=0)
    assert Job.objects.count() == 2


def test_somebody_s_that_is_under_way_is_enough(night: None) -> None:
    start("verify", None, {})
    Job.objects.update(created_at="2020-01-01T00:00Z")
    verify_at_night(timestamp=0)
    assert Job.objects.count() == 1


@pytest.mark.parametrize("hour", [1, 9, 13, 22])
def test_by_day_nothing_begins(school: psycopg.Connection, hour: int) -> None:
    _where_it_is(hour)
    verify_at_night(timestamp=0)
    assert not Job.objects.exists()
