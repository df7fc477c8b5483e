"""One booking at a time, as a service changes it: its row locked, its columns written, the rules held, and what the
database says against it in words. :mod:`hsl.school.services` says what each act does."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_noop as _

from hsl.school.refusals import ConflictError, MissingError, RefusedError
from hsl.school.rows import Booking
from hsl.school.selecting import select
from hsl.school.sqlfile import read_sql

CANCELLED, PENDING, CONFIRMED = -1, 1, 2
STATUSES = (CANCELLED, PENDING, CONFIRMED)

Changes: TypeAlias = Mapping[str, int | str | None]
"""Columns of a booking (``confirmed``, ``course_stream``, ``referral_code``, ``discount_percent``) and what to set them
to."""

# Shorter than PostgreSQL waits before it looks for deadlocks: a bot's transaction is never the one that dies.
_LOCK_WAIT = "SET LOCAL lock_timeout = '200ms'"
_NOT_ALLOWED = (
    psycopg.errors.RaiseException,
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.ReadOnlySqlTransaction,
)
_WRITE = {
    "confirmed": "UPDATE public.bookings SET confirmed = %s WHERE id = ANY (%s)",
    "course_stream": "UPDATE public.bookings SET course_stream = %s WHERE id = ANY (%s)",
    "referral_code": "UPDATE public.bookings SET referral_code = %s WHERE id = ANY (%s)",
    "discount_percent": "UPDATE public.bookings SET discount_percent = %s WHERE id = ANY (%s)",
}


class TableHeldError(ConflictError):
    """Another program holds the whole table (a TRUNCATE): nobody's bookings can be changed."""


@contextmanager
def one_transaction() -> Iterator[None]:
    """A transaction that does not wait long for a row that somebody holds: then, and where the database lets us change
    nothing (a bot's trigger, rights that our role lacks), ConflictError."""
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
        if isinstance(error.__cause__, _NOT_ALLOWED):
            raise ConflictError(
                _("The database refuses it: %(words)s"), words=_words(error.__cause__)
            ) from error
        raise


def hold_table() -> None:
    """Lock the table as an update will, inside ``one_transaction``: who changes many is refused at once, not once for
    each of them. Raises TableHeldError."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE public.bookings IN ROW EXCLUSIVE MODE")
    except DatabaseError as error:
        if isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
            raise TableHeldError(_("another program holds the table of bookings: try again")) from error
        raise


def locked(booking_id: int) -> Booking:
    """The booking, its row locked. Raises MissingError."""
    rows = _select("sql/booking.sql", {"id": booking_id})
    if not rows:
        raise MissingError(_("id: there is no booking %(booking)s"), booking=booking_id)
    return rows[0]


def active_bookings(user_ids: list[int]) -> list[Booking]:
    """The active bookings of these people, each person's newest first, their rows locked."""
    return _select("sql/active_bookings.sql", {"user_ids": user_ids})


def write(booking_ids: list[int], field: str, value: int | str | None) -> None:
    """Set one column. Raises ConflictError where the table lacks it, or the database refuses the value."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(_WRITE[field], (value, booking_ids))
        except DatabaseError as error:
            refusal = _refusal(error.__cause__, field)
            if refusal is None:
                raise
            raise refusal from error


def refuse_second_active(before: Booking, after: Booking) -> None:
    """Hold one active booking per person, course and stream (data model, Bookings): ConflictError names the one in
    the way. A booking that was active there already brings no second."""
    stays = before.confirmed != CANCELLED and before.course_stream == after.course_stream
    if after.confirmed == CANCELLED or after.user_id is None or stays:
        return
    for row in select(read_sql(__file__, "sql/booking_in_the_way.sql"), after._asdict()):
        raise ConflictError(
            _(
                "course_stream: booking %(booking)s of this person in %(stream)s is active already; cancel it first"
            ),
            stream=after.course_stream,
            booking=row[0],
        )


def _select(file: str, arguments: dict[str, Any]) -> list[Booking]:
    return [Booking(*row) for row in select(read_sql(__file__, file), arguments)]


def _refusal(cause: BaseException | None, field: str) -> RefusedError | None:
    """What the database's refusal of a write means to who asked for it; None for what is no refusal."""
    if isinstance(cause, psycopg.errors.UndefinedColumn):
        return ConflictError(
            _("%(field)s: the bookings table of this database has no such column, so it can't be set"),
            field=field,
        )
    if isinstance(cause, psycopg.IntegrityError | psycopg.DataError):
        return ConflictError(
            _("%(field)s: the database refuses it: %(words)s"), field=field, words=_words(cause)
        )
    return None


def _words(refusal: BaseException) -> str:
    return str(refusal).split("\n", 1)[0]
