"""What the school calls its courses, streams and lessons."""

from dataclasses import dataclass

from hsl.school.lessons import lesson_name, lesson_titles
from hsl.school.models import Course, CourseStream


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
        """A stream's title, of any course that lists one of that name where ``course_id`` is None; an empty text for
        no stream."""
        if course_id is None:
            titles = (title for (_course, name), title in self.streams.items() if name == course_stream)
            return next(titles, course_stream or "")
        return self.streams.get((course_id, course_stream or ""), course_stream or "")

    def lesson(self, lesson_type: str | None) -> str:
        """A lesson's title; an empty text for none."""
        return lesson_name(lesson_type, self.lessons.get(lesson_type)) if lesson_type else ""


def titles() -> Titles:
    """All of them."""
    streams = CourseStream.objects.order_by("course_id", "id")
    return Titles(
        courses=dict(Course.objects.values_list("id", "title")),
        streams={(stream.course_id, stream.course_stream): str(stream) for stream in streams},
        lessons=lesson_titles(),
    )
