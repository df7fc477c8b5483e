"""Lessons as pages draw them: each number with the list of what it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import pgettext

from hsl.analytics import doors
from hsl.analytics.doors import field
from hsl.analytics.rows import LessonConversion, LessonDate
from hsl.school.lessons import lesson_name
from hsl.ui.dates import short_day

CAME = "lesson_link_clicked"
"""The event that says somebody came (data model, Lesson Conversion Tracking)."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The lists behind the numbers of a lesson, or of one of its dates."""

    registrations: str
    attendances: str
    people_registered: str
    people_attended: str
    people_kept: str
    people_missed: str

    @property
    def missed_query(self) -> str:
        """How the page on which one writes asks for ``people_missed``."""
        return urlencode({"filters": self.people_missed.partition("?")[2]})


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A lesson type: what people call it, its own page, its numbers."""

    name: str
    url: str
    counts: LessonConversion
    doors: Doors


@dataclass(frozen=True, slots=True)
class DateRow:
    """A date of a lesson type, in words."""

    label: str
    counts: LessonDate
    doors: Doors


def lesson_rows(lessons: Iterable[LessonConversion]) -> list[LessonRow]:
    """A row a lesson type, the one that most registered for first; see ``untyped`` for registrations without one."""
    typed = (lesson for lesson in lessons if lesson.lesson_type)
    return [lesson_row(lesson) for lesson in sorted(typed, key=lambda lesson: -lesson.registrations)]


def untyped(lessons: Iterable[LessonConversion]) -> tuple[int, str] | None:
    """How many registrations name no lesson, and the list of them; None where each names one. Who came to which of
    them nobody knows."""
    count = sum(lesson.registrations for lesson in lessons if not lesson.lesson_type)
    return (count, doors.registrations(**field("lesson", None))) if count else None


def lesson_row(lesson: LessonConversion) -> LessonRow:
    """The row of one lesson type."""
    name = lesson.lesson_type or ""
    return LessonRow(
        name=lesson_name(name, lesson.title),
        url=reverse("lesson", args=[name]),
        counts=lesson,
        doors=_doors(field("lesson", name)),
    )


def date_row(lesson_type: str, counts: LessonDate) -> DateRow:
    """The row of a date of a lesson type."""
    day = counts.lesson_date
    asked = field("lesson", lesson_type) | field("lesson_date", day)
    return DateRow(
        label=short_day(day) if day else pgettext("lesson", "Without a date"),
        counts=counts,
        doors=_doors(asked),
    )


def _doors(lesson: dict[str, str | int | date | None]) -> Doors:
    return Doors(
        registrations=doors.registrations(**lesson),
        attendances=doors.events(type=CAME, **lesson),
        people_registered=doors.people(**lesson),
        people_attended=doors.people(**lesson, came="yes"),
        people_kept=doors.people(**lesson, came="kept"),
        people_missed=doors.people(**lesson, came="no"),
    )
