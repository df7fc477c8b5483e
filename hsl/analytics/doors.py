"""Where numbers lead: the addresses of the lists of people, bookings, registrations and events.

A list's parameters are its page's own (docs/pages.md). Where days are named, both are counted in; where moments are
(``2026-11-24T09:15Z``), the second is not.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from typing import TypeAlias
from urllib.parse import quote_plus

from django.urls import reverse

from hsl.analytics.ranges import Stretch
from hsl.analytics.rows import Stream

Value: TypeAlias = str | int | date | None
Door: TypeAlias = Callable[[Stretch], str]
"""What gives the list of a stretch of time."""


def people(seen: Stretch | None = None, /, **filters: Value) -> str:
    """People; ``seen``: when they were first seen. Filters that are None ask for nothing."""
    return _list("people", seen, ("first_from", "first_to"), filters)


def bookings(made: Stretch | None = None, /, **filters: Value) -> str:
    """Bookings; ``made``: when they were created."""
    return _list("bookings", made, ("from", "to"), filters)


def registrations(made: Stretch | None = None, /, **filters: Value) -> str:
    """Registrations for lessons; ``made``: when they were made."""
    return _list("registrations", made, ("from", "to"), filters)


def events(happened: Stretch | None = None, /, **filters: Value) -> str:
    """Events; ``happened``: when."""
    return _list("events", happened, ("from", "to"), filters)


def bookings_of(stream: Stream) -> str:
    """A stream's bookings; one without a course or stream is asked for as just that."""
    return bookings(**field("course", stream.course_id), **field("stream", stream.course_stream))


def field(name: str, value: Value) -> dict[str, Value]:
    """A filter by a value that facts may leave out: the empty value alone would ask for nothing."""
    return {name: "", f"{name}_empty": 1} if value in (None, "") else {name: value}


def _list(name: str, stretch: Stretch | None, ends: tuple[str, str], filters: dict[str, Value]) -> str:
    asked = [f"{field}={_quoted(value)}" for field, value in filters.items() if value is not None]
    if stretch is not None:
        asked += [f"{ends[0]}={_quoted(stretch.first)}", f"{ends[1]}={_quoted(stretch.last)}"]
    return f"{_path(name)}?{'&'.join(asked)}" if asked else _path(name)


@cache
def _path(name: str) -> str:
    return reverse(name)


def _quoted(value: str | int | date) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H%%3A%MZ")
    return value.isoformat() if isinstance(value, date) else quote_plus(str(value))
