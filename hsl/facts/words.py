"""What the lists call people, courses, streams and lessons."""

from dataclasses import dataclass
from typing import Literal

from django.db import connection
from django.utils.translation import pgettext

from hsl.school.event_types import event_name
from hsl.school.lessons import lesson_titles
from hsl.school.models import Course, CourseStream
from hsl.school.rows import Booking, Event, Registration

LONGEST_DETAILS = 500


@dataclass(frozen=True)
class Titles:
    """What the school calls its courses, streams and lessons; what has no title goes by its own name."""

    courses: dict[int, str]
    streams: dict[tuple[int, str], str]
    lessons: dict[str, str]

    def course(self, course_id: int) -> str:
        """A course's title."""
        return self.courses.get(course_id) or str(course_id)

    def stream(self, course_id: int | None, course_stream: str | None) -> str:
        """A stream's title; an empty text for none."""
        listed = None if course_id is None else self.streams.get((course_id, course_stream or ""))
        return listed or course_stream or ""

    def lesson(self, lesson_type: str | None) -> str:
        """A lesson's title; an empty text for none."""
        return self.lessons.get(lesson_type or "") or lesson_type or ""


def titles() -> Titles:
    """All of them."""
    streams = CourseStream.objects.all()
    return Titles(
        courses=dict(Course.objects.values_list("id", "title")),
        streams={(stream.course_id, stream.course_stream): str(stream) for stream in streams},
        lessons=lesson_titles(),
    )


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


def event(fact: Event, _: Titles) -> dict[str, object]:
    """An event as its row is shown; details too long for a row are cut."""
    details = fact.details or ""
    if len(details) > LONGEST_DETAILS:
        details = f"{details[:LONGEST_DETAILS]}…"
    return {"fact": fact, "what": event_name(fact.event_type), "details": "" if details == "{}" else details}


_STATUSES = {
    2: ("check", "green", "confirmed"),
    1: ("clock", "yellow", "pending"),
    0: ("bolt", "blue", "new"),
    -1: ("x", "secondary", "cancelled"),
}
