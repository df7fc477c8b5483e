"""What is done on a person's page: bookings changed in their place, each with the way to take it back."""

import os
import re

import psycopg
import pytest
from django.db import connection
from django.test import Client

from hsl.accounts.models import AuditEntry
from hsl.projections.fold import fold
from tests import cast
from tests.api.test_answers import book


@pytest.fixture
def browser(school: psycopg.Connection) -> Client:
    """A manager's browser, in English."""
    client = cast.signed_in(cast.hire().manager)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def change(browser: Client, booking: int, **sent: object) -> str:
    """The person's page after a change of a booking."""
    answer = browser.post(f"/people/bookings/{booking}", {**sent, "next": "/people/1"}, follow=True)
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def undo_of(page: str) -> str:
    """Where the note's button leads."""
    return str(re.findall(r'action="(/people/acts/\d+/undo)"', page.partition('id="toasts"')[2])[0])


@pytest.mark.parametrize(
    ("before", "sent", "said"),
    [
        (1, {"confirmed": 2}, "The booking is confirmed"),
        (2, {"confirmed": -1}, "The booking is cancelled"),
        (-1, {"confirmed": 1}, "The booking is pending"),
        (1, {"course_stream": "5th_stream"}, "Moved to 5-й поток"),
        (1, {"referral_code": "FRIEND", "discount_percent": "15"}, "The booking is changed"),
    ],
)
def test_a_booking_is_changed_and_what_it_was_is_put_back_once(
    school: psycopg.Connection, browser: Client, before: int, sent: dict[str, object], said: str
) -> None:
    booking = book(school, 1, "3rd_stream", before)
    fold(school)
    as_it_was = school.execute("SELECT * FROM bookings").fetchall()
    page = change(browser, booking, **sent)

    assert said in page
    assert school.execute("SELECT * FROM bookings").fetchall() != as_it_was
    undo = undo_of(page)
    assert "Taken back" in browser.post(undo, {"next": "/people/1"}, follow=True).content.decode()
    assert school.execute("SELECT * FROM bookings").fetchall() == as_it_was
    again = browser.post(undo, {"next": "/people/1"})
    assert (again.status_code, "taken back already" in again.content.decode()) == (409, True)


def test_a_column_that_the_table_lacks_is_said(school: psycopg.Connection, browser: Client) -> None:
    booking = book(school, 1, "3rd_stream", 1)
    school.execute("ALTER TABLE public.bookings RENAME referral_code TO code")
    try:
        answer = browser.post(f"/people/bookings/{booking}", {"referral_code": "X"})
    finally:
        school.execute("ALTER TABLE public.bookings RENAME code TO referral_code")

    assert answer.status_code == 409
    assert "has no such column" in answer.content.decode()
    assert not AuditEntry.objects.filter(act="booking.change").exists()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"confirmed": "3"}, 422),
        ({"discount_percent": "101"}, 422),
        ({"course_stream": "6th_stream"}, 422),
        ({"referral_code": "x\0"}, 422),
    ],
)
def test_what_can_t_be_set_changes_nothing(
    school: psycopg.Connection, browser: Client, sent: dict[str, object], status: int
) -> None:
    booking = book(school, 1, "3rd_stream", 1)
    answer = browser.post(f"/people/bookings/{booking}", sent)

    assert answer.status_code == status
    assert "Nothing was changed" in answer.content.decode()
    assert browser.post("/people/bookings/99", {"confirmed": "2"}).status_code == 404


def test_the_timeline_is_narrowed_to_a_kind_and_shows_who_did_what(
    school: psycopg.Connection, browser: Client
) -> None:
    booking = book(school, 1, "3rd_stream", 1)
    fold(school)
    change(browser, booking, confirmed=2)
    acts = browser.get("/people/1?kind=act").content.decode()

    assert acts.count("person-moment") == 1
    assert "pending → confirmed · Борис" in acts
    assert "person-moment" not in browser.get("/people/1?kind=event").content.decode()
    assert browser.get("/people/1?kind=nonsense").status_code == 400
    assert browser.get("/people/1?after=nonsense").status_code == 400


def test_what_a_bots_trigger_forbids_is_refused_in_its_words(
    school: psycopg.Connection, browser: Client
) -> None:
    booking = book(school, 1, "3rd_stream", 1)
    fold(school)
    school.execute(FORBIDDING)
    try:
        answers = [
            browser.post(f"/people/bookings/{booking}", {"confirmed": "2"}),
            browser.post("/people/1/move", {"stream": "5th_stream"}),
        ]
    finally:
        school.execute("DROP FUNCTION public.forbid() CASCADE")

    assert [answer.status_code for answer in answers] == [409, 409]
    assert all("The database refuses it: not in exam week" in answer.content.decode() for answer in answers)


def test_a_role_that_may_not_change_bookings_is_told_so(school: psycopg.Connection, browser: Client) -> None:
    booking = book(school, 1, "3rd_stream", 1)
    fold(school)
    role = f"hsl_reads_only_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(READS_ONLY.format(role=role))
        try:
            answer = browser.post(f"/people/bookings/{booking}", {"confirmed": "2"})
        finally:
            cursor.execute(f"RESET ROLE; DROP OWNED BY {role}; DROP ROLE {role}")

    assert answer.status_code == 409
    assert "The database refuses it: permission denied" in answer.content.decode()


READS_ONLY = """
CREATE ROLE {role};
GRANT USAGE ON SCHEMA hsl, public TO {role};
GRANT ALL ON ALL TABLES IN SCHEMA hsl TO {role};
GRANT ALL ON ALL SEQUENCES IN SCHEMA hsl TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role};
SET ROLE {role};
"""
FORBIDDING = """
CREATE FUNCTION public.forbid() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'not in exam week'; END $$;
CREATE TRIGGER forbid BEFORE UPDATE ON public.bookings FOR EACH ROW EXECUTE FUNCTION public.forbid();
"""
