"""An event's details as a reader takes them in: what each says, by the school's names."""

import json
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from hsl.accounts.acts import NO, YES
from hsl.facts.titles import Titles
from hsl.school.queries import event_details
from hsl.ui.dates import short_day

MOST_PAIRS = 12
LONGEST_VALUE = 120
LONGEST_RAW = 2_000


class Pair(NamedTuple):
    """One thing that the details say: what it is, in words, and its value."""

    label: str
    value: str


LABELS: dict[str, Promise] = {
    "lesson_type": _("Lesson"),
    "lesson_date": _("Lesson's date"),
    "course_id": _("Course"),
    "course_stream": _("Stream"),
    "booking_id": _("Booking"),
    "confirmed": _("Status"),
    "status": _("Status"),
    "was": pgettext_lazy("status", "Was"),
    "now": pgettext_lazy("status", "Became"),
    "amount": _("Amount"),
    "file_type": _("File"),
    "reason": _("Reason"),
    "source": _("Source"),
    "referral_code": _("Referral code"),
    "discount_percent": _("Discount, %"),
    "link_url": _("Link"),
    "email": _("Email"),
    "username": _("@username"),
    "first_name": _("First name"),
}
"""What people call the keys that bots of this kind write; another key goes by its own name."""

_OF_STATUS = {"confirmed", "status", "was", "now"}
_STATUSES = {-1: "cancelled", 0: "new", 1: "pending", 2: "confirmed"}


def pairs(text: str | None, named: Titles) -> list[Pair]:
    """What an event's details say, a pair each; none for what is no JSON object. Values too long for a row are cut."""
    details = event_details(text)
    if not isinstance(details, dict):
        return []
    said = [(key, value) for key, value in details.items() if value not in (None, "", {}, [])]
    stream_of = details.get("course_id")
    return [Pair(_label(key), _cut(_word(key, value, stream_of, named))) for key, value in said[:MOST_PAIRS]]


def lesson_said(text: str | None, named: Titles) -> Iterator[str]:
    """The lesson that an event's details name, and its date."""
    details = event_details(text)
    if isinstance(details, dict):
        for key in ("lesson_type", "lesson_date"):
            value = details.get(key)
            if isinstance(value, str) and value:
                yield _word(key, value, None, named)


def raw(text: str | None) -> str:
    """The details as they were written; empty for none, cut where they fill pages."""
    details = text or ""
    return "" if details == "{}" else details[:LONGEST_RAW] + ("…" if len(details) > LONGEST_RAW else "")


def _label(key: str) -> str:
    return str(LABELS.get(key, key))


def _word(key: str, value: object, course_id: object, named: Titles) -> str:
    match value:
        case bool():
            return str(YES if value else NO)
        case int() if key == "course_id":
            return named.course(value)
        case int() if key in _OF_STATUS and value in _STATUSES:
            return pgettext("booking", _STATUSES[value])
        case str() if key == "course_stream":
            return named.stream(course_id if isinstance(course_id, int) else None, value)
        case str():
            return {"lesson_type": named.lesson, "lesson_date": _day}.get(key, str)(value)
    return json.dumps(value, ensure_ascii=False)


def _day(text: str) -> str:
    try:
        return short_day(date.fromisoformat(text))
    except ValueError:
        return text


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
