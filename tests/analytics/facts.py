"""Random facts as adopted databases hold them: no rule keeps anything out."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import psycopg

RELAX = """
DROP INDEX IF EXISTS public.bookings_one_active, public.free_lesson_registrations_one_a_lesson;
ALTER TABLE public.bookings DROP CONSTRAINT IF EXISTS bookings_confirmed_check,
  ALTER user_id DROP NOT NULL, ALTER course_id DROP NOT NULL, ALTER confirmed DROP NOT NULL,
  ALTER created_at DROP NOT NULL;
ALTER TABLE public.free_lesson_registrations
  ALTER user_id DROP NOT NULL, ALTER email DROP NOT NULL, ALTER registered_at DROP NOT NULL;
ALTER TABLE public.events ALTER user_id DROP NOT NULL, ALTER created_at DROP NOT NULL;
"""

BOOKING = """
INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed, created_at)
VALUES (%s, %s, %s, %s, %s)
"""
REGISTRATION = """
INSERT INTO public.free_lesson_registrations (user_id, first_name, lesson_type, registered_at)
VALUES (%s, %s, %s, %s)
"""
EVENT = "INSERT INTO public.events (user_id, event_type, details, created_at) VALUES (%s, %s, %s, %s)"

ZONES = ["UTC", "Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"]
STREAMS = [None, "3rd_stream", "4th_stream", "5th_stream", "Ёжик", ""]
LESSONS = [None, "intro_to_python", "advanced_python", "дизайн", ""]
EVENTS = [
    None,
    "start_command",
    "view_program",
    "lesson_link_clicked",
    "lesson_link_clicked",
    "something_new",
]
CONFIRMED = [-1, 1, 2, 2, 0, None, 7]
DETAILS: list[Any] = [None, [], "text", 5, {}, {"lesson_type": None}, {"lesson_type": 3}]


class Facts:
    """A source of facts; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # facts, not secrets

    def moment(self) -> datetime | None:
        """No time, a time at which some zone's day or clock turns, or any of a year around those."""
        of = self.random
        turn = datetime(2026, of.choice([3, 10, 11]), of.randint(1, 30), tzinfo=ZoneInfo(of.choice(ZONES)))
        near = of.choice(
            [timedelta(), timedelta(microseconds=-1), timedelta(minutes=of.randint(-1500, 1500))]
        )
        anywhere = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=of.randint(0, 525_600))
        return of.choice([None, turn.astimezone(UTC) + near, anywhere, anywhere])

    def booking(self) -> tuple[Any, ...]:
        """A row of bookings: user, course, stream, confirmed, time."""
        of = self.random
        course = of.choice([1, 1, 1, 2, None])
        return (self.user(), course, of.choice(STREAMS), of.choice(CONFIRMED), self.moment())

    def registration(self) -> tuple[Any, ...]:
        """A row of registrations: user, name, lesson, time."""
        return (
            self.user(),
            self.random.choice([None, "", "Анна"]),
            self.random.choice(LESSONS),
            self.moment(),
        )

    def event(self) -> tuple[Any, ...]:
        """A row of events: user, type, details as JSON, time."""
        of = self.random
        details: Any = {"lesson_type": of.choice(LESSONS)} if of.random() < 0.8 else of.choice(DETAILS)
        return (self.user(), of.choice(EVENTS), json.dumps(details), self.moment())

    def user(self) -> int | None:
        """One of some dozens of people, or nobody."""
        number = self.random.randrange(40)
        return number or None

    def fill(self, conn: psycopg.Connection, count: int = 250) -> None:
        """Insert ``count`` facts of each kind, as another program does."""
        with conn.cursor() as cursor:
            cursor.executemany(BOOKING, [self.booking() for _ in range(count)])
            cursor.executemany(REGISTRATION, [self.registration() for _ in range(count)])
            cursor.executemany(EVENT, [self.event() for _ in range(count)])
