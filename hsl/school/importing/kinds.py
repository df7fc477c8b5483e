"""The kinds of facts that can be imported: their columns, and the rules each value keeps.

One declared set: what a column may hold stands here; what rows may hold together stands in sql/, a file a
rule. Sources: the specification's Core Entities, and the design's rules of uniqueness.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hsl.school.importing import values
from hsl.school.importing.values import Reader

SMALLEST, LARGEST = 1, 2**63 - 1
NAME, LABEL = 255, 100
"""Longest names, and longest codes such as a stream or an event type, in characters."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What rules depend on beside the value: the school's zone, its course where it has one only, now,
    whether the table is one of ours, and the largest number that a column of the table holds."""

    zone: ZoneInfo
    only_course: str | None
    now: datetime
    ours: bool
    largest: Callable[[str], int]


def _nothing(_: Surroundings) -> None:
    return None


def _now(around: Surroundings) -> str:
    return around.now.isoformat()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the specification.

    ``type`` is what it is staged as; ``default`` gives the value of an empty cell, and of a column that the
    file lacks; None where there must be one.
    """

    name: str
    type: str
    reader: Callable[[Surroundings], Reader]
    aliases: tuple[str, ...] = ()
    default: Callable[[Surroundings], str | None] | None = _nothing


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facts. ``checks`` are the rules between rows, in the order in which they are asked; ``same``
    are the columns by which a row is the same fact as one that is there, and updates it."""

    name: str
    table: str
    columns: tuple[Column, ...]
    checks: tuple[str, ...]
    same: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _number(name: str) -> Callable[[Surroundings], Reader]:
    return lambda around: values.whole_number(SMALLEST, around.largest(name))


def _text(longest: int) -> Callable[[Surroundings], Reader]:
    return lambda _: values.text_of(longest)


def _moment(around: Surroundings) -> Reader:
    return values.moment(around.zone, around.now)


def _confirmed(around: Surroundings) -> Reader:
    return values.one_of(-1, 1, 2) if around.ours else values.one_of(-1, 0, 1, 2)


ID = Column("id", "bigint", _number("id"), ("номер",))
PERSON = (
    Column(
        "user_id",
        "bigint",
        _number("user_id"),
        ("telegram_id", "tg_id", "telegram_user_id", "chat_id", "id_пользователя", "телеграм_id"),
        default=None,
    ),
    Column(
        "username",
        "text",
        lambda _: values.username,
        ("telegram_username", "tg_username", "nick", "login", "ник", "логин", "юзернейм", "имя_пользователя"),
    ),
    Column("first_name", "text", _text(NAME), ("name", "full_name", "имя", "фио", "имя_фамилия")),
)
CREATED_AT = Column(
    "created_at",
    "timestamptz",
    _moment,
    ("created", "date", "time", "timestamp", "дата", "время", "создано", "дата_создания"),
    default=_now,
)

BOOKINGS = Kind(
    "bookings",
    "bookings",
    (
        ID,
        *PERSON,
        Column(
            "course_id",
            "bigint",
            _number("course_id"),
            ("course", "курс", "id_курса"),
            default=lambda around: around.only_course,
        ),
        Column("course_stream", "text", _text(LABEL), ("stream", "cohort", "поток")),
        Column("confirmed", "bigint", _confirmed, ("status", "статус", "подтверждено"), default=None),
        CREATED_AT,
        Column(
            "referral_code", "text", _text(LABEL), ("referral", "promo_code", "promocode", "промокод", "код")
        ),
        Column(
            "discount_percent",
            "bigint",
            lambda _: values.whole_number(0, 100),
            ("discount", "скидка", "скидка_%", "процент_скидки"),
        ),
    ),
    ("id_in_file", "id_taken", "stream_unlisted", "active_booking_stands", "active_booking_in_file"),
)

REGISTRATIONS = Kind(
    "registrations",
    "free_lesson_registrations",
    (
        ID,
        *PERSON,
        Column(
            "email", "text", lambda _: values.email, ("e_mail", "mail", "почта", "эл_почта"), default=None
        ),
        Column(
            "registered_at",
            "timestamptz",
            _moment,
            ("created_at", "date", "time", "timestamp", "дата", "дата_регистрации", "зарегистрирован"),
            default=_now,
        ),
        Column(
            "notification_sent",
            "boolean",
            lambda _: values.truth,
            ("notified", "уведомлён"),
            default=lambda _: "false",
        ),
        Column("lesson_type", "text", _text(LABEL), ("lesson", "урок", "тип_урока", "занятие")),
        Column("lesson_date", "date", lambda around: values.day(around.now), ("дата_урока", "дата_занятия")),
    ),
    ("id_in_file", "registration_id_taken", "email_taken", "email_in_file"),
    same=("user_id", "lesson_type", "lesson_date"),
)

EVENTS = Kind(
    "events",
    "events",
    (
        ID,
        *PERSON,
        Column("event_type", "text", _text(LABEL), ("event", "type", "событие", "тип_события"), default=None),
        CREATED_AT,
        Column(
            "details", "jsonb", lambda _: values.json_object, ("data", "payload", "данные", "подробности")
        ),
    ),
    ("id_in_file", "id_taken"),
)

KINDS = {kind.name: kind for kind in (BOOKINGS, REGISTRATIONS, EVENTS)}
