"""What is wrong with a line and how to fix it, in the reader's language: by the code of a problem."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

Parameters = Mapping[str, str]


class Sentence(NamedTuple):
    """What is wrong, how to fix it, and, where a page has another way to, how to fix it there."""

    wrong: str
    fix: str
    on_page: str = ""


_LIKE_AN_OBJECT = gettext_noop('write it like {"lesson_type": "intro"}')
_LEAVE_IDS_OUT = (
    gettext_noop("give it another id, or leave the column id out"),
    gettext_noop("give it another number, or choose “not in the file” for the number in the table"),
)
_WHOSE_EMAIL = (
    gettext_noop("correct the email or the user_id"),
    gettext_noop("correct the email or the person's Telegram id"),
)

SENTENCES: dict[str, Sentence] = {
    # a cell
    "empty": Sentence(gettext_noop("empty"), gettext_noop("give a value")),
    "not_whole": Sentence(
        gettext_noop("not a whole number"), gettext_noop("write digits only, without spaces or 1E+09")
    ),
    "out_of_range": Sentence(
        gettext_noop("out of range"), gettext_noop("write a number from %(lowest)s to %(highest)s")
    ),
    "not_one_of": Sentence(
        gettext_noop("not one of %(choices)s"),
        gettext_noop("correct it, or say with --map what it means"),
        gettext_noop("correct it, or write below what it means"),
    ),
    "too_long": Sentence(
        gettext_noop("%(length)s characters long"),
        gettext_noop("shorten it to %(longest)s characters; is a quote missing?"),
    ),
    "not_email": Sentence(
        gettext_noop("not an email address"), gettext_noop("write it like name@example.com")
    ),
    "not_truth": Sentence(gettext_noop("neither yes nor no"), gettext_noop("write true or false")),
    "not_time": Sentence(
        gettext_noop("not a date or time"), gettext_noop("write it like 2025-12-31 18:30 or 31.12.2025 18:30")
    ),
    "too_far": Sentence(
        gettext_noop("too far away"), gettext_noop("write a time from %(earliest)s to %(latest)s")
    ),
    "not_json": Sentence(gettext_noop("not valid JSON"), _LIKE_AN_OBJECT),
    "not_object": Sentence(gettext_noop("JSON, but not an object"), _LIKE_AN_OBJECT),
    "nul_in_json": Sentence(gettext_noop("contains a NUL character"), gettext_noop("remove \\u0000")),
    "nul": Sentence(gettext_noop("contains a NUL character"), gettext_noop("remove it")),
    "not_utf8": Sentence(
        gettext_noop("contains bytes that are not UTF-8"), gettext_noop("save the file as “CSV UTF-8”")
    ),
    # a line
    "not_csv": Sentence(
        gettext_noop("not readable as CSV: %(error)s"),
        gettext_noop("check the quotes: one inside a value is written twice"),
    ),
    "other_width": Sentence(
        gettext_noop("%(found)s values under %(width)s headers"),
        gettext_noop("put a value with a delimiter in it into quotes"),
    ),
    # a rule between rows (sql/, one file a rule); ``other``: the line, row or person in the way
    "id_in_file": Sentence(gettext_noop("line %(other)s has the same id"), *_LEAVE_IDS_OUT),
    "id_taken": Sentence(gettext_noop("the database has a row with this id"), *_LEAVE_IDS_OUT),
    "registration_id_taken": Sentence(
        gettext_noop("the database has another registration with this id"), *_LEAVE_IDS_OUT
    ),
    "stream_unlisted": Sentence(
        gettext_noop("no such stream of course %(other)s"),
        gettext_noop("add the stream to the course first, or correct the name"),
    ),
    "active_booking_stands": Sentence(
        gettext_noop("the person has an active booking of this stream: %(other)s"),
        gettext_noop("cancel that one first, or leave this line out"),
    ),
    "active_booking_in_file": Sentence(
        gettext_noop("line %(other)s is an active booking of the same person and stream"),
        gettext_noop("leave one of the two"),
    ),
    "email_taken": Sentence(gettext_noop("the email belongs to person %(other)s"), *_WHOSE_EMAIL),
    "email_in_file": Sentence(
        gettext_noop("an earlier line gives this email to person %(other)s"), *_WHOSE_EMAIL
    ),
}


def wrong(code: str, parameters: Parameters) -> str:
    """What is wrong."""
    return _(SENTENCES[code].wrong) % {name: _(value) if value else "" for name, value in parameters.items()}


def fix(code: str, parameters: Parameters, *, on_page: bool = False) -> str:
    """How to fix it: on a page, or in a terminal."""
    sentence = SENTENCES[code]
    return _(sentence.on_page if on_page and sentence.on_page else sentence.fix) % parameters
