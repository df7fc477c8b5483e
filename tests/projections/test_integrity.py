"""The page on integrity: what waits, what the last verification found, which rules of the school are broken."""

import html
import re
import threading
from collections.abc import Callable

import psycopg
import pytest
from django.test import Client

from hsl.jobs.models import Job, State
from hsl.jobs.running import run
from hsl.projections.connect import connect
from hsl.projections.fold import fold
from hsl.projections.verifications import KEPT, last_verified, verify_and_keep
from hsl.school.models import CourseStream
from tests import cast
from tests.analytics.facts import RELAX
from tests.databases import Database

PAGE = "/settings/integrity/"
FACTS = """
INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed) VALUES
  (7, 1, '3rd_stream', 2), (8, 1, ' autumn <b>', 1);
INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, lesson_date) VALUES
  (7, 'one@school.example', 'intro', '2026-01-01'), (9, 'one@school.example', 'intro', '2026-01-01');
"""


@pytest.fixture
def client(school: psycopg.Connection) -> Client:
    """The owner's browser, in English."""
    client = cast.signed_in(cast.hire().owner)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def page(client: Client) -> str:
    """The page, its spaces as people see them."""
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def verify() -> None:
    """As ``hsl verify``, with the projections folded."""
    with connect() as conn:
        verify_and_keep(conn)


def test_before_anybody_verified_it_says_what_that_is(client: Client) -> None:
    assert "Nobody has verified yet" in page(client)
    assert last_verified() is None


def test_what_waits_is_said(client: Client, school: psycopg.Connection) -> None:
    assert "Nothing waits" in page(client)
    school.execute(FACTS)
    assert "4 changes, 0 people to count" in page(client)

    school.execute("INSERT INTO set_aside (user_id, reason) VALUES (7, 'a <bad> value')")
    assert "a &lt;bad&gt; value" in page(client)


def test_numbers_that_agree_are_said_to(client: Client, school: psycopg.Connection) -> None:
    school.execute("INSERT INTO public.events (user_id, event_type) VALUES (1, 'start_command')")
    fold(school)
    verify()

    assert "All agrees: 1 person compared." in page(client)
    assert "All facts keep them." in page(client)


def test_people_who_were_not_compared_are_not_said_to_agree(
    client: Client, school: psycopg.Connection
) -> None:
    fold(school)
    school.execute("SELECT hsl.ask_recount('a test')")
    verify()

    shown = page(client)
    assert "people were not compared. Verify once more" in shown
    assert "All agrees" not in shown


def test_what_differs_is_named(client: Client, school: psycopg.Connection) -> None:
    school.execute("INSERT INTO public.events (user_id, event_type) VALUES (1, 'start_command')")
    fold(school)
    school.execute("UPDATE hsl.user_activity SET events = 5")
    school.execute("UPDATE hsl.totals SET n = n + 5 WHERE name = 'people'")
    verify()

    said = page(client)
    assert "Something differs" in said
    assert "<code>user_activity</code>: 1 row" in said
    assert "user_id 1: events is 5, facts say 1" in said


def test_each_row_that_breaks_a_rule_leads_to_its_person(client: Client, school: psycopg.Connection) -> None:
    school.execute(FACTS)
    fold(school)
    verify()

    said = page(client)
    assert "Emails of more than one person: <strong data-uncounted>1</strong>" in said
    for shown in ('href="/people/7"', 'href="/people/9"', "one@school.example"):
        assert shown.lower() in said.lower()


def test_a_stream_that_is_not_listed_is_listed_by_one_click(
    client: Client, school: psycopg.Connection
) -> None:
    school.execute(FACTS)
    fold(school)
    verify()
    assert 'name="course_stream" value=" autumn &lt;b&gt;"' in page(client)

    answer = client.post(
        "/settings/streams/list/", {"course_id": 1, "course_stream": " autumn <b>", "next": PAGE}
    )
    assert answer.headers["Location"] == PAGE
    assert CourseStream.objects.filter(course_id=1, course_stream=" autumn <b>").exists()
    assert "List this stream" not in page(client)
    for bad in (
        {},
        {"course_id": "x", "course_stream": "y"},
        {"course_id": 1, "course_stream": "3rd_stream"},
    ):
        assert client.post("/settings/streams/list/", bad).status_code == 302


def test_verifying_is_started_from_the_page_and_seen_there(
    client: Client, school: psycopg.Connection
) -> None:
    for _ in range(2):
        client.post(f"{PAGE}verify/")
    job = Job.objects.get()
    assert "Waits for its turn" in page(client)

    run(job.pk, threading.Event())
    job.refresh_from_db()
    assert (job.state, job.outcome) == (State.DONE, {"clean": True, "people": 0})
    assert "All agrees: 0 people compared." in page(client)


def test_only_the_last_outcomes_are_kept(school: psycopg.Connection) -> None:
    school.execute(
        "INSERT INTO verifications (began_at, ended_at, outcome) SELECT now(), now(), '{}' FROM generate_series(1, 50)"
    )
    verify()

    assert school.execute("SELECT count(*) FROM verifications").fetchone() == (KEPT,)
    last = last_verified()
    assert last is not None
    assert last.found.clean


def test_facts_that_break_a_rule_alike_are_a_door_to_just_these(
    fresh_database: Callable[[], Database],
) -> None:
    database = fresh_database()
    database.execute(RELAX)
    with database.as_django(), database.connect(options="-c search_path=hsl,public") as conn:
        conn.execute(
            "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed, created_at) VALUES"
            " (1, 1, '3rd_stream', 7, '2026-01-01'), (2, 1, '4th_stream', 7, '0001-01-01 BC'),"
            " (3, 1, 'x', 0, '2026-01-01'), (NULL, 1, '3rd_stream', 2, NULL), (NULL, 1, '3rd_stream', 2, '20000-01-01')"
        )
        conn.execute(
            "INSERT INTO public.events (user_id, event_type, created_at) VALUES"
            " (NULL, 'view_program', '20000-01-01'), (4, 'view_program', '0001-01-01 BC'), (4, 'x', '0001-01-01 BC')"
        )
        fold(conn)
        verify()
        client = cast.signed_in(cast.hire().owner)
        doors = re.findall(
            r'data-count="(\d+)" href="(/(?:bookings|events|registrations)/[^"]+)"', page(client)
        )
        assert len(doors) == 7
        for count, address in doors:
            assert f'data-total="{count}"' in client.get(html.unescape(address)).content.decode(), address
