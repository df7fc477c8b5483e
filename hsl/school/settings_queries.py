"""Reads of the school's settings."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import connection
from django.db.models import F

from hsl.school.lessons import LONGEST_TYPE
from hsl.school.models import Course, CourseStream
from hsl.school.sqlfile import read_sql

MOST_LESSONS = 200


@dataclass
class ListedCourse:
    """A course and its streams: those on offer, and the archived."""

    course: Course
    streams: list[CourseStream] = field(default_factory=list)
    archived: list[CourseStream] = field(default_factory=list)


class NamedLesson(NamedTuple):
    """A type of lesson, and what it is called; empty where nobody named it."""

    lesson_type: str
    title: str


def listed_courses() -> list[ListedCourse]:
    """All courses with their streams, the latest to start first."""
    courses = {course.id: ListedCourse(course) for course in Course.objects.order_by("id")}
    order = (F("starts_on").desc(nulls_last=True), "-course_stream")
    for stream in CourseStream.objects.order_by(*order):
        of = courses[stream.course_id]
        (of.archived if stream.archived_at else of.streams).append(stream)
    return list(courses.values())


def named_lessons() -> list[NamedLesson]:
    """The types of lesson that people registered for or came to, those of most registrations first, and
    those that are named."""
    with connection.cursor() as cursor:
        cursor.execute(
            read_sql(__file__, "sql/named_lessons.sql"), {"longest": LONGEST_TYPE, "limit": MOST_LESSONS}
        )
        return [NamedLesson(*row) for row in cursor.fetchall()]
