"""One thing that happened with a person, in words."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from hsl.accounts.acts import act_name
from hsl.facts.details import lesson_said
from hsl.facts.titles import Titles
from hsl.people import fields
from hsl.school.event_types import event_name
from hsl.school.rows import Booking, Registration
from hsl.school.undo import UNDOABLE
from hsl.telegram import outcomes
from hsl.ui.dates import short_day

Row = tuple[Any, ...]
"""What a statement of sql/moments_*.sql gives."""


class Kind(StrEnum):
    """What a moment is."""

    BOOKING = "booking"
    REGISTRATION = "registration"
    EVENT = "event"
    MESSAGE = "message"
    ACT = "act"


KINDS: dict[Kind, Promise | str] = {
    Kind.BOOKING: gettext_lazy("Bookings"),
    Kind.REGISTRATION: gettext_lazy("Registrations"),
    Kind.EVENT: gettext_lazy("Events"),
    Kind.MESSAGE: gettext_lazy("Messages"),
    Kind.ACT: gettext_lazy("What operators did"),
}


class Moment(NamedTuple):
    """One thing that happened: when, its icon, in words, what more is known of it; the booking itself, to be changed
    in place; of an act of an operator's whether it can be taken back, or was; of a message the address of its page."""

    kind: Kind
    id: int
    at: datetime | None
    icon: str
    what: str
    about: str
    booking: Booking | None = None
    undoable: bool = False
    undone: bool = False
    url: str = ""


def of_booking(titles: Titles, row: Row) -> Moment:
    """A booking, as it stands."""
    booking = Booking(*row)
    stream = booking.course_stream
    about = [
        stream and titles.stream(booking.course_id, stream),
        booking.referral_code,
        _discount(booking.discount_percent),
    ]
    what = {
        2: _("Booking, confirmed"),
        1: _("Booking, pending"),
        -1: _("Booking, cancelled"),
    }.get(booking.confirmed or 0, _("Booking, new"))
    return Moment(Kind.BOOKING, booking.id, booking.created_at, "ticket", what, _joined(about), booking)


def of_registration(titles: Titles, row: Row) -> Moment:
    """A registration for a free lesson."""
    registration = Registration(*row)
    lesson_date = short_day(registration.lesson_date) if registration.lesson_date else None
    about = _joined([titles.lesson(registration.lesson_type), lesson_date, registration.email])
    what = _("Registration for a free lesson")
    return Moment(Kind.REGISTRATION, registration.id, registration.registered_at, "school", what, about)


def of_event(titles: Titles, row: Row) -> Moment:
    """An event, with the lesson that it names."""
    event_id, *_names, event_type, created_at, text = row
    about = _joined(lesson_said(text, titles))
    return Moment(Kind.EVENT, event_id, created_at, "bolt", event_name(event_type), about)


def of_message(titles: Titles, row: Row) -> Moment:  # noqa: ARG001 - as each kind is made
    """A message that was for the person: what became of it, how it begins, and why it did not arrive."""
    recipient_id, message_id, at, text, status, reason, ours = row
    what = {
        "sent": _("Message, sent"),
        "failed": _("Message, did not arrive"),
        "unknown": _("Message, nobody knows whether it arrived"),
        "deleted": _("Message, recalled from the chat"),
        "cancelled": _("Message, cancelled before it was sent"),
    }.get(status, _("Message, still to be sent"))
    why = str(outcomes.sentence(reason)) if reason in outcomes.REASONS else None
    about = _joined([fields.line(text, ours=ours), why])
    url = reverse("broadcast", args=[message_id])
    return Moment(Kind.MESSAGE, recipient_id, at, "send", what, about, url=url)


def of_act(titles: Titles, row: Row) -> Moment:
    """What an operator did: what it was and what it became, and who did it."""
    entry_id, at, actor, act, before, after, undone = row
    about = _joined([*_changes(_read(before), _read(after), titles), actor])
    undoable = act in UNDOABLE and not undone
    return Moment(Kind.ACT, entry_id, at, "user", act_name(act), about, undoable=undoable, undone=undone)


def _changes(before: dict[str, Any], after: dict[str, Any], titles: Titles) -> Iterator[str]:
    for field, value in after.items():
        if field in before and before[field] != value:
            yield f"{_word(field, before[field], titles)} → {_word(field, value, titles)}"


def _word(field: str, value: Any, titles: Titles) -> str:  # noqa: ANN401 - what JSON holds
    if field == "confirmed":
        return booking_status(value)
    if field == "discount_percent":
        return _discount(value) or _("no discount")
    if value in (None, ""):
        return _("no code") if field == "referral_code" else "—"
    return titles.stream(None, value) if field == "course_stream" else str(value)


def booking_status(confirmed: int | None) -> str:
    """How a booking stands, in a word."""
    return {
        2: pgettext("booking", "confirmed"),
        1: pgettext("booking", "pending"),
        -1: pgettext("booking", "cancelled"),
    }.get(confirmed or 0, pgettext("booking", "new"))


def _read(text: str | None) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(text) if text else {}
    return read


def _discount(percent: int | None) -> str:
    return pgettext("discount", "−%(percent)s %%") % {"percent": percent} if percent else ""


def _joined(parts: Iterable[str | None]) -> str:
    return " · ".join(part for part in parts if part)
