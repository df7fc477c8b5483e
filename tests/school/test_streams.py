"""Courses, streams and lessons as the school lists them: made, renamed, dated, archived, each act on the record."""

from datetime import date

import pytest

from hsl.accounts.audit import COMMAND_LINE
from hsl.accounts.models import AuditEntry
from hsl.school import streams
from hsl.school.lessons import lesson_titles, name_lesson
from hsl.school.models import Course, CourseStream
from hsl.school.refusals import ConflictError, InvalidError, MissingError
from hsl.school.streams import StreamDetails

pytestmark = pytest.mark.django_db

NOBODY = COMMAND_LINE


def acts() -> list[tuple[str, object, object]]:
    """What stands on the record, in order."""
    return list(AuditEntry.objects.order_by("id").values_list("act", "before", "after"))


def test_a_stream_is_listed_with_what_people_are_told_of_it() -> None:
    details = StreamDetails(title=" Шестой 👩‍💻 ", starts_on=date(2026, 12, 1), seats=30)
    stream = streams.add_stream(1, "6th_stream", details, actor=NOBODY)

    stream.refresh_from_db()
    assert (stream.title, stream.starts_on, stream.seats) == ("Шестой 👩‍💻", date(2026, 12, 1), 30)
    assert [act for act, _, _ in acts()] == ["stream.add"]


def test_a_stream_is_listed_once_and_of_a_listed_course() -> None:
    with pytest.raises(ConflictError, match="3rd_stream"):
        streams.add_stream(1, "3rd_stream", actor=NOBODY)
    with pytest.raises(MissingError):
        streams.add_stream(2, "3rd_stream", actor=NOBODY)
    assert acts() == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 501, "a\nb", "a\0b"])
def test_what_no_booking_can_carry_is_no_stream(name: str) -> None:
    with pytest.raises(InvalidError, match="course_stream"):
        streams.add_stream(1, name, actor=NOBODY)


@pytest.mark.parametrize(
    "details",
    [
        StreamDetails(title="x" * 201),
        StreamDetails(title="two\nlines"),
        StreamDetails(seats=-1),
        StreamDetails(seats=2**31),
        StreamDetails(starts_on=date(2026, 2, 2), ends_on=date(2026, 2, 1)),
    ],
)
def test_details_that_can_t_be_are_refused_and_change_nothing(details: StreamDetails) -> None:
    stream = CourseStream.objects.get(course_stream="3rd_stream")
    with pytest.raises(InvalidError):
        streams.change_stream(stream.pk, details, actor=NOBODY)

    assert CourseStream.objects.get(pk=stream.pk).title == stream.title
    assert acts() == []


def test_only_what_changed_stands_on_the_record() -> None:
    stream = CourseStream.objects.get(course_stream="3rd_stream")
    streams.change_stream(stream.pk, StreamDetails(title=stream.title, seats=20), actor=NOBODY)
    streams.change_stream(stream.pk, StreamDetails(title=stream.title, seats=20), actor=NOBODY)

    assert acts() == [("stream.change", {"seats": None}, {"seats": 20})]


def test_an_archived_stream_comes_back_as_it_was() -> None:
    stream = CourseStream.objects.get(course_stream="3rd_stream")
    for _ in range(2):
        streams.archive_stream(stream.pk, actor=NOBODY)
    assert CourseStream.objects.get(pk=stream.pk).archived_at is not None
    for _ in range(2):
        streams.restore_stream(stream.pk, actor=NOBODY)

    assert CourseStream.objects.get(pk=stream.pk).archived_at is None
    assert [act for act, _, _ in acts()] == ["stream.archive", "stream.restore"]


def test_a_stream_that_is_not_there_is_said_to_be_missing() -> None:
    for act in streams.archive_stream, streams.restore_stream:
        with pytest.raises(MissingError):
            act(10_000, actor=NOBODY)


def test_a_course_gets_the_next_free_id_and_another_name() -> None:
    course = streams.add_course("Вайб дизайн", actor=NOBODY)
    streams.rename_course(course.id, "Вайб-дизайн", actor=NOBODY)

    assert course.id == 2
    assert Course.objects.get(id=2).title == "Вайб-дизайн"
    with pytest.raises(ConflictError):
        streams.add_course("Другой", 2, actor=NOBODY)
    for bad in ("", " ", "x" * 201):
        with pytest.raises(InvalidError):
            streams.rename_course(2, bad, actor=NOBODY)
    with pytest.raises(InvalidError):
        streams.add_course("Последний", 2**31, actor=NOBODY)


def test_a_stream_of_another_program_s_bookings_is_listed_with_its_course() -> None:
    streams.list_stream(7, "autumn", actor=NOBODY)

    assert CourseStream.objects.filter(course_id=7, course_stream="autumn").exists()
    assert Course.objects.get(id=7).title == "Курс 7"


def test_a_lesson_is_called_what_it_was_last_called() -> None:
    name_lesson("vibe_intro", "Знакомство", actor=NOBODY)
    name_lesson("vibe_intro", "Первый урок", actor=NOBODY)
    assert lesson_titles() == {"vibe_intro": "Первый урок"}

    name_lesson("vibe_intro", "", actor=NOBODY)
    assert lesson_titles() == {}
    assert len(acts()) == 3
    for lesson_type in ("", "x" * 501):
        with pytest.raises(InvalidError, match="lesson_type"):
            name_lesson(lesson_type, "Урок", actor=NOBODY)
