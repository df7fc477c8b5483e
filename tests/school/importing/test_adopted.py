"""Facts come into a bot's own tables as those are: nothing is altered, what they lack is said."""

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from hsl.projections.adoption import migrate
from hsl.school.importing import service
from hsl.school.importing.problems import ImportRefusedError
from hsl.school.importing.service import import_facts
from tests.databases import Database
from tests.elsewhere import elsewhere

BOT = """
CREATE TABLE bookings (id serial PRIMARY KEY, user_id integer, course_id integer, phone text,
                       confirmed integer DEFAULT 0, created_at timestamp DEFAULT now());
CREATE TABLE free_lesson_registrations (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint,
  first_name varchar(10) NOT NULL, email text, lesson_type varchar(50), lesson_date date,
  registered_at timestamptz DEFAULT now(), UNIQUE (user_id, lesson_type));
CREATE TABLE events (id serial PRIMARY KEY, user_id bigint, event_type text, created_at text, details json);
INSERT INTO free_lesson_registrations (user_id, first_name, email, lesson_type, lesson_date)
VALUES (1, 'Anna', 'a@example.com', 'intro', '2026-01-08');
"""


@pytest.fixture
def bots(bot_database: Callable[[], Database]) -> Iterator[Database]:
    database = bot_database()
    database.execute(BOT)
    with database.as_django():
        migrate()
        yield database


def load(kind: str, *lines: str) -> tuple[int, int, list[str]]:
    result = import_facts(kind, io.BytesIO("\n".join(lines).encode()))
    return result.inserted, result.updated, [problem.wrong for problem in result.problems]


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    with database.connect() as conn:
        return conn.execute(query.encode()).fetchall()


def test_a_booking_fits_a_bots_types(bots: Database) -> None:
    assert load("bookings", "user_id,confirmed,created_at", "5,0,2026-01-08T10:00Z", "6,2,") == (2, 0, [])
    assert rows(bots, "SELECT user_id, course_id, confirmed, created_at FROM bookings WHERE user_id = 5") == [
        (5, 1, 0, datetime(2026, 1, 8, 10, tzinfo=UTC).replace(tzinfo=None))
    ]


def test_an_id_beyond_the_bots_column_is_said_by_line(bots: Database) -> None:
    assert load("bookings", "user_id,confirmed", "2147483648,2") == (0, 0, ["out of range"])


def test_a_column_that_the_bots_table_lacks_is_refused_by_name(bots: Database) -> None:
    with pytest.raises(ImportRefusedError, match="has no column course_stream"):
        load("bookings", "user_id,confirmed,course_stream", "5,2,3rd_stream")


def test_a_column_that_the_bot_requires_may_not_be_empty(bots: Database) -> None:
    problems = load("registrations", "user_id,email,first_name", "5,b@example.com,")
    assert problems == (0, 0, ["empty"])


def test_the_bots_own_rules_hold_and_are_said(bots: Database) -> None:
    with pytest.raises(ImportRefusedError, match="value too long"):
        load("registrations", "user_id,email,first_name", "5,b@example.com,Константин-Александр")
    with pytest.raises(ImportRefusedError, match="free_lesson_registrations_user_id_lesson_type_key"):
        load(
            "registrations",
            "user_id,email,first_name,lesson_type,lesson_date",
            "5,b@example.com,Bob,intro,2026-01-08",
            "5,b@example.com,Bob,intro,2026-01-15",
        )
    assert rows(bots, "SELECT count(*) FROM free_lesson_registrations") == [(1,)]


def test_the_same_registration_again_updates_the_bots_row(bots: Database) -> None:
    header = "id,user_id,email,first_name,lesson_type,lesson_date"
    done = load(
        "registrations", header, ",1,a@example.com,Аня,intro,2026-01-08", "70,2,b@example.com,Bob,intro,"
    )
    assert done == (1, 1, [])
    assert rows(bots, "SELECT id, first_name, lesson_date FROM free_lesson_registrations ORDER BY id") == [
        (1, "Аня", date(2026, 1, 8)),
        (70, "Bob", None),
    ]


def test_an_event_fits_a_bots_types(bots: Database) -> None:
    load("events", "user_id,event_type,created_at,details", '5,click,2026-01-08T10:00Z,"{""a"": 1}"')
    assert rows(bots, "SELECT details ->> 'a', created_at::timestamptz FROM events") == [
        ("1", datetime(2026, 1, 8, 10, tzinfo=UTC))
    ]


def test_of_two_imports_at_once_one_is_held_against_what_the_other_wrote(
    bot_database: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bot's table has no rule that would hold "one active booking"."""
    database = bot_database()
    database.execute(BOT.replace("phone text,", "course_stream text, phone text,"))
    monkeypatch.setattr(service, "WAIT_SECONDS", 0)
    lines = b"user_id,course_stream,confirmed\n7,3rd_stream,2"
    waits = threading.Semaphore(0)

    @elsewhere
    def second() -> list[str]:
        def told(step: str, _done: int, _total: int | None) -> None:
            if step == "check":
                waits.release()

        return [
            problem.code for problem in import_facts("bookings", io.BytesIO(lines), progress=told).problems
        ]

    with database.as_django(), ThreadPoolExecutor() as pool:
        migrate()
        with transaction.atomic():
            assert import_facts("bookings", io.BytesIO(lines)).inserted == 1
            other = pool.submit(second)
            assert all(waits.acquire(timeout=30) for _ in range(2)), "it comes to the check, and waits"
        assert other.result(30) == ["active_booking_stands"]
    assert rows(database, "SELECT count(*) FROM bookings") == [(1,)]
