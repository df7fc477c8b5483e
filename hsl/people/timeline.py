"""What happened with a person: their newest bookings, registrations and events as one story, the newest first."""

from datetime import UTC, datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from hsl.school.event_types import event_name
from hsl.school.queries import BookingFilter, EventFilter, RegistrationFilter, bookings, events, registrations
from hsl.school.rows import Booking, Event, Registration

OF_A_KIND = 50


class Moment(NamedTuple):
    """One thing that happened: when, its icon, in words, and what more is known of it."""

    at: datetime | None
    icon: str
    what: str
    about: str


class Timeline(NamedTuple):
    """The newest moments, and whether there are older ones."""

    moments: list[Moment]
    more: bool


def timeline(user_id: int) -> Timeline:
    """At most 50 bookings, 50 registrations and 50 events of a person."""
    booked = bookings(BookingFilter(user_id=user_id), limit=OF_A_KIND)
    registered = registrations(RegistrationFilter(user_id=user_id), limit=OF_A_KIND)
    happened = events(EventFilter(user_id=user_id), limit=OF_A_KIND)
    moments = [
        *map(_of_booking, booked.facts),
        *map(_of_registration, registered.facts),
        *map(_of_event, happened.facts),
    ]
    never = datetime.min.replace(tzinfo=UTC)
    moments.sort(key=lambda moment: moment.at or never, reverse=True)
    more = any(page.next_cursor for page in (booked, registered, happened))
    return Timeline(moments, more)


def _of_booking(booking: Booking) -> Moment:
    what = {
        2: _("Booking, confirmed"),
        1: _("Booking, pending"),
        -1: _("Booking, cancelled"),
    }.get(booking.confirmed or 0, _("Booking, new"))
    about = [booking.course_stream, booking.referral_code, _discount(booking.discount_percent)]
    return Moment(booking.created_at, "ticket", what, _joined(about))


def _of_registration(registration: Registration) -> Moment:
    lesson_date = str(registration.lesson_date) if registration.lesson_date else None
    about = _joined([registration.lesson_type, lesson_date, registration.email])
    return Moment(registration.registered_at, "school", _("Registration for a free lesson"), about)


def _of_event(event: Event) -> Moment:
    lesson = event.details.get("lesson_type") if isinstance(event.details, dict) else None
    return Moment(
        event.created_at, "bolt", event_name(event.event_type), lesson if isinstance(lesson, str) else ""
    )


def _discount(percent: int | None) -> str:
    return pgettext("discount", "−%(percent)s %%") % {"percent": percent} if percent else ""


def _joined(parts: list[str | None]) -> str:
    return " · ".join(part for part in parts if part)
