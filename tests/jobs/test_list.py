"""All jobs as a list: what runs and ran, who asked, how far it is, what came of it."""

from collections.abc import Callable
from http import HTTPStatus

import psycopg
import pytest
from django.test import Client

from hsl.accounts.permissions import Permission, Role
from hsl.jobs import services
from hsl.jobs.kinds import KINDS
from hsl.jobs.models import Job, State
from hsl.ui.keyset import PAGE
from tests import cast

MakeKind = Callable[..., str]
LIST = "/settings/jobs/"


@pytest.fixture
def staff(school: psycopg.Connection) -> cast.Cast:
    return cast.hire()


def browser(staff: cast.Cast, role: str = Role.OWNER) -> Client:
    client = cast.signed_in(staff.by_role(Role(role)))
    client.cookies["hsl_language"] = "en"
    return client


def text(client: Client, address: str = LIST, status: int = HTTPStatus.OK) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_before_anything_ran_it_says_what_will_be_here(staff: cast.Cast) -> None:
    assert "Nothing ran yet" in text(browser(staff))


def test_each_job_says_who_asked_for_it_and_what_came_of_it(staff: cast.Cast) -> None:
    for kind, outcome in (
        ("people.move", {"moved": 12, "no_booking": 1}),
        ("people.undo", {"undone": 11, "refused": 1}),
        ("import", {"lines": 1240, "bad": 3}),
        ("import", {"inserted": 1230, "updated": 7, "bad": 3}),
        ("undo_import", {"deleted": 1230, "restored": 7, "changed": 0}),
        ("verify", {"clean": True, "people": 1995}),
    ):
        job = services.start(kind, staff.manager, {"act": 5, "import_id": 7})
        Job.objects.filter(pk=job.pk).update(state=State.DONE, outcome=outcome)
    services.start("verify", None, {})
    page = text(browser(staff))
    for said in (
        "Moved: 12 people · 1 has no active booking",
        "Taken back: 11 people · 1 left as they are",
        "Checked: 1,237 good rows, 3 bad",
        "1,237 rows imported, 3 left out as bad",
        "Deleted: 1,230 · put back: 7",
        "All agrees: 1,995 people compared",
        "Борис",
        "by itself",
        'href="/people/moves/5"',
        'href="/import/7/"',
        'data-total="7"',
        'hx-trigger="every 2s"',
    ):
        assert said in page


def test_what_went_wrong_is_said(kind: MakeKind, staff: cast.Cast) -> None:
    job = services.start(kind(lambda _: {}), None, {})
    Job.objects.filter(pk=job.pk).update(state=State.FAILED, error="The <b>file</b> is gone.")
    page = text(browser(staff))
    assert "The &lt;b&gt;file&lt;/b&gt; is gone." in page
    assert "every 2s" not in page


def test_one_sees_the_work_that_one_may_ask_for(kind: MakeKind, staff: cast.Cast) -> None:
    services.start(kind(lambda _: {}, needs=Permission.MANAGE_SCHOOL), None, {})
    assert 'data-total="1"' in text(browser(staff))
    assert 'data-total="0"' in text(browser(staff, Role.MANAGER))
    assert 'data-total="0"' in text(browser(staff, Role.ANALYST))


def test_it_is_narrowed_and_paged(kind: MakeKind, staff: cast.Cast) -> None:
    name = kind(lambda _: {})
    for _ in range(PAGE + 1):
        services.start(name, None, {})
    first = Job.objects.order_by("pk").first()
    assert first is not None
    Job.objects.filter(pk=first.pk).update(state=State.CANCELLED)
    page = text(browser(staff), f"{LIST}?kind={name}")
    assert f'data-total="{PAGE + 1}"' in page
    assert "after=" in page
    assert 'data-total="1"' in text(browser(staff), f"{LIST}?state=cancelled")
    assert "choose from the list" in text(browser(staff), f"{LIST}?kind=nonsense", HTTPStatus.BAD_REQUEST)


def test_a_kind_that_this_version_does_not_know_is_left_out(kind: MakeKind, staff: cast.Cast) -> None:
    services.start(kind(lambda _: {}), None, {})
    del KINDS["try"]
    assert 'data-total="0"' in text(browser(staff))
