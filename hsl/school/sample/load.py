"""Loading the sample school into an empty database of ours."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from psycopg import sql

from hsl.school.models import CourseStream, Lesson, School
from hsl.school.sample import specification
from hsl.school.sample.calendar import Stream
from hsl.school.sample.facts import BookingRow, EventRow, RegistrationRow
from hsl.school.sample.school import NAME, SEED, SampleSchool, build
from hsl.school.zone import zone_called

FACT_TABLES = ("bookings", "free_lesson_registrations", "events")
TABLES = (*FACT_TABLES, "message_history", "message_recipients")


class NotEmptyError(Exception):
    """The database holds facts, or tables that another program made; a sample school has no place in it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many rows were loaded."""

    people: int
    bookings: int
    registrations: int
    events: int


def load_sample_school(now: datetime | None = None, seed: int = SEED) -> Loaded:
    """Load the sample school as it stands at ``now`` (aware; by default the present), in one transaction.

    Raises:
        NotEmptyError: the database holds facts or messages, or its tables were there before us.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        _refuse_unless_empty(cursor)
        settings = School.objects.get()
        school = build(now or timezone.now(), zone_called(settings.time_zone), seed)
        _copy_facts(cursor, school)
        _copy(cursor, "message_history", specification.MESSAGE_COLUMNS, [specification.MESSAGE])
        _copy(cursor, "message_recipients", specification.RECIPIENT_COLUMNS, [specification.RECIPIENT])
        _move_sequences_on(cursor)
        _set_up(settings, school.streams)
        cursor.execute("ANALYZE public.bookings, public.free_lesson_registrations, public.events")
    return Loaded(len(school.user_ids), len(school.bookings), len(school.registrations), len(school.events))


def _refuse_unless_empty(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT name FROM hsl.own_tables")
    ours = {name for (name,) in cursor.fetchall()}
    for table in TABLES:
        if table not in ours:
            raise NotEmptyError(
                f"the table {table} was made by another program: the sample school needs its own database"
            )
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM public.{})").format(sql.Identifier(table)))
        if cursor.fetchone() == (True,):
            raise NotEmptyError(
                f"the table {table} holds rows: the sample school is loaded into an empty database only"
            )


def _copy_facts(cursor: CursorWrapper, school: SampleSchool) -> None:
    _copy(cursor, "bookings", BookingRow._fields, school.bookings)
    _copy(cursor, "free_lesson_registrations", RegistrationRow._fields, school.registrations)
    _copy(cursor, "events", EventRow._fields, school.events)


def _copy(
    cursor: CursorWrapper, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    statement = sql.SQL("COPY public.{} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _move_sequences_on(cursor: CursorWrapper) -> None:
    for table in TABLES:
        cursor.execute(
            sql.SQL(
                "SELECT setval(pg_get_serial_sequence({name}, 'id'), (SELECT max(id) FROM public.{table}))"
            ).format(name=sql.Literal(f"public.{table}"), table=sql.Identifier(table))
        )


LESSON_TITLES = {
    "intro_to_python": "Введение в Python",
    "first_telegram_bot": "Первый Telegram-бот",
    "ai_agents": "ИИ-агенты",
    "advanced_python": "Python: следующий шаг",
}


def _set_up(settings: School, streams: tuple[Stream, ...]) -> None:
    settings.name = settings.name or NAME
    settings.save(update_fields=["name"])
    for stream in streams:
        CourseStream.objects.update_or_create(
            course_id=1,
            course_stream=stream.course_stream,
            defaults={"starts_on": stream.starts_on, "ends_on": stream.ends_on, "seats": stream.seats},
        )
    for lesson_type, title in LESSON_TITLES.items():
        Lesson.objects.get_or_create(lesson_type=lesson_type, defaults={"title": title})
