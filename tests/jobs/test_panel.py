"""The panel shows how far a job is, asks again only while it runs, and opens to whom its kind is for."""

from collections.abc import Callable
from http import HTTPStatus

import psycopg
import pytest
from django.test import Client

from hsl.accounts.permissions import Permission
from hsl.jobs import services
from hsl.jobs.models import Job, State
from hsl.jobs.queries import LOCKS
from tests import cast

MakeKind = Callable[..., str]


@pytest.fixture
def staff(school: psycopg.Connection) -> cast.Cast:
    return cast.hire()


@pytest.fixture
def client(staff: cast.Cast) -> Client:
    client = cast.signed_in(staff.manager)
    client.cookies["hsl_language"] = "en"
    return client


def started(kind: MakeKind, **changes: object) -> Job:
    job = services.start(kind(lambda _: {}), None, {})
    Job.objects.filter(pk=job.pk).update(**changes)
    return job


def test_while_it_runs_the_panel_shows_how_far_it_is_and_asks_again(
    kind: MakeKind, client: Client, school: psycopg.Connection
) -> None:
    job = started(kind, state=State.RUNNING, step="count", done=430, total=1000)
    school.execute("SELECT pg_advisory_lock(%s, %s)", [LOCKS, job.pk])
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "Counting" in page
    assert "43\N{NO-BREAK SPACE}%" in page
    assert 'value="43"' in page
    assert 'hx-trigger="every 2s"' in page


def test_when_it_has_ended_it_asks_no_more(kind: MakeKind, client: Client) -> None:
    job = started(kind, state=State.FAILED, error="The <b>file</b> is empty.")
    page = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "The &lt;b&gt;file&lt;/b&gt; is empty." in page
    assert "hx-trigger" not in page


def test_a_panel_that_asks_after_the_end_loads_its_page_anew(kind: MakeKind, client: Client) -> None:
    job = started(kind, state=State.DONE)
    answer = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


def test_a_job_whose_worker_is_gone_says_so(kind: MakeKind, client: Client) -> None:
    job = started(kind, state=State.RUNNING)
    assert "was stopped" in client.get(f"/jobs/{job.pk}/").content.decode()


def test_it_is_cancelled_from_the_panel(kind: MakeKind, client: Client) -> None:
    job = started(kind, state=State.RUNNING)
    page = client.post(f"/jobs/{job.pk}/cancel/").content.decode()
    assert "being cancelled" in page
    assert Job.objects.get(pk=job.pk).cancel_asked


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_opens_to_those_whom_its_kind_is_for(kind: MakeKind, staff: cast.Cast, method: str) -> None:
    job = services.start(kind(lambda _: {}, needs=Permission.MANAGE_OPERATORS), None, {})
    path = f"/jobs/{job.pk}/" + ("cancel/" if method == "post" else "")
    assert getattr(cast.signed_in(staff.manager), method)(path).status_code == HTTPStatus.FORBIDDEN
    assert getattr(cast.signed_in(staff.owner), method)(path).status_code == HTTPStatus.OK


@pytest.mark.parametrize("number", [77, 10**30])
def test_there_is_no_such_job(client: Client, number: int) -> None:
    assert client.get(f"/jobs/{number}/").status_code == HTTPStatus.NOT_FOUND
