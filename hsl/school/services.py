"""Changes to bookings. Each is one transaction on the table itself, with what was changed on the operators' record.

They do not fold: :mod:`hsl.people.services` does, after them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_noop as _

from hsl.accounts.audit import Actor, record
from hsl.school.queries import listed_streams
from hsl.school.refusals import ConflictError, InvalidError, MissingError, RefusedError
from hsl.school.rows import Booking
from hsl.school.sqlfile import read_sql

CANCELLED, PENDING, CONFIRMED = -1, 1, 2
STATUSES = (CANCELLED, PENDING, CONFIRMED)

Changes: TypeAlias = Mapping[str, int | str]
"""Columns of a booking (``confirmed``, ``course_stream``) and what to set them to."""

# Shorter than PostgreSQL waits before it looks for deadlocks: a bot's transaction is never the one that dies.
_LOCK_WAIT = "SET LOCAL lock_timeout = '200ms'"


def set_confirmed(booking_id: int, confirmed: int, *, actor: Actor) -> Booking:
    """Give a booking the status -1, 1 or 2 (cancelled, pending, confirmed). See ``change_booking``."""
    return change_booking(booking_id, {"confirmed": confirmed}, actor=actor)


def set_stream(booking_id: int, course_stream: str, *, actor: Actor) -> Booking:
    """Move a booking to another stream of its course. See ``change_booking``."""
    return change_booking(booking_id, {"course_stream": course_stream}, actor=actor)


def change_booking(booking_id: int, changes: Changes, *, actor: Actor) -> Booking:
    """Set ``confirmed`` and ``course_stream``, or one of them, of a booking; gives it as it became.

    What it already is changes nothing and is not recorded. Raises MissingError for no such booking, InvalidError for a
    stream that is not listed or an unknown status, ConflictError where another active booking of the person stands
    there already (data model, Bookings: one active booking per person, course and stream), where the database lacks
    the column, or refuses.
    """
    with _one_transaction():
        booking = _locked(booking_id)
        return _changed(booking, changes, "booking.change", f"booking:{booking_id}", actor)


def move_person(user_id: int, course_stream: str, *, actor: Actor) -> Booking:
    """Move a person: set ``course_stream`` of their newest active booking, by ``created_at``, then ``id`` (data model,
    Course Stream Management); gives that booking as it became.

    Raises ConflictError for a person without an active booking, one who is there already, and as ``change_booking``;
    InvalidError for a stream that is not listed.
    """
    with _one_transaction():
        booking = _newest_active(user_id)
        if booking.course_stream == course_stream:
            raise ConflictError(
                _("course_stream: booking %(booking)s of this person is in %(stream)s already"),
                booking=booking.id,
                stream=course_stream,
            )
        changes: Changes = {"course_stream": course_stream}
        return _changed(booking, changes, "person.move", f"person:{user_id}", actor)


def _changed(booking: Booking, changes: Changes, act: str, subject: str, actor: Actor) -> Booking:
    before = booking._asdict()
    new: dict[str, Any] = {field: value for field, value in changes.items() if before[field] != value}
    _refuse_unknown(booking, new)
    if not new:
        return booking
    changed = booking._replace(**new)
    _refuse_second_active(booking, changed)
    for field, value in new.items():
        _write(booking.id, field, value)
    record(
        actor,
        act,
        subject,
        {"booking": booking.id, **{f: before[f] for f in new}},
        {"booking": booking.id, **new},
    )
    return changed


def _refuse_unknown(booking: Booking, new: Changes) -> None:
    if "confirmed" in new and new["confirmed"] not in STATUSES:
        raise InvalidError(_("confirmed: give -1 (cancelled), 1 (pending) or 2 (confirmed)"))
    listed = listed_streams(booking.course_id)
    if "course_stream" in new and new["course_stream"] not in listed:
        raise InvalidError(
            _("course_stream: no stream of this course is called that; give one of %(listed)s"),
            listed=", ".join(listed),
        )


def _refuse_second_active(before: Booking, after: Booking) -> None:
    """One active booking per person, course and stream. A booking that was active there already brings no second."""
    stays = before.confirmed != CANCELLED and before.course_stream == after.course_stream
    if after.confirmed == CANCELLED or after.user_id is None or stays:
        return
    with connection.cursor() as cursor:
        cursor.execute(read_sql(__file__, "sql/booking_in_the_way.sql"), after._asdict())
        row = cursor.fetchone()
    if row is not None:
        raise ConflictError(
            _(
                "course_stream: booking %(booking)s of this person in %(stream)s is active already; cancel it first"
            ),
            stream=after.course_stream,
            booking=row[0],
        )


def _locked(booking_id: int) -> Booking:
    rows = _select("sql/booking.sql", {"id": booking_id})
    if not rows:
        raise MissingError(_("id: there is no booking %(booking)s"), booking=booking_id)
    return rows[0]


def _newest_active(user_id: int) -> Booking:
    rows = _select("sql/bookings_of_person.sql", {"user_id": user_id})
    active = [booking for booking in rows if booking.confirmed != CANCELLED]
    if not active:
        raise ConflictError(
            _("user_id: person %(person)s has no active booking that could be moved"), person=user_id
        )
    return active[0]


def _select(file: str, arguments: dict[str, Any]) -> list[Booking]:
    with connection.cursor() as cursor:
        cursor.execute(read_sql(__file__, file), arguments)
        return [Booking(*row) for row in cursor.fetchall()]


def _write(booking_id: int, field: str, value: int | str) -> None:
    statement = {
        "confirmed": "UPDATE public.bookings SET confirmed = %s WHERE id = %s",
        "course_stream": "UPDATE public.bookings SET course_stream = %s WHERE id = %s",
    }[field]
    with connection.cursor() as cursor:
        try:
            cursor.execute(statement, (value, booking_id))
        except DatabaseError as error:
            refusal = _refusal(error.__cause__, field)
            if refusal is None:
                raise
            raise refusal from error


@contextmanager
def _one_transaction() -> Iterator[None]:
    """A transaction that does not wait long for a row that somebody holds."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_LOCK_WAIT)
            yield
    except DatabaseError as error:
        if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            raise ConflictError(
                _("another program is changing this person's bookings at the moment: try again")
            ) from error
        raise


def _refusal(cause: BaseException | None, field: str) -> RefusedError | None:
    """What the database's refusal of a write means to who asked for it; None for what is no refusal."""
    if isinstance(cause, psycopg.errors.UndefinedColumn):
        return ConflictError(
            _("%(field)s: the bookings table of this database has no such column, so it can't be set"),
            field=field,
        )
    if isinstance(cause, psycopg.IntegrityError | psycopg.DataError):
        words = str(cause).split("\n", 1)[0]
        return ConflictError(_("%(field)s: the database refuses it: %(words)s"), field=field, words=words)
    return None
