"""What happened with a person as one story, the newest first: bookings, registrations, events, messages, acts of
operators."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from hsl.facts.titles import Titles
from hsl.people.moments import Kind, Moment, Row, of_act, of_booking, of_event, of_message, of_registration
from hsl.school.sqlfile import read_sql
from hsl.ui.dates import short_day
from hsl.ui.keyset import Cursor, Order

PAGE = 50
MANY = 2_000
"""Of so many facts of a kind the newest are found by id, not by time: no page sorts a hundred thousand."""

NEVER = datetime(1, 1, 2, tzinfo=UTC)
_END = datetime(9999, 12, 30, tzinfo=UTC)
_LARGEST = 2**63 - 1


@dataclass(frozen=True)
class _Source:
    """Where the moments of a kind come from: the statement, its column of time, and how a row becomes a moment."""

    name: str
    time: str
    moment: Callable[[Titles, Row], Moment]


_SOURCES = {
    Kind.BOOKING: _Source("bookings", "created_at", of_booking),
    Kind.REGISTRATION: _Source("registrations", "registered_at", of_registration),
    Kind.EVENT: _Source("events", "created_at", of_event),
    Kind.MESSAGE: _Source("messages", "at", of_message),
    Kind.ACT: _Source("acts", "at", of_act),
}

PLACES = Order(
    tuple((column, kind) for _kind in _SOURCES for column, kind in (("at", datetime), ("id", int))),
    descending=True,
)
"""The cursor of a timeline: of each kind, the time and id of the last moment shown."""


class Day(NamedTuple):
    """The moments of a day; ``label`` is empty for those of which nobody knows when they were."""

    label: str
    moments: list[Moment]


class Timeline(NamedTuple):
    """A page of a story, and the cursor of the next page, if any."""

    days: list[Day]
    older: Cursor | None


def timeline(
    user_id: int,
    kinds: Iterable[Kind],
    counts: Mapping[Kind, int],
    titles: Titles,
    cursor: Cursor | None = None,
) -> Timeline:
    """The next moments of these kinds, at most 50. ``counts``: how many facts of a kind the person has."""
    places = _places(cursor)
    found = {
        kind: [_SOURCES[kind].moment(titles, row) for row in _read(kind, user_id, places[kind], counts)]
        for kind in kinds
    }
    shown: list[Moment] = []
    while len(shown) < PAGE and any(found.values()):
        # Of each kind in its own order: what is left for the next page then begins where this one ends.
        newest = max(
            (moments for moments in found.values() if moments), key=lambda moments: moments[0].at or NEVER
        )
        shown.append(newest.pop(0))
    older = _cursor(places, shown) if any(found.values()) else None
    shown.sort(key=lambda moment: moment.at or NEVER, reverse=True)
    return Timeline(list(_days(shown)), older)


def _days(moments: list[Moment]) -> Iterator[Day]:
    for day, some in groupby(moments, key=lambda moment: moment.at and timezone.localtime(moment.at).date()):
        yield Day(short_day(day) if day else "", list(some))


def _places(cursor: Cursor | None) -> dict[Kind, tuple[datetime, int]]:
    if cursor is None or cursor.backwards:
        return dict.fromkeys(_SOURCES, (_END, _LARGEST))
    keys: tuple[Any, ...] = cursor.keys
    return {kind: (keys[2 * n], keys[2 * n + 1]) for n, kind in enumerate(_SOURCES)}


def _cursor(places: dict[Kind, tuple[datetime, int]], shown: list[Moment]) -> Cursor:
    last = {**places, **{moment.kind: (moment.at or NEVER, moment.id) for moment in shown}}
    return Cursor(tuple(key for kind in _SOURCES for key in last[kind]))


_IN_TIME = {
    "after": "(coalesce({time}, '0001-01-02 00:00:00+00'), id) < (%(at)s, %(id)s)",
    "order": "coalesce({time}, '0001-01-02 00:00:00+00') DESC, id DESC",
}
_BY_ID = {"after": "id < %(id)s", "order": "id DESC"}


def _read(kind: Kind, user_id: int, place: tuple[datetime, int], counts: Mapping[Kind, int]) -> list[Row]:
    source = _SOURCES[kind]
    # An act is written down in the moment in which it is done: the record is in order by id.
    by_id = counts.get(kind, 0) > MANY or kind is Kind.ACT
    parts = {name: part.format(time=source.time) for name, part in (_BY_ID if by_id else _IN_TIME).items()}
    statement = read_sql(__file__, f"sql/moments_{source.name}.sql").format(**parts)
    arguments: dict[str, int | datetime] = {
        "user_id": user_id,
        "at": place[0],
        "id": place[1],
        "limit": PAGE + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return list(cursor.fetchall())
