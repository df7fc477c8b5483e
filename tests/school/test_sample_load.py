"""The sample school is loaded into an empty database of ours, whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from hsl.projections.connect import connect
from hsl.projections.fold import fold
from hsl.projections.verifications import verify_and_keep
from hsl.school.models import (
    Booking,
    CourseStream,
    Event,
    FreeLessonRegistration,
    MessageHistory,
    MessageRecipient,
    School,
)
from hsl.school.sample.load import Loaded, NotEmptyError, load_sample_school
from tests.databases import Database, Server

pytestmark = pytest.mark.database
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(server: Server, template: Database, django_db_blocker: DjangoDbBlocker) -> Iterator[Loaded]:
    """The sample school in a database of this module's own, where Django's connection points."""
    database = server.create(f"hsl_test_{os.getpid()}_sample", template.name)
    with django_db_blocker.unblock(), database.as_django():
        yield load_sample_school(NOW)
    server.drop(database.name)


def run(statement: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_all_of_it_arrives(loaded: Loaded) -> None:
    assert Booking.objects.count() == loaded.bookings
    assert FreeLessonRegistration.objects.count() == loaded.registrations
    assert Event.objects.count() == loaded.events
    assert (loaded.people,) in run(
        "SELECT count(DISTINCT user_id) FROM (SELECT user_id FROM bookings UNION SELECT user_id FROM events "
        "UNION SELECT user_id FROM free_lesson_registrations) AS all_users"
    )


def test_the_sample_user_and_booking_stand_as_written(loaded: Loaded) -> None:
    booking = Booking.objects.get(id=1001)
    assert (booking.user_id, booking.username, booking.first_name) == (123456789, "alex_smith", "Alex")
    assert (booking.course_id, booking.course_stream, booking.confirmed) == (1, "3rd_stream", 2)
    assert booking.created_at == datetime(2025, 9, 1, 10, 30, tzinfo=UTC)
    assert (booking.referral_code, booking.discount_percent) == ("FRIEND20", 20)


def test_the_sample_registration_stands_as_written(loaded: Loaded) -> None:
    row = FreeLessonRegistration.objects.get(id=5001)
    assert (row.user_id, row.username, row.first_name) == (987654321, "maria_jones", "Maria")
    assert (row.email, row.notification_sent) == ("maria@example.com", True)
    assert row.registered_at == datetime(2025, 9, 2, 14, 15, tzinfo=UTC)
    assert (row.lesson_type, row.lesson_date) == ("intro_to_python", date(2025, 9, 5))


def test_the_sample_event_stands_as_written(loaded: Loaded) -> None:
    event = Event.objects.get(id=4001)
    assert (event.user_id, event.event_type) == (123456789, "lesson_link_clicked")
    assert event.created_at == datetime(2025, 9, 2, 19, 30, tzinfo=UTC)
    assert event.details == {
        "lesson_type": "advanced_python",
        "link_url": "https://example.com/lessons/advanced_python",
    }


def test_the_sample_message_and_recipient_stand_as_written(loaded: Loaded) -> None:
    message = MessageHistory.objects.get()
    assert (message.id, message.total_recipients, message.successful_deliveries) == (2001, 45, 43)
    assert message.message_text == "Don't forget about tomorrow's coding session!"
    assert (message.recipient_type, message.recipient_group, message.scheduled_at) == (
        "group",
        "3rd_stream",
        None,
    )
    assert message.sent_at == datetime(2025, 9, 2, 18, 0, tzinfo=UTC)
    assert message.created_at == datetime(2025, 9, 2, 17, 55, tzinfo=UTC)
    recipient = MessageRecipient.objects.get()
    assert (recipient.id, recipient.message_id, recipient.user_id) == (3001, 2001, 123456789)
    assert (recipient.username, recipient.delivery_status) == ("alex_smith", "sent")
    assert recipient.created_at == datetime(2025, 9, 2, 17, 55, 1, tzinfo=UTC)
    assert recipient.telegram_message_id == 5001


def test_nothing_is_invented_around_the_sample_people(loaded: Loaded) -> None:
    for user_id, facts in ((123456789, 2), (987654321, 1)):
        found = sum(
            model.objects.filter(user_id=user_id).count()
            for model in (Booking, FreeLessonRegistration, Event)
        )
        assert found == facts


def test_its_numbers_agree_with_its_facts_and_it_breaks_no_rule_of_the_school(loaded: Loaded) -> None:
    with closing(connect()) as conn:
        fold(conn)
        verified = verify_and_keep(conn)

    assert verified.found.clean
    assert verified.found.people_compared == loaded.people
    assert (verified.found.changes_waiting, verified.found.people_waiting) == (0, 0)
    assert verified.rules == []


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO public.bookings (user_id, course_id) VALUES (1, 1)",
        "INSERT INTO public.free_lesson_registrations (user_id, email) VALUES (1, 'a@example.com')",
        "INSERT INTO public.events (user_id) VALUES (1)",
        "INSERT INTO public.message_history (message_text) VALUES ('Hello')",
        "INSERT INTO public.message_recipients (message_id, user_id) VALUES (2001, 1)",
    ],
)
def test_rows_of_others_get_ids_after_it(loaded: Loaded, statement: str) -> None:
    table = statement.split()[2]
    before = run(f"SELECT max(id) FROM {table}")[0][0]
    assert isinstance(before, int)
    assert run(f"{statement} RETURNING id") == [(before + 1,)]


def test_streams_get_their_dates_and_seats_and_the_school_its_name(loaded: Loaded) -> None:
    streams = CourseStream.objects.order_by("course_stream")
    assert [stream.title for stream in streams] == ["3-й поток", "4-й поток", "5-й поток"]
    assert [stream.seats for stream in streams] == [60, 90, 120]
    assert all(
        stream.starts_on and stream.ends_on and stream.starts_on < stream.ends_on for stream in streams
    )
    assert School.objects.get().name == "Школа вайб-кодинга"


def test_a_school_with_a_name_keeps_it(school: psycopg.Connection) -> None:
    School.objects.update(name="HSL")
    load_sample_school(NOW)
    assert School.objects.get().name == "HSL"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO public.events (user_id, event_type) VALUES (1, 'start_command')",
        "INSERT INTO public.message_history (message_text) VALUES ('Hello')",
    ],
)
def test_a_database_that_holds_rows_is_left_alone(school: psycopg.Connection, statement: str) -> None:
    run(statement)
    with pytest.raises(NotEmptyError, match="holds rows"):
        load_sample_school(NOW)
    assert not Booking.objects.exists()


def test_another_programs_tables_are_left_alone(school: psycopg.Connection) -> None:
    run("DELETE FROM hsl.own_tables WHERE name = 'events'")
    with pytest.raises(NotEmptyError, match="made by another program"):
        load_sample_school(NOW)
    assert not Booking.objects.exists()
