"""What the look-up of the top bar finds beside people."""

from typing import NamedTuple

from django.db.models import F
from django.urls import NoReverseMatch, reverse

from hsl.school.models import CourseStream

SHOWN = 5
_ORDER = (F("archived_at").asc(nulls_first=True), F("starts_on").desc(nulls_last=True), "course_stream")


class FoundStream(NamedTuple):
    """A stream, as the look-up shows it."""

    name: str
    course: str
    url: str


def found_streams(text: str) -> list[FoundStream]:
    """The first few listed streams with ``text`` in their title, in what bookings carry, or in their course's title;
    those on offer before the archived."""
    # Compared here: a database in the locale C folds no Cyrillic, and streams are few.
    wanted = text.casefold()
    found = [
        FoundStream(str(stream), stream.course.title, url)
        for stream in CourseStream.objects.select_related("course").order_by(*_ORDER)
        if wanted in f"{stream.title}\n{stream.course_stream}\n{stream.course.title}".casefold()
        and (url := _url(stream))
    ]
    return found[:SHOWN]


def _url(stream: CourseStream) -> str:
    try:
        return reverse("stream", args=[stream.course_id, stream.course_stream])
    except NoReverseMatch:
        return ""
