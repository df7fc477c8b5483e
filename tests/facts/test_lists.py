"""The lists of facts: the number is exact, the pages hold just those rows, newest first, whatever programs wrote."""

import itertools
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import psycopg
import pytest
from django.db import connection
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from hsl.facts import counts, filters, lists
from hsl.facts.counts import Asked
from hsl.facts.lists import FactList
from hsl.projections.fold import fold
from hsl.ui.filters import FilterForm
from hsl.ui.keyset import Cursor
from tests.analytics.facts import EVENTS, LESSONS, RELAX, STREAMS, Facts
from tests.databases import Database
from tests.explain import pages_of_tables

DAYS = ["", "2026-01-01", "2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01", "2026-12-31"]
MOMENTS = ["2026-03-28T21:00Z", "2026-10-24T20:45Z", "2026-11-01T05:30Z"]
ASKED: dict[str, dict[str, list[str]]] = {
    "bookings": {
        "stream": ["", *(stream for stream in STREAMS if stream)],
        "status": ["", "new", "pending", "confirmed", "cancelled"],
        "course": ["", "1", "2"],
    },
    "registrations": {"lesson": ["", *(lesson for lesson in LESSONS if lesson)]},
    "events": {"type": ["", *{event for event in EVENTS if event}]},
}
FORMS: dict[str, type[filters.FactFilter]] = {
    "bookings": filters.BookingFilter,
    "registrations": filters.RegistrationFilter,
    "events": filters.EventFilter,
}
LISTS: dict[str, FactList[Any]] = {
    "bookings": lists.BOOKINGS,
    "registrations": lists.REGISTRATIONS,
    "events": lists.EVENTS,
}
COUNTS: dict[str, Callable[[Asked], int]] = {
    "bookings": counts.bookings,
    "registrations": counts.registrations,
    "events": counts.events,
}


@pytest.fixture
def scattered(fresh_database: Callable[[], Database]) -> Iterator[psycopg.Connection]:
    """A school whose facts follow no rules, folded; the school's zone is Moscow's."""
    database = fresh_database()
    database.execute(RELAX)
    with (
        database.as_django(),
        database.connect(options="-c search_path=hsl,public") as conn,
        timezone.override(ZoneInfo("Europe/Moscow")),
    ):
        Facts(7).fill(conn)
        fold(conn)
        yield conn


def form_of(name: str, **asked: str) -> filters.FactFilter:
    request = HttpRequest()
    request.GET = QueryDict(urlencode({parameter: value for parameter, value in asked.items() if value}))
    return FORMS[name](request)


def passes(name: str, row: Any, asked: dict[str, str]) -> bool:
    """Whether a fact passes, told once more, in Python."""
    at = row.registered_at if name == "registrations" else row.created_at
    day = at and at.astimezone(ZoneInfo("Europe/Moscow")).date()
    status = {2: "confirmed", 1: "pending", -1: "cancelled"}
    return all(
        [
            not asked.get("from") or _since(asked["from"], at, day),
            not asked.get("to") or _until(asked["to"], at, day),
            not asked.get("person") or row.user_id == int(asked["person"]),
            not asked.get("stream") or row.course_stream == asked["stream"],
            not asked.get("course") or row.course_id == int(asked["course"]),
            not asked.get("status") or status.get(row.confirmed, "new") == asked["status"],
            not asked.get("lesson") or row.lesson_type == asked["lesson"],
            not asked.get("type") or row.event_type == asked["type"],
        ]
    )


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%MZ").replace(tzinfo=UTC)


def _since(text: str, at: datetime | None, day: date | None) -> bool:
    if at is None or day is None:
        return False
    return at >= _moment(text) if "T" in text else day >= date.fromisoformat(text)


def _until(text: str, at: datetime | None, day: date | None) -> bool:
    if at is None or day is None:
        return False
    return at < _moment(text) if "T" in text else day <= date.fromisoformat(text)


def pages(facts: FactList[Any], asked: Asked) -> list[Any]:
    """All rows, page after page."""
    found, cursor = [], None
    while True:
        page = facts.page(asked.parameters, cursor)
        found += page.rows
        cursor = page.older
        if cursor is None:
            return found


@pytest.mark.parametrize("name", LISTS)
def test_the_number_is_that_of_the_rows_and_both_are_the_facts(
    name: str, scattered: psycopg.Connection
) -> None:
    chance = random.Random(name)
    whole = list(LISTS[name].all(form_asked(name, {}).parameters))
    ways = [
        dict(zip(ASKED[name], values, strict=True)) | {"from": since, "to": until, "person": person}
        for values in itertools.product(*ASKED[name].values())
        for since in [*chance.sample(DAYS + MOMENTS, 3), ""]
        for until in [*chance.sample(DAYS + MOMENTS, 2), ""]
        for person in chance.choice([[""], [""], ["", "3"]])
    ]
    tried = 0
    for way in chance.sample(ways, min(len(ways), 200)):
        form = form_of(name, **way)
        if not form.is_valid():
            assert "from_" in form.errors
            continue
        asked = form.asked()
        rows = pages(LISTS[name], asked)
        assert [row.id for row in rows] == [row.id for row in whole if passes(name, row, way)], way
        assert COUNTS[name](asked) == len(rows), way
        tried += 1
    assert tried > 50


