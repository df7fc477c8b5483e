"""The newest activity: who did what, in words, newest first."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.utils import translation

from hsl.analytics import activity, queries
from hsl.projections.fold import fold
from hsl.school.event_types import EVENT_TYPES, event_name

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def event(conn: psycopg.Connection, event_type: str, *, user_id: int = 1, at: datetime = NOON) -> None:
    conn.execute(
        "INSERT INTO public.events (user_id, event_type, created_at) VALUES (%s, %s, %s)",
        [user_id, event_type, at],
    )


def booking(conn: psycopg.Connection, *, user_id: int = 1, at: datetime = NOON, confirmed: int = 1) -> None:
    conn.execute(
        "INSERT INTO public.bookings (user_id, first_name, course_id, course_stream, confirmed, created_at)"
        " VALUES (%s, 'Анна', 1, '5th_stream', %s, %s)",
        [user_id, confirmed, at],
    )


def newest() -> list[activity.Entry]:
    return activity.newest(queries.newest_activity(activity.READ)).entries


def test_the_newest_comes_first_whatever_its_kind(school: psycopg.Connection) -> None:
    event(school, "view_program", at=NOON + timedelta(minutes=3))
    booking(school, at=NOON + timedelta(minutes=5))
    event(school, "start_command", at=NOON)
    school.execute(
        "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, registered_at)"
        " VALUES (1, 'a@b.example', 'intro_to_python', %s)",
        [NOON + timedelta(minutes=4)],
    )
    with translation.override("en"):
        lines = [(entry.what, entry.about) for entry in newest()]

    assert lines == [
        ("Booking", "5-й поток · pending"),
        ("Registered for a lesson", "Intro to python"),
        ("Looked at the program", ""),
        ("Started the bot", ""),
    ]


def test_a_line_tells_the_name_that_pages_show(school: psycopg.Connection) -> None:
    booking(school, user_id=1)
    event(school, "view_program", user_id=1, at=NOON + timedelta(minutes=1))
    event(school, "view_program", user_id=2)
    fold(school)

    assert [(entry.user_id, entry.name) for entry in newest()] == [
        (1, "Анна"),
        (2, ""),
        (1, "Анна"),
    ]


def test_what_a_bot_wrote_twice_is_one_line(school: psycopg.Connection) -> None:
    booking(school, user_id=1)
    event(school, "booking_created", user_id=1, at=NOON + timedelta(seconds=2))
    event(school, "booking_created", user_id=2, at=NOON)
    event(school, "booking_created", user_id=1, at=NOON + timedelta(hours=1))
    with translation.override("en"):
        lines = [(entry.user_id, entry.what) for entry in newest()]

    assert lines == [(1, "Made a booking"), (2, "Made a booking"), (1, "Booking")]


def test_a_dozen_lines_are_shown(school: psycopg.Connection) -> None:
    for minutes in range(50):
        event(school, "view_program", at=NOON + timedelta(minutes=minutes))

    times = [entry.at for entry in newest()]
    assert times == [NOON + timedelta(minutes=minutes) for minutes in range(49, 37, -1)]


@pytest.mark.parametrize("confirmed", [-1, 1, 2])
def test_a_booking_says_how_it_stands(school: psycopg.Connection, confirmed: int) -> None:
    booking(school, confirmed=confirmed)
    with translation.override("en"):
        (entry,) = newest()

    assert entry.about == f"5-й поток · {({-1: 'cancelled', 1: 'pending', 2: 'confirmed'})[confirmed]}"


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_the_events_of_real_bots_have_a_name_in_both_languages(event_type: str) -> None:
    names = []
    for language in ("en", "ru"):
        with translation.override(language):
            names.append(event_name(event_type))

    assert event_type not in names
    assert names[0] != names[1]


def test_an_event_that_nobody_told_us_of_goes_by_its_own_name() -> None:
    assert event_name("something_new") == "something_new"
    with translation.override("en"):
        assert event_name(None) == event_name("") == "Event without a type"
