"""The newest activity in words: who did what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2s

from django.utils import timezone
from django.utils.translation import gettext, pgettext

from hsl.analytics.rows import Activity
from hsl.school.event_types import event_name
from hsl.school.lessons import lesson_name

SHOWN = 12
READ = 40
ECHOES = {"booking": "booking_created", "registration": "free_lesson_registered"}
"""The event that a bot writes beside a row of its own."""
ECHO_WITHIN = timedelta(minutes=2)
ICONS = {"booking": "ticket", "registration": "school", "event": "bolt"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list. ``about``: the lesson or stream, and how a booking stands."""

    icon: str
    user_id: int | None
    name: str
    username: str
    what: str
    about: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Newest:
    """The list, and a mark that differs where a page would show it otherwise: with each fact, and each minute, since
    times are told relative to now."""

    entries: list[Entry]
    mark: str


def newest(facts: Sequence[Activity]) -> Newest:
    """The newest lines, at most a dozen of the ``READ`` newest ``facts``. What a bot wrote twice, as a row and as an
    event, is one line."""
    entries = [_entry(fact) for fact in without_echoes(facts)[:SHOWN]]
    minute = timezone.now().replace(second=0, microsecond=0)
    return Newest(entries, blake2s(repr((minute, entries)).encode(), digest_size=8).hexdigest())


def without_echoes(facts: Sequence[Activity]) -> list[Activity]:
    """Leave out the events that say again what a booking or registration beside them says."""
    rows = [fact for fact in facts if fact.kind in ECHOES]
    return [fact for fact in facts if not any(_echoes(fact, row) for row in rows)]


def _echoes(fact: Activity, row: Activity) -> bool:
    if fact.type != ECHOES[row.kind] or fact.user_id is None or fact.user_id != row.user_id:
        return False
    return fact.at is not None and row.at is not None and abs(fact.at - row.at) <= ECHO_WITHIN


def _entry(fact: Activity) -> Entry:
    if fact.kind == "booking":
        about = [fact.title or fact.subject or "", _status(fact.confirmed)]
    else:
        about = [lesson_name(fact.subject, fact.title) if fact.subject else ""]
    return Entry(
        icon=ICONS[fact.kind],
        user_id=fact.user_id,
        name=fact.first_name or "",
        username=fact.username or "",
        what=_what(fact),
        about=" · ".join(filter(None, about)),
        at=fact.at,
    )


def _what(fact: Activity) -> str:
    if fact.kind == "booking":
        return gettext("Booking")
    if fact.kind == "registration":
        return gettext("Registered for a lesson")
    return event_name(fact.type)


def _status(confirmed: int | None) -> str:
    if confirmed == 2:
        return pgettext("booking", "confirmed")
    if confirmed == 1:
        return pgettext("booking", "pending")
    return pgettext("booking", "cancelled") if confirmed == -1 else pgettext("booking", "new")
