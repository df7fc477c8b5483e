"""How many facts a list holds, on all its pages: exact, from a sum wherever one is kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hsl.facts.lists import BOOKINGS, EVENTS, REGISTRATIONS, Parameters, between, scalar
from hsl.school.sqlfile import read_sql

CAME = "lesson_link_clicked"
"""The event that says somebody came (data model, Lesson Conversion Tracking)."""
STATUSES = {"pending": 1, "confirmed": 2, "cancelled": -1}
"""A booking's status by its name; "new" is any other value, and none (data model, Bookings)."""


@dataclass(frozen=True)
class Asked:
    """What a list was asked for. ``first`` and ``last``: days, both included, or moments, of which the last is not.
    ``wanted``: what its statement takes beside ``since`` and ``until``."""

    first: date | None
    last: date | None
    wanted: Parameters

    @property
    def parameters(self) -> dict[str, Any]:
        """All that its statement takes."""
        return {**self.wanted, **between(self.first, self.last)}

    @property
    def some_days(self) -> bool:
        """Whether it is of certain days or moments."""
        return self.first is not None or self.last is not None

    def any_of(self, *names: str) -> bool:
        """Whether one of these filters was asked for."""
        return any(self.wanted[name] not in (None, False) for name in names)


def bookings(asked: Asked) -> int:
    """How many bookings; one by one where the sums do not know: a person's, an import's, a stream's or an odd
    status's of certain days."""
    if asked.any_of("user_id", "nobody", "import_id") or (
        asked.some_days and asked.any_of("course_id", "course_stream", "no_course", "no_stream", "odd_status")
    ):
        return BOOKINGS.count(asked.parameters)
    if asked.some_days:
        confirmed = asked.wanted["confirmed"]
        types = None if confirmed is None else [str(confirmed)]
        return _in_time(asked, "booking", types, other_types=asked.wanted["only_new"])
    return _ask("counted_by_stream", asked.wanted)


def registrations(asked: Asked) -> int:
    """How many registrations; one by one for a person's, an import's, and a lesson date's of certain days."""
    if asked.any_of("user_id", "nobody", "import_id") or (
        asked.some_days and asked.any_of("lesson_date", "no_lesson", "no_lesson_date")
    ):
        return REGISTRATIONS.count(asked.parameters)
    if asked.some_days:
        lesson = asked.wanted["lesson_type"]
        return _in_time(asked, "registration", None if lesson is None else [lesson])
    return _ask("counted_by_lesson", asked.wanted)


def events(asked: Asked) -> int:
    """How many events; one by one for a person's, an import's, and a lesson's other than all visits to it."""
    event_type = asked.wanted["event_type"]
    alone = not asked.some_days and not asked.any_of("user_id", "nobody", "import_id")
    if alone and event_type == CAME and asked.any_of("lesson_type"):
        return _ask("counted_visits", asked.wanted)
    if asked.any_of("user_id", "nobody", "import_id", "lesson_type", "lesson_date", "no_lesson_date"):
        return EVENTS.count(asked.parameters)
    if event_type is None and not asked.some_days:
        return scalar("SELECT coalesce(sum(n), 0) FROM totals_now WHERE name = 'events'", {})
    counted = _in_time(asked, "event", None if event_type is None else [event_type])
    return counted if asked.some_days else counted + _ask("events_without_a_time", asked.wanted)


def _in_time(asked: Asked, kind: str, types: list[str] | None, *, other_types: bool = False) -> int:
    of = {"kind": kind, "types": types, "other_types": other_types}
    if isinstance(asked.first, datetime) or isinstance(asked.last, datetime):
        return _ask("counted_by_quarters", {**of, **between(asked.first, asked.last)})
    return _ask("counted_by_days", {**of, "first": asked.first, "last": asked.last})


def _ask(name: str, parameters: Parameters) -> int:
    return scalar(read_sql(__file__, f"sql/{name}.sql"), parameters)
