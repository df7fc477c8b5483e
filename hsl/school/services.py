"""Changes to bookings. Each is one transaction on the table itself, with what was changed on the operators' record.

They do not fold: :mod:`hsl.people.services` does, after them.
"""

from typing import Any, NamedTuple

from django.utils.translation import gettext_noop as _

from hsl.accounts.audit import Actor, record
from hsl.accounts.models import AuditEntry
from hsl.school.booking_rows import (
    STATUSES,
    Changes,
    active_bookings,
    locked,
    one_transaction,
    refuse_second_active,
    write,
)
from hsl.school.queries import listed_streams
from hsl.school.refusals import ConflictError, InvalidError
from hsl.school.rows import Booking


class Changed(NamedTuple):
    """A booking as it became, and the act on the record; None where it was so already."""

    booking: Booking
    act: AuditEntry | None


def change_booking(booking_id: int, changes: Changes, *, actor: Actor) -> Changed:
    """Set columns of a booking; gives it as it became.

    What it already is changes nothing and is not recorded. Raises MissingError for no such booking, InvalidError for a
    stream that is not listed, an unknown status or a discount outside 0 to 100, ConflictError where another active
    booking of the person stands there already (data model, Bookings: one active booking per person, course and
    stream), where the database lacks the column, or refuses.
    """
    with one_transaction():
        booking = locked(booking_id)
        return _changed(booking, changes, "booking.change", f"booking:{booking_id}", actor)


def move_person(user_id: int, course_stream: str, *, actor: Actor) -> Changed:
    """Move a person: set ``course_stream`` of their newest active booking, by ``created_at``, then ``id`` (data model,
    Course Stream Management); gives that booking as it became.

    Raises ConflictError for a person without an active booking, one who is there already, and as ``change_booking``;
    InvalidError for a stream that is not listed.
    """
    with one_transaction():
        booking = _newest_active(user_id)
        if booking.course_stream == course_stream:
            raise ConflictError(
                _("course_stream: booking %(booking)s of this person is in %(stream)s already"),
                booking=booking.id,
                stream=course_stream,
            )
        changes: Changes = {"course_stream": course_stream}
        return _changed(booking, changes, "person.move", f"person:{user_id}", actor)


def _changed(booking: Booking, changes: Changes, act: str, subject: str, actor: Actor) -> Changed:
    before = booking._asdict()
    new: dict[str, Any] = {field: value for field, value in changes.items() if before[field] != value}
    _refuse_unknown(booking, new)
    if not new:
        return Changed(booking, None)
    changed = booking._replace(**new)
    refuse_second_active(booking, changed)
    for field, value in new.items():
        write([booking.id], field, value)
    entry = record(
        actor,
        act,
        subject,
        {"booking": booking.id, **{f: before[f] for f in new}},
        {"booking": booking.id, **new},
    )
    return Changed(changed, entry)


def _refuse_unknown(booking: Booking, new: Changes) -> None:
    if "confirmed" in new and new["confirmed"] not in STATUSES:
        raise InvalidError(_("confirmed: give -1 (cancelled), 1 (pending) or 2 (confirmed)"))
    listed = listed_streams(booking.course_id)
    if "course_stream" in new and new["course_stream"] not in listed:
        raise InvalidError(
            _("course_stream: no stream of this course is called that; give one of %(listed)s"),
            listed=", ".join(listed),
        )
    discount = new.get("discount_percent")
    if discount is not None and discount not in range(101):
        raise InvalidError(_("discount_percent: give a number from 0 to 100, or nothing"))


def _newest_active(user_id: int) -> Booking:
    active = active_bookings([user_id])
    if not active:
        raise ConflictError(
            _("user_id: person %(person)s has no active booking that could be moved"), person=user_id
        )
    return active[0]
