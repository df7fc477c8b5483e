"""When the sample school's streams run and its free lessons are held, relative to today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HISTORY = timedelta(days=426)
"""Fourteen months."""

ENROLMENT_AFTER_START = timedelta(days=3)
LESSON_BEGINS = time(19, 0)
THURSDAY = 3

LESSON_TYPES = ("intro_to_python", "first_telegram_bot", "intro_to_python", "ai_agents", "advanced_python")
"""The round in which weekly free lessons follow each other."""

ATTENDANCE = {
    "intro_to_python": 0.61,
    "first_telegram_bot": 0.54,
    "ai_agents": 0.49,
    "advanced_python": 0.42,
}
"""The share of those registered who come."""


@dataclass(frozen=True, slots=True)
class Stream:
    course_stream: str
    starts_on: date
    ends_on: date
    seats: int


@dataclass(frozen=True, slots=True)
class Lesson:
    lesson_type: str
    lesson_date: date
    begins: datetime


def streams(today: date) -> tuple[Stream, ...]:
    """One stream that is over, one that runs, one that enrols now; each starts on a Monday."""
    return tuple(
        _stream(name, _monday_from(today + timedelta(days=days)), weeks, seats)
        for name, days, weeks, seats in (
            ("3rd_stream", -302, 12, 60),
            ("4th_stream", -132, 20, 90),
            ("5th_stream", 17, 16, 120),
        )
    )


def lessons(today: date, zone: ZoneInfo) -> tuple[Lesson, ...]:
    """A free lesson every Thursday evening, from the first week to the three weeks ahead."""
    first = today - HISTORY
    first += timedelta(days=(THURSDAY - first.weekday()) % 7)
    count = (today + timedelta(weeks=3) - first).days // 7 + 1
    dates = [first + timedelta(weeks=n) for n in range(count)]
    return tuple(
        Lesson(LESSON_TYPES[n % len(LESSON_TYPES)], day, datetime.combine(day, LESSON_BEGINS, zone))
        for n, day in enumerate(dates)
    )


def enrolment_closes(stream: Stream, zone: ZoneInfo) -> datetime:
    """The moment after which nobody books the stream any more."""
    return datetime.combine(stream.starts_on + ENROLMENT_AFTER_START, time(23, 0), zone)


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _stream(name: str, starts_on: date, weeks: int, seats: int) -> Stream:
    return Stream(name, starts_on, starts_on + timedelta(weeks=weeks, days=-3), seats)