def form_asked(name: str, asked: dict[str, str]) -> Asked:
    form: FilterForm = form_of(name, **asked)
    assert form.is_valid(), form.errors
    assert isinstance(form, filters.FactFilter)
    return form.asked()


@pytest.mark.parametrize("name", LISTS)
def test_the_newest_come_first_and_those_without_a_time_last(
    name: str, scattered: psycopg.Connection
) -> None:
    facts = LISTS[name]
    rows = list(facts.all(form_asked(name, {}).parameters))
    table = "free_lesson_registrations" if name == "registrations" else name
    order = f"SELECT id FROM {table} ORDER BY {facts.time} DESC NULLS LAST, id DESC"
    assert [row.id for row in rows] == [fact_id for (fact_id,) in scattered.execute(order.encode())]


@pytest.fixture
def larger_than_caches(school: psycopg.Connection) -> Iterator[None]:
    """The planner is told that to read here and there costs much, and to read everything more."""
    with connection.cursor() as cursor:
        cursor.execute("SET random_page_cost = 100; SET enable_seqscan = off")
        yield
        cursor.execute("RESET random_page_cost; RESET enable_seqscan")


@pytest.mark.usefixtures("larger_than_caches")
def test_a_page_of_a_type_that_comes_no_more_meets_no_events_of_others(school: psycopg.Connection) -> None:
    school.execute(
        """INSERT INTO public.events (user_id, event_type, created_at)
           SELECT 1, (ARRAY['view_program', 'z', 'start_command', 'a'])[CASE WHEN n < 30000 THEN n % 4 + 1 ELSE 1 END],
                  '2026-01-01'::timestamptz + make_interval(mins => n)
           FROM generate_series(1, 60000) AS n"""
    )
    fold(school)
    school.execute("VACUUM ANALYZE public.events")
    for days in ({}, {"from": "2026-01-02", "to": "2026-01-03"}):
        asked = form_asked("events", {"type": "start_command", **days}).parameters
        whole = list(lists.EVENTS.all(asked))
        page = lists.EVENTS.page(asked, None)
        last = Cursor((whole[-51].created_at or lists.NEVER, whole[-51].id))
        for cursor in (None, page.older, page.older and Cursor(page.older.keys, backwards=True), last):
            read = partial(lists.EVENTS.page, asked, cursor)
            assert len(read().rows) == 50
            assert pages_of_tables(connection.connection, read, "public") < 100


def test_events_of_a_type_are_listed_without_its_index_too(scattered: psycopg.Connection) -> None:
    asked = form_asked("events", {"type": "start_command", "from": "2026-03-08"})
    with_it = pages(lists.EVENTS, asked)
    scattered.execute("DROP INDEX public.hsl_events_type_time")
    assert pages(lists.EVENTS, asked) == with_it


def test_a_lessons_registrations_of_one_date(scattered: psycopg.Connection) -> None:
    scattered.execute(
        "UPDATE public.free_lesson_registrations SET lesson_date = '2026-05-01' WHERE id % 3 = 0"
    )
    fold(scattered)
    for way in (
        {"lesson": "дизайн", "lesson_date": "2026-05-01"},
        {"lesson_date": "2026-05-01"},
        {"lesson_date": "2026-05-01", "from": "2026-03-01"},
        {"lesson": "дизайн", "lesson_date": "2026-05-02"},
    ):
        asked = form_asked("registrations", way)
        rows = pages(lists.REGISTRATIONS, asked)
        assert counts.registrations(asked) == len(rows)
        assert {row.lesson_date for row in rows} <= {date.fromisoformat(way["lesson_date"])}


@pytest.mark.parametrize(
    ("name", "asked", "field"),
    [
        ("bookings", {"status": "2"}, "status"),
        ("bookings", {"from": "yesterday"}, "from_"),
        ("bookings", {"from": "2026-02-02", "to": "2026-02-01"}, "from_"),
        ("bookings", {"person": "Anna"}, "person"),
        ("bookings", {"person": str(10**30)}, "person"),
        ("bookings", {"course": str(2**31)}, "course"),
        ("bookings", {"stream": "a\0b"}, "stream"),
        ("bookings", {"import": "0"}, "import_"),
        ("bookings", {"after": "bm9uZQ"}, "after"),
        ("registrations", {"lesson_date": "2026-13-01"}, "lesson_date"),
        ("registrations", {"lesson": "x" * 5000}, "lesson"),
        ("events", {"type": "\0"}, "type"),
        ("events", {"to": "2026-03-01T10:07Z"}, "to"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_name(
    name: str, asked: dict[str, str], field: str, school: psycopg.Connection
) -> None:
    form = form_of(name, **asked)
    assert not form.is_valid()
    assert field in form.errors
