"""Facts as lists, newest first, and what the school lists: its courses and streams."""

import json
import math
import re
from dataclasses import asdict, dataclass
from datetime import date
from itertools import accumulate
from typing import Any, Generic, NamedTuple, TypeVar

from django.db.models import QuerySet

from hsl.school.models import CourseStream
from hsl.school.rows import Booking, Event, Registration
from hsl.school.selecting import select, value
from hsl.school.sqlfile import read_sql

MOST = 200
LARGEST_ID = 2**31 - 1
DEEPEST = 200
"""How deep an event's details are nested at most to be answered as JSON."""

# A list is looked for among so many ids at a time, and so many times, before the page is given as far as it has come:
# no filter makes one request read all facts.
_WINDOW = 100_000
_WINDOWS = 5

Fact = TypeVar("Fact", Booking, Registration, Event)


class Facts(NamedTuple, Generic[Fact]):
    """A page of facts, and below which id the next begins, if there may be more. A page can be short of its limit,
    or empty, and still have a next one."""

    facts: list[Fact]
    next_cursor: int | None


@dataclass(frozen=True, kw_only=True)
class BookingFilter:
    """Which bookings; ``first`` and ``last`` are days of the school's zone, both included. None: any."""

    user_id: int | None = None
    course_stream: str | None = None
    confirmed: int | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, kw_only=True)
class RegistrationFilter:
    """Which registrations; ``first`` and ``last`` are days on which they were made, both included."""

    user_id: int | None = None
    lesson_type: str | None = None
    lesson_date: date | None = None
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, kw_only=True)
class EventFilter:
    """Which events; ``first`` and ``last`` are days of the school's zone, both included."""

    user_id: int | None = None
    event_type: str | None = None
    first: date | None = None
    last: date | None = None


def bookings(wanted: BookingFilter, *, below: int | None = None, limit: int = 50) -> Facts[Booking]:
    """Bookings newest first: by id from the highest, or from ``below`` an id, at most ``limit`` (1 to 200)."""
    rows, cursor = _page("bookings", wanted, below, limit)
    return Facts([Booking(*row) for row in rows], cursor)


def registrations(
    wanted: RegistrationFilter, *, below: int | None = None, limit: int = 50
) -> Facts[Registration]:
    """Registrations newest first, as ``bookings``."""
    rows, cursor = _page("free_lesson_registrations", wanted, below, limit)
    return Facts([Registration(*row) for row in rows], cursor)


def events(wanted: EventFilter, *, below: int | None = None, limit: int = 50) -> Facts[Event]:
    """Events newest first, as ``bookings``."""
    rows, cursor = _page("events", wanted, below, limit)
    return Facts([Event(*row)._replace(details=event_details(row[6])) for row in rows], cursor)


def listed_streams(course_id: int | None) -> list[str]:
    """The streams that the school lists for a course; of all courses where the course is not known."""
    streams = (
        CourseStream.objects.all() if course_id is None else CourseStream.objects.filter(course=course_id)
    )
    return sorted(set(streams.values_list("course_stream", flat=True)))


def stream_titles() -> dict[str, str]:
    """What people call each stream that the school lists: its title, else its name. Where courses share a name, the
    first course's."""
    return _titles(CourseStream.objects.all())


def streams_on_offer() -> dict[str, str]:
    """As ``stream_titles``, without the archived."""
    return _titles(CourseStream.objects.filter(archived_at=None))


def _titles(streams: QuerySet[CourseStream]) -> dict[str, str]:
    named = streams.order_by("-course_id").values_list("course_stream", "title")
    return dict(sorted({stream: title or stream for stream, title in named}.items()))


Filter = BookingFilter | RegistrationFilter | EventFilter


def _page(
    table: str, wanted: Filter, below: int | None, limit: int
) -> tuple[list[tuple[Any, ...]], int | None]:
    filters = asdict(wanted)
    filters["from"], filters["to"] = filters.pop("first"), filters.pop("last")
    limit = min(max(limit, 1), MOST)
    rows: list[tuple[Any, ...]] = []
    below = LARGEST_ID + 1 if below is None else below
    for _ in range(_WINDOWS):
        top = _highest(table, below)
        if top is None:
            return rows, None
        # One person's facts are found by an index; without a filter the page is full at once.
        narrow = filters["user_id"] is not None or not any(value is not None for value in filters.values())
        above = -LARGEST_ID - 2 if narrow else top - _WINDOW
        window = {"above": above, "top": top, "limit": limit + 1 - len(rows)}
        rows += select(read_sql(__file__, f"sql/page_of_{table}.sql"), filters | window)
        if len(rows) > limit:
            return rows[:limit], rows[limit - 1][0]
        if narrow:
            return rows, None
        below = above + 1
    return rows, below


def _highest(table: str, below: int) -> int | None:
    highest = value(_HIGHEST[table], (below,))
    return None if highest is None else int(highest)


_HIGHEST = {
    "bookings": "SELECT max(id) FROM bookings WHERE id < %s",
    "free_lesson_registrations": "SELECT max(id) FROM free_lesson_registrations WHERE id < %s",
    "events": "SELECT max(id) FROM events WHERE id < %s",
}


def event_details(text: str | None) -> object:
    """An event's details. Numbers that Python or JavaScript can't hold stay text; so does all of what is nested so
    deep that no reader of JSON need take it (RFC 8259, 9)."""
    if text is None:
        return None
    if text.count("[") + text.count("{") > DEEPEST and _depth(text) > DEEPEST:
        return text
    return json.loads(text, parse_int=_whole, parse_float=_finite)


def _depth(text: str) -> int:
    """How deep JSON is nested: 1 for a flat object or array."""
    brackets = (found for found in _STRING_OR_BRACKET.findall(text) if not found.startswith('"'))
    return max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0)


_STRING_OR_BRACKET = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{\]}]')


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= 300 else digits


def _finite(digits: str) -> float | str:
    return float(digits) if math.isfinite(float(digits)) else digits
