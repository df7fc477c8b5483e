"""What the lists say of people and of each row."""

from typing import Literal

from django.db import connection
from django.utils.translation import pgettext

from hsl.facts.details import pairs, raw
from hsl.facts.titles import Titles
from hsl.school.event_types import event_name
from hsl.school.rows import Booking, Event, Registration


def kept_types(of: Literal["lessons", "events"]) -> list[str]:
    """The types of lessons, or of events, that the facts hold, as far as they are counted."""
    with connection.cursor() as cursor:
        cursor.execute(_TYPES[of])
        return [kept for (kept,) in cursor.fetchall()]


_TYPES = {
    "lessons": "SELECT lesson_type FROM lesson_counts_now WHERE NOT dated AND lesson_type <> '' ORDER BY 1 LIMIT 500",
    "events": "SELECT DISTINCT type FROM activity_days_now WHERE kind = 'event' AND type <> '' ORDER BY 1 LIMIT 500",
}


def person_name(user_id: int) -> str:
    """What a person is called: first name, @username, else the id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT first_name, username FROM user_cache WHERE user_id = %s", [user_id])
        first_name, username = cursor.fetchone() or (None, None)
    return first_name or (f"@{username}" if username else str(user_id))


def booking(fact: Booking, named: Titles) -> dict[str, object]:
    """A booking as its row is shown: ``course`` only where the school has several."""
    several = len(named.courses) > 1 and fact.course_id is not None
    icon, colour, word = _STATUSES.get(fact.confirmed or 0, _STATUSES[0])
    return {
        "fact": fact,
        "stream": named.stream(fact.course_id, fact.course_stream),
        "course": named.course(fact.course_id) if several and fact.course_id is not None else "",
        "status": {"icon": icon, "colour": colour, "word": pgettext("booking", word)},
    }


def registration(fact: Registration, named: Titles) -> dict[str, object]:
    """A registration as its row is shown."""
    return {"fact": fact, "lesson": named.lesson(fact.lesson_type)}


def event(fact: Event, named: Titles) -> dict[str, object]:
    """An event as its row is shown: what its details say, and the details as they were written."""
    return {
        "fact": fact,
        "what": event_name(fact.event_type),
        "pairs": pairs(fact.details, named),
        "raw": raw(fact.details),
    }


_STATUSES = {
    2: ("check", "green", "confirmed"),
    1: ("clock", "yellow", "pending"),
    0: ("bolt", "blue", "new"),
    -1: ("x", "secondary", "cancelled"),
}
