"""Facts as lists, newest first: read by the page, and whole for an export."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Generic, LiteralString, TypeVar

from django.db import connection
from psycopg import sql

from hsl.school.rows import Booking, Event, Registration
from hsl.school.sqlfile import read_sql
from hsl.ui.dates import moments
from hsl.ui.keyset import LEAST, Cursor, Order, Page, read_page

Fact = TypeVar("Fact", Booking, Registration, Event)
Parameters = Mapping[str, Any]

NEVER = datetime(1, 1, 1, tzinfo=UTC)
"""Where a fact without a time stands: after all others. The views give no time as early (hsl.clamped)."""
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
EXPORTED_AT_ONCE = 1000
NEWER_THAN_ALL = datetime(9999, 12, 31, tzinfo=UTC)


def _at(time: LiteralString) -> LiteralString:
    return f"coalesce({time}, '0001-01-01 00:00:00+00'::timestamptz)"


_AT = _at("created_at")
# Where a walk among the events of a type ends, downwards and backwards, and what lies beyond its beginning: the one a
# bound of the index on type and time, the other none of any index.
_WITHIN_TYPE: tuple[LiteralString, LiteralString] = (
    f"(event_type, {_AT}) >= (%(key_0)s, %(oldest)s) AND ({_AT} < %(newest)s) IS TRUE",
    f"(event_type, {_AT}) < (%(key_0)s, %(newest)s) AND ({_AT} >= %(oldest)s) IS TRUE",
)


@dataclass(frozen=True)
class FactList(Generic[Fact]):
    """A list of facts: its name (of the page, and of its ``.sql``, which says which facts pass the filters), what is
    read of a row, and the column of its time."""

    name: str
    row: type[Fact]
    columns: LiteralString
    time: LiteralString

    @cached_property
    def order(self) -> Order:
        """The newest first. The indexes of hsl/projections/indexes.py are on these very expressions."""
        return Order(((_at(self.time), datetime), ("id", int)), descending=True)

    @cached_property
    def _passing(self) -> LiteralString:
        return read_sql(__file__, f"sql/{self.name}.sql")

    def page(self, wanted: Parameters, cursor: Cursor | None) -> Page[Fact]:
        """The page at ``cursor``."""
        return read_page(lambda at, limit: self._read(wanted, at, limit), cursor, self._key)

    def count(self, wanted: Parameters) -> int:
        """How many facts pass, counted one by one."""
        return scalar(f"SELECT count(*) {self._passing}", wanted)

    def all(self, wanted: Parameters) -> Iterator[Fact]:
        """All facts that pass, a statement for each thousand: no table is held while somebody downloads."""
        cursor = None
        while rows := self._read(wanted, cursor, EXPORTED_AT_ONCE):
            yield from rows
            cursor = Cursor(self._key(rows[-1]))

    def _read(self, wanted: Parameters, cursor: Cursor | None, limit: int) -> list[Fact]:
        text: LiteralString = f"SELECT {self.columns} {self._passing} AND {{after}}"
        order = self.order
        if wanted.get("event_type") and _types_are_indexed():
            text += f" AND {_WITHIN_TYPE[cursor is not None and cursor.backwards]}"
            order, cursor = _within_type(order, cursor, wanted)
            ends = {"oldest": wanted["since"] or NEVER, "newest": wanted["until"] or NEWER_THAN_ALL}
            wanted = {**wanted, **ends, "event_type": None, "since": None, "until": None}
        with connection.cursor() as db:
            statement = order.into(text + " ORDER BY {order} LIMIT %(limit)s", cursor)
            db.execute(statement, {**wanted, **order.parameters(cursor, limit)})
            return [self.row(*row) for row in db.fetchall()]

    def _key(self, fact: Fact) -> tuple[datetime, int]:
        return getattr(fact, self.time) or NEVER, fact.id


def _types_are_indexed() -> bool:
    """Whether the index on type and time is there: a guest may lack it (hsl/projections/indexes.py)."""
    with connection.cursor() as db:
        db.execute(
            "SELECT EXISTS (SELECT FROM pg_index"
            " WHERE indexrelid = to_regclass('public.hsl_events_type_time') AND indisvalid)"
        )
        return bool(db.fetchone()[0])


def _within_type(order: Order, cursor: Cursor | None, wanted: Parameters) -> tuple[Order, Cursor]:
    """The order and the place among the events of one type, such that only the index on type and time serves.

    Told that the type is equal, the planner would rather walk the events of all types by time until enough of this one
    came: after a burst of others, or of a type that comes no more, that is all of them.
    """
    place = cursor or Cursor((wanted["until"] or NEWER_THAN_ALL, LEAST))
    typed = Order((("event_type", str), *order.columns), descending=order.descending)
    return typed, Cursor((wanted["event_type"], *place.keys), place.backwards)


BOOKINGS = FactList(
    "bookings",
    Booking,
    "id, user_id, username, first_name, course_id, course_stream, confirmed, created_at, referral_code,"
    " discount_percent",
    "created_at",
)
REGISTRATIONS = FactList(
    "registrations",
    Registration,
    "id, user_id, username, first_name, email, registered_at, notification_sent, lesson_type, lesson_date",
    "registered_at",
)
EVENTS = FactList(
    "events",
    Event,
    "id, user_id, username, first_name, event_type, created_at, details::text",
    "created_at",
)


def scalar(text: LiteralString | sql.Composed, parameters: Parameters) -> int:
    """The one number that a statement answers with."""
    with connection.cursor() as db:
        db.execute(text, dict(parameters))
        return int(db.fetchone()[0])


def between(first: date | None, last: date | None) -> dict[str, datetime | None]:
    """``since`` and ``until`` of a list's statement: a fact without a time lies between no days."""
    since, until = moments(first, last)
    return {"since": since or (EARLIEST if until else None), "until": until}
