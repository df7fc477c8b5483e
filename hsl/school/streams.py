"""The courses and streams that the school lists: made, renamed, dated, archived. Each act is one transaction, and
stands on the operators' record.

What bookings carry of a stream (``course_id`` and ``course_stream``) never changes: only what people are told of it.
"""

from dataclasses import asdict, dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from hsl.accounts.audit import Actor, Value, record
from hsl.accounts.models import AuditEntry
from hsl.school.models import Course, CourseStream
from hsl.school.refusals import ConflictError, InvalidError, MissingError
from hsl.school.titles import clean_title, is_one_line

LONGEST_STREAM = 500
LARGEST = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class StreamDetails:
    """What people are told of a stream; None is not known. ``sale_starts_on``: since when it is sold."""

    title: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    seats: int | None = None
    sale_starts_on: date | None = None


@transaction.atomic
def add_course(title: str, course_id: int | None = None, *, actor: Actor) -> Course:
    """List a course; its id, which bookings carry, is the next free one where none is given.

    Raises InvalidError for an empty or overlong title or an id out of range, ConflictError for an id that is listed.
    """
    title = clean_title(title)
    if not title:
        raise InvalidError(_("title: give the course a name"))
    if course_id is None:
        newest = Course.objects.order_by("-id").first()
        course_id = newest.id + 1 if newest else 1
    if not 1 <= course_id <= LARGEST:
        raise InvalidError(_("course_id: give a whole number from 1 to %(most)s"), most=LARGEST)
    if not Course.objects.filter(id=course_id).exists():
        course = _insert_course(course_id, title)
        record(actor, "course.add", f"course:{course_id}", after={"title": title})
        return course
    raise ConflictError(_("course_id: course %(course)s is listed already"), course=course_id)


@transaction.atomic
def rename_course(
    course_id: int, title: str, *, actor: Actor, undoes: AuditEntry | None = None
) -> AuditEntry | None:
    """Call a course otherwise; gives the act, None where it is called so already. Raises MissingError, and InvalidError
    as ``add_course``."""
    course = Course.objects.select_for_update().filter(id=course_id).first()
    if course is None:
        raise MissingError(_("course_id: no course %(course)s is listed"), course=course_id)
    title = clean_title(title)
    if not title:
        raise InvalidError(_("title: give the course a name"))
    before, course.title = {"title": course.title}, title
    if before == {"title": title}:
        return None
    course.save(update_fields=["title"])
    return record(actor, "course.rename", f"course:{course_id}", before, {"title": title}, undoes=undoes)


@transaction.atomic
def add_stream(
    course_id: int, course_stream: str, details: StreamDetails | None = None, *, actor: Actor
) -> CourseStream:
    """List a stream of a listed course, under the name that bookings carry.

    Raises MissingError for a course that is not listed, InvalidError naming the field, ConflictError for a stream that
    is listed already.
    """
    details = details or StreamDetails()
    _refuse_details(details)
    if not course_stream.strip() or len(course_stream) > LONGEST_STREAM or not is_one_line(course_stream):
        raise InvalidError(
            _("course_stream: give what bookings carry, 1 to %(most)s characters"), most=LONGEST_STREAM
        )
    if not Course.objects.filter(id=course_id).exists():
        raise MissingError(_("course_id: no course %(course)s is listed"), course=course_id)
    stream = _insert_stream(course_id, course_stream, details)
    record(actor, "stream.add", _subject(stream), after={"course_stream": course_stream, **_plain(details)})
    return stream


def list_stream(course_id: int, course_stream: str, *, actor: Actor) -> CourseStream:
    """List a stream that another program's bookings hold, and its course where that is not listed either. See
    ``add_stream``."""
    with transaction.atomic():
        if not Course.objects.filter(id=course_id).exists():
            add_course(f"Курс {course_id}", course_id, actor=actor)
        return add_stream(course_id, course_stream, actor=actor)


@transaction.atomic
def change_stream(
    stream_id: int, details: StreamDetails, *, actor: Actor, undoes: AuditEntry | None = None
) -> AuditEntry | None:
    """Set what people are told of a stream; gives the act, None where it is so already. Raises MissingError, and
    InvalidError naming the field."""
    stream = _locked(stream_id)
    _refuse_details(details)
    new = {**_plain(details), "title": clean_title(details.title)}
    before = {name: _value(getattr(stream, name)) for name in new}
    changed = [name for name in new if before[name] != new[name]]
    if not changed:
        return None
    for name, value in asdict(details).items():
        setattr(stream, name, clean_title(value) if name == "title" else value)
    stream.save(update_fields=changed)
    return record(
        actor,
        "stream.change",
        _subject(stream),
        {name: before[name] for name in changed},
        {name: new[name] for name in changed},
        undoes=undoes,
    )


@transaction.atomic
def archive_stream(stream_id: int, *, actor: Actor, undoes: AuditEntry | None = None) -> AuditEntry | None:
    """Offer a stream to nobody any more; its bookings and its people stay what they are. Gives the act, None where it
    was archived already. Raises MissingError."""
    stream = _locked(stream_id)
    if stream.archived_at is not None:
        return None
    stream.archived_at = timezone.now()
    stream.save(update_fields=["archived_at"])
    before, after = {"archived": False}, {"archived": True}
    return record(actor, "stream.archive", _subject(stream), before, after, undoes=undoes)


@transaction.atomic
def restore_stream(stream_id: int, *, actor: Actor, undoes: AuditEntry | None = None) -> AuditEntry | None:
    """Take a stream out of the archive; gives the act, None where it was not there. Raises MissingError."""
    stream = _locked(stream_id)
    if stream.archived_at is None:
        return None
    stream.archived_at = None
    stream.save(update_fields=["archived_at"])
    before, after = {"archived": True}, {"archived": False}
    return record(actor, "stream.restore", _subject(stream), before, after, undoes=undoes)


def _locked(stream_id: int) -> CourseStream:
    stream = CourseStream.objects.select_for_update().filter(pk=stream_id).first()
    if stream is None:
        raise MissingError(_("id: no stream %(stream)s is listed"), stream=stream_id)
    return stream


def _insert_course(course_id: int, title: str) -> Course:
    try:
        with transaction.atomic():
            return Course.objects.create(id=course_id, title=title)
    except IntegrityError as error:
        raise ConflictError(_("course_id: course %(course)s is listed already"), course=course_id) from error


def _insert_stream(course_id: int, course_stream: str, details: StreamDetails) -> CourseStream:
    values = {**asdict(details), "title": clean_title(details.title)}
    try:
        with transaction.atomic():
            return CourseStream.objects.create(course_id=course_id, course_stream=course_stream, **values)
    except IntegrityError as error:
        raise ConflictError(
            _("course_stream: %(stream)s of this course is listed already"), stream=course_stream
        ) from error


def _refuse_details(details: StreamDetails) -> None:
    if details.seats is not None and not 0 <= details.seats <= LARGEST:
        raise InvalidError(_("seats: give a whole number from 0 to %(most)s"), most=LARGEST)
    if details.starts_on and details.ends_on and details.ends_on < details.starts_on:
        raise InvalidError(_("ends_on: the stream can't end before it starts"))
    clean_title(details.title)


def _subject(stream: CourseStream) -> str:
    return f"stream:{stream.pk}"


def _plain(details: StreamDetails) -> dict[str, Value]:
    return {name: _value(value) for name, value in asdict(details).items()}


def _value(value: object) -> Value:
    return value if isinstance(value, str | int) or value is None else str(value)
