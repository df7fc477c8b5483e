"""Taking back an act on the school's settings, by what the record says it was before."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from hsl.accounts.audit import Actor
from hsl.accounts.models import AuditEntry
from hsl.accounts.taking_back import SETTINGS, standing
from hsl.school.lessons import lesson_titles, name_lesson
from hsl.school.models import Course, CourseStream, School
from hsl.school.own_school import change_school
from hsl.school.refusals import ConflictError, MissingError
from hsl.school.streams import StreamDetails, archive_stream, change_stream, rename_course, restore_stream

DAYS = ("starts_on", "ends_on", "sale_starts_on")


@transaction.atomic
def undo(entry_id: int, *, actor: Actor) -> AuditEntry:
    """Make it as it was before the act on the record; that is an act of its own, which names the one it takes back.

    Raises MissingError for no such act or one that can't be taken back, ConflictError where it was taken back already,
    or changed since.
    """
    entry = AuditEntry.objects.select_for_update().filter(pk=entry_id, act__in=SETTINGS).first()
    if entry is None:
        raise MissingError(_("This act can't be undone here."))
    if AuditEntry.objects.filter(undoes=entry).exists():
        raise ConflictError(_("This act was taken back already"))
    undone = _WAYS[entry.act](entry, actor) if standing([entry]) else None
    if undone is None:
        raise ConflictError(_CHANGED)
    return undone


def _school(entry: AuditEntry, actor: Actor) -> AuditEntry | None:
    school = School.objects.get()
    back = _back(entry, {name: getattr(school, name) for name in ("name", "time_zone", "language")})
    return change_school(back["name"], back["time_zone"], back["language"], actor=actor, undoes=entry)


def _stream(entry: AuditEntry, actor: Actor) -> AuditEntry | None:
    stream = CourseStream.objects.get(pk=_number(entry))
    now = {name: getattr(stream, name) for name in ("title", "seats")}
    days = {name: str(getattr(stream, name)) if getattr(stream, name) else None for name in DAYS}
    back = _back(entry, {**now, **days})
    given = {name: date.fromisoformat(back[name]) if back[name] else None for name in DAYS}
    details = StreamDetails(title=back["title"], seats=back["seats"], **given)
    return change_stream(stream.pk, details, actor=actor, undoes=entry)


def _course(entry: AuditEntry, actor: Actor) -> AuditEntry | None:
    course = Course.objects.get(pk=_number(entry))
    title = _back(entry, {"title": course.title})["title"]
    return rename_course(course.id, title, actor=actor, undoes=entry)


def _lesson(entry: AuditEntry, actor: Actor) -> AuditEntry | None:
    lesson_type = (entry.after or {})["lesson_type"]
    now = {"lesson_type": lesson_type, "title": lesson_titles().get(lesson_type, "")}
    return name_lesson(lesson_type, _back(entry, now)["title"], actor=actor, undoes=entry)


def _back(entry: AuditEntry, now: dict[str, object]) -> dict[str, Any]:
    """All fields as they are now, with those of the act as they were before it."""
    before, after = entry.before or {}, entry.after or {}
    if any(now[name] != value for name, value in after.items()):
        raise ConflictError(_CHANGED)
    return {**now, **before}


def _number(entry: AuditEntry) -> int:
    return int(entry.subject.partition(":")[2])


_CHANGED = _("It was changed again since: look at it, and change it by hand.")
_WAYS: dict[str, Callable[[AuditEntry, Actor], AuditEntry | None]] = {
    "school.change": _school,
    "stream.change": _stream,
    "stream.archive": lambda entry, actor: restore_stream(_number(entry), actor=actor, undoes=entry),
    "stream.restore": lambda entry, actor: archive_stream(_number(entry), actor=actor, undoes=entry),
    "course.rename": _course,
    "lesson.name": _lesson,
}
