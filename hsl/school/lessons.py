"""What people call the free lessons."""

from django.db import transaction
from django.utils.translation import gettext_noop as _

from hsl.accounts.audit import Actor, record
from hsl.accounts.models import AuditEntry
from hsl.school.models import Lesson
from hsl.school.refusals import InvalidError
from hsl.school.titles import clean_title

LONGEST_TYPE = 500


def lesson_titles() -> dict[str, str]:
    """The titles that were given, by ``lesson_type``; a type that is not among them goes by its own name."""
    return dict(Lesson.objects.values_list("lesson_type", "title"))


def lesson_name(lesson_type: str, title: str | None) -> str:
    """The title that the school gave to a lesson type; without one a type that bots write as ``intro_to_python`` is
    “Intro to python”."""
    if title:
        return title
    words = " ".join(lesson_type.replace("_", " ").split())
    return words[:1].upper() + words[1:] or lesson_type


@transaction.atomic
def name_lesson(
    lesson_type: str, title: str, *, actor: Actor, undoes: AuditEntry | None = None
) -> AuditEntry | None:
    """Call a type of lesson ``title``; an empty one takes the title away. Gives the act, None where it is called so
    already. Raises InvalidError naming the field."""
    title = clean_title(title)
    if not 0 < len(lesson_type) <= LONGEST_TYPE or "\0" in lesson_type:
        raise InvalidError(
            _("lesson_type: only a type of 1 to %(most)s characters can have a title"), most=LONGEST_TYPE
        )
    lesson = Lesson.objects.select_for_update().filter(lesson_type=lesson_type).first()
    before = lesson.title if lesson else ""
    if title == before:
        return None
    if title:
        Lesson.objects.update_or_create(lesson_type=lesson_type, defaults={"title": title})
    else:
        Lesson.objects.filter(lesson_type=lesson_type).delete()
    about = {"lesson_type": lesson_type}
    return record(
        actor,
        "lesson.name",
        f"lesson:{lesson_type[:100]}",
        {**about, "title": before},
        {**about, "title": title},
        undoes=undoes,
    )
