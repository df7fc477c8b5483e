"""What the rules between rows (sql/, one file a rule) say when a line breaks one."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hsl.school.importing.problems import Problem, shown


@dataclass(frozen=True, slots=True)
class Rule:
    """``column`` is the one to blame; ``wrong`` may name ``%(other)s``: the line, row or person in the
    way."""

    column: str
    wrong: str
    fix: str


_LEAVE_IDS_OUT = gettext_noop("give it another id, or leave the column id out")

RULES = {
    "id_in_file": Rule("id", gettext_noop("line %(other)s has the same id"), _LEAVE_IDS_OUT),
    "id_taken": Rule("id", gettext_noop("the database has a row with this id"), _LEAVE_IDS_OUT),
    "registration_id_taken": Rule(
        "id", gettext_noop("the database has another registration with this id"), _LEAVE_IDS_OUT
    ),
    "stream_unlisted": Rule(
        "course_stream",
        gettext_noop("no such stream of course %(other)s"),
        gettext_noop("add the stream to the course first, or correct the name"),
    ),
    "active_booking_stands": Rule(
        "user_id",
        gettext_noop("the person has an active booking of this stream: %(other)s"),
        gettext_noop("cancel that one first, or leave this line out"),
    ),
    "active_booking_in_file": Rule(
        "user_id",
        gettext_noop("line %(other)s is an active booking of the same person and stream"),
        gettext_noop("leave one of the two"),
    ),
    "email_taken": Rule(
        "email",
        gettext_noop("the email belongs to person %(other)s"),
        gettext_noop("correct the email or the user_id"),
    ),
    "email_in_file": Rule(
        "email",
        gettext_noop("an earlier line gives this email to person %(other)s"),
        gettext_noop("correct the email or the user_id"),
    ),
}


def broken(rule: str, line: int, value: str, other: str) -> Problem:
    """The problem of a line that breaks ``rule``."""
    text = RULES[rule]
    return Problem(line, text.column, shown(value), _(text.wrong) % {"other": other}, _(text.fix))
