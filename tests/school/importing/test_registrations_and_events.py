"""Registrations and events come in from files: the same registration again updates, an email has one
owner."""

from datetime import UTC, date, datetime

import pytest

from hsl.school.models import Event, FreeLessonRegistration
from tests.school.importing.conftest import Import

HEADER = "user_id,email,lesson_type,lesson_date,first_name"


def test_a_registration_is_imported_as_it_is(load: Import) -> None:
    load(
        "registrations",
        "id,user_id,username,first_name,email,registered_at,notification_sent,lesson_type,lesson_date",
        "5001,987654321,@maria_jones,Maria,maria@example.com,2025-09-02T14:15:00Z,true,intro_to_python,2025-09-05",
    )
    row = FreeLessonRegistration.objects.get(id=5001)
    assert (row.user_id, row.username, row.first_name) == (987654321, "maria_jones", "Maria")
    assert (row.email, row.notification_sent) == ("maria@example.com", True)
    assert row.registered_at == datetime(2025, 9, 2, 14, 15, tzinfo=UTC)
    assert (row.lesson_type, row.lesson_date) == ("intro_to_python", date(2025, 9, 5))


def test_the_same_registration_again_updates_it_and_keeps_its_id(load: Import) -> None:
    load(
        "registrations",
        HEADER,
        "1,a@example.com,intro,2026-01-08,Anna",
        "2,b@example.com,intro,2026-01-08,Bob",
    )
    before = FreeLessonRegistration.objects.get(user_id=1)
    result = load(
        "registrations",
        HEADER,
        "1,a@example.com,intro,2026-01-08,Аня",
        "1,a@example.com,intro,2026-01-15,Аня",
    )
    assert (result.inserted, result.updated) == (1, 1)
    row = FreeLessonRegistration.objects.get(user_id=1, lesson_date=date(2026, 1, 8))
    assert (row.id, row.first_name, row.registered_at) == (before.id, "Аня", before.registered_at)
    assert FreeLessonRegistration.objects.get(user_id=2).first_name == "Bob"


def test_of_the_same_registration_twice_in_a_file_the_last_counts(load: Import) -> None:
    result = load(
        "registrations",
        HEADER,
        "1,a@example.com,intro,2026-01-08,First",
        "1,b@example.com,intro,2026-01-08,Last",
    )
    assert (result.inserted, result.updated) == (1, 1)
    assert FreeLessonRegistration.objects.get().first_name == "Last"


def test_registrations_without_a_lesson_are_never_the_same(load: Import) -> None:
    result = load("registrations", HEADER, "1,a@example.com,,,A", "1,a@example.com,,,A")
    assert (result.inserted, result.updated) == (2, 0)


def test_an_email_of_somebody_else_is_refused_within_the_file(load: Import) -> None:
    result = load(
        "registrations", HEADER, "1,Ж@Example.com,x,,A", "2,ж@example.com,x,,B", "1,ж@example.com,y,,A"
    )
    assert [(p.line, p.column, p.wrong) for p in result.problems] == [
        (3, "email", "an earlier line gives this email to person 1")
    ]


def test_an_email_of_somebody_else_is_refused_against_the_database(load: Import) -> None:
    load("registrations", HEADER, "1,a@example.com,x,,A")
    result = load("registrations", HEADER, "2,A@example.com,x,,B", "1,a@example.com,y,,A")
    assert [(p.line, p.wrong) for p in result.problems] == [(2, "the email belongs to person 1")]


@pytest.mark.parametrize("email", ["", "anna", "anna@", "@example.com", "a@b", "a b@example.com", "a@@b.com"])
def test_an_email_has_an_emails_shape(load: Import, email: str) -> None:
    result = load("registrations", HEADER, f"1,{email},x,,A")
    assert [p.column for p in result.problems] == ["email"]


def test_an_id_may_be_given_again_for_the_same_registration_only(load: Import) -> None:
    load("registrations", "id," + HEADER, "7,1,a@example.com,intro,2026-01-08,A")
    again = load("registrations", "id," + HEADER, "7,1,a@example.com,intro,2026-01-08,B")
    other = load("registrations", "id," + HEADER, "7,1,a@example.com,intro,2026-01-15,C")
    assert (again.updated, again.refused) == (1, False)
    assert [(p.column, p.wrong) for p in other.problems] == [
        ("id", "the database has another registration with this id")
    ]


def test_an_event_keeps_its_details(load: Import) -> None:
    load(
        "events",
        "user_id,event_type,created_at,details",
        '1,click,2026-01-08,"{""a"": [1, ""я""], ""n"": null}"',
    )
    event = Event.objects.get()
    assert (event.event_type, event.details) == ("click", {"a": [1, "я"], "n": None})


@pytest.mark.parametrize(
    "details",
    [
        "{",
        "[1]",
        '"text"',
        '{"a": NaN}',
        '{"a": 1e999999}',
        '{"a": "\\u0000"}',
        '{"a": {"\\u0000": [1]}}',
        '{"a": "\\ud800"}',
        '{"a":' * 5000 + "1" + "}" * 5000,
        '{"a": ' + "9" * 5000 + "}",
    ],
)
def test_details_that_can_not_be_kept_are_refused(load: Import, details: str) -> None:
    quoted = details.replace('"', '""')
    result = load("events", "user_id,event_type,details", f'1,click,"{quoted}"')
    assert [p.column for p in result.problems] == ["details"]
    assert not Event.objects.exists()


def test_a_times_zone_is_the_schools_unless_it_has_its_own(load: Import) -> None:
    load("events", "user_id,event_type,created_at", "1,a,08.01.2026 10:00", "2,a,2026-01-08T10:00+05:00")
    moments = dict(Event.objects.values_list("user_id", "created_at"))
    assert moments == {1: datetime(2026, 1, 8, 7, tzinfo=UTC), 2: datetime(2026, 1, 8, 5, tzinfo=UTC)}
