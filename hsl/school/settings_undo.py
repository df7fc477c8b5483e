"""Taking back an act on the school's settings, by what the record says it was before."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from hsl.accounts.audit import Actor
from hsl.accounts.models import AuditEntry
from hsl.school.lessons import lesson_titles, name_lesson
from hsl.school.models import Course, CourseStream, School
from hsl.school.own_school import change_school
from hsl.school.refusals import ConflictError, MissingError
from hsl.school.streams import StreamDetails, archive_stream, change_stream, rename_course, restore_stream

DAYS = ("starts_on", "ends_on", "sale_starts_on")


@transaction.atomic
def undo(entry_id: int, *, actor: Actor) -> AuditEntry:
    """Make it as it was before the act on the record; that is an act of its own.

    Raises MissingError for no such act or one that can't be taken back, ConflictError where it was changed since.
    """
    entry = AuditEntry.objects.filter(pk=entry_id, act__in=_WAYS).first()
    if entry is None:
        raise MissingError(_("This act can't be undone here."))
    _WAYS[entry.act](entry, actor)
    return entry


def _school(entry: AuditEntry, actor: Actor) -> None:
    school = School.objects.get()
    back = _back(entry, {name: getattr(school, name) for name in ("name", "time_zone", "language")})
    change_school(back["name"], back["time_zone"], back["language"], actor=actor)


def _stream(entry: AuditEntry, actor: Actor) -> None:
    stream = CourseStream.objects.get(pk=_number(entry))
    now = {name: getattr(stream, name) for name in ("title", "seats")}
    days = {name: str(getattr(stream, name)) if getattr(stream, name) else None for name in DAYS}
    back = _back(entry, {**now, **days})
    given = {name: date.fromisoformat(back[name]) if back[name] else None for name in DAYS}
    change_stream(stream.pk, StreamDetails(title=back["title"], seats=back["seats"], **given), actor=actor)


def _course(entry: AuditEntry, actor: Actor) -> None:
    course = Course.objects.get(pk=_number(entry))
    rename_course(course.id, _back(entry, {"title": course.title})["title"], actor=actor)


def _lesson(entry: AuditEntry, actor: Actor) -> None:
    lesson_type = (entry.after or {})["lesson_type"]
    now = {"lesson_type": lesson_type, "title": lesson_titles().get(lesson_type, "")}
    name_lesson(lesson_type, _back(entry, now)["title"], actor=actor)


def _back(entry: AuditEntry, now: dict[str, object]) -> dict[str, Any]:
    """All fields as they are now, with those of the act as they were before it."""
    before, after = entry.before or {}, entry.after or {}
    if any(now[name] != value for name, value in after.items()):
        raise ConflictError(_("It was changed again since: look at it, and change it by hand."))
    return {**now, **before}


def _number(entry: AuditEntry) -> int:
    return int(entry.subject.partition(":")[2])


_WAYS: dict[str, Callable[[AuditEntry, Actor], object]] = {
    "school.change": _school,
    "stream.change": _stream,
    "stream.archive": lambda entry, actor: restore_stream(_number(entry), actor=actor),
    "stream.restore": lambda entry, actor: archive_stream(_number(entry), actor=actor),
    "course.rename": _course,
    "lesson.name": _lesson,
}
