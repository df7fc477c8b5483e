"""The views give the specification's columns and types exactly, whatever the table under them looks like."""

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hsl.school.shapes import SPECIFICATION, compose_view, read_shape
from tests.adoption.bots import BotDatabase, Connection, adopt, as_hsl
from tests.examples import IN_ONE_SCHOOL

NAMED = {"timestamptz": "timestamp with time zone"}
MINIMAL = """
CREATE TABLE bookings (id serial PRIMARY KEY);
CREATE TABLE free_lesson_registrations (id serial PRIMARY KEY);
CREATE TABLE events (id serial PRIMARY KEY);
CREATE TABLE message_history (id serial PRIMARY KEY);
CREATE TABLE message_recipients (id serial PRIMARY KEY)
"""
LOOSE = """
CREATE DOMAIN person AS bigint CHECK (value > 0);
CREATE TYPE state AS ENUM ('new', 'paid');
CREATE TABLE bookings (
  id bigserial PRIMARY KEY, user_id integer, username varchar(32), first_name char(10), course_id varchar(10),
  course_stream varchar(50) COLLATE "C", confirmed smallint, created_at timestamp, referral_code integer,
  discount_percent numeric(5, 2)
);
CREATE TABLE free_lesson_registrations (
  id smallserial PRIMARY KEY, user_id text, username text, first_name text, email varchar, registered_at date,
  notification_sent integer, lesson_type state, lesson_date timestamp
);
CREATE TABLE events (
  id serial PRIMARY KEY, user_id person, username text, first_name text, event_type varchar, created_at timestamptz(0),
  details json
);
CREATE TABLE message_history (
  id bigserial PRIMARY KEY, message_text varchar, total_recipients bigint, successful_deliveries smallint,
  sent_at timestamp(3), created_at text, recipient_type state, recipient_group varchar(5), scheduled_at timestamptz
);
CREATE TABLE message_recipients (
  id serial PRIMARY KEY, message_id bigint, user_id numeric, username text, delivery_status varchar(20),
  created_at timestamp, telegram_message_id bigint
)
"""


def columns(conn: Connection, table: str) -> dict[str, str]:
    rows = conn.execute(
        "SELECT attname::text, format_type(atttypid, atttypmod), attcollation IN (0, 100) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum",
        [f"hsl.{table}"],
    ).fetchall()
    assert all(plain for _, _, plain in rows)
    return {name: type_ for name, type_, _ in rows}


@pytest.mark.parametrize("tables", ["", MINIMAL, LOOSE], ids=["ours", "ids alone", "other types"])
def test_columns_and_types_are_the_specifications(bot_database: BotDatabase, tables: str) -> None:
    database = bot_database()
    with database.connect() as bot:
        bot.execute(tables.encode() or b";")
    adopt(database)
    with as_hsl(database) as ours:
        for table, wanted in SPECIFICATION.items():
            assert columns(ours, table) == {name: NAMED.get(type_, type_) for name, type_ in wanted.items()}


@pytest.mark.parametrize(
    ("column", "value", "table", "seen"),
    [
        ("user_id integer", "7", "bookings", 7),
        ("user_id text", "' 7 '", "bookings", 7),
        ("user_id text", "'seven'", "bookings", None),
        ("user_id text", "'٧'", "bookings", None),
        ("user_id text", "'99999999999999999999'", "bookings", None),
        ("user_id numeric", "'NaN'", "bookings", None),
        ("user_id numeric", "7", "bookings", 7),
        ("course_id bigint", "9999999999", "bookings", None),
        ("course_id text", "'1'", "bookings", 1),
        ("confirmed bigint", "-1", "bookings", -1),
        ("confirmed text", "'2'", "bookings", 2),
        ("confirmed text", "'paid'", "bookings", None),
        ("confirmed boolean", "true", "bookings", None),
        ("course_stream varchar(50)", "'4th_stream'", "bookings", "4th_stream"),
        ("created_at timestamp", "'2025-01-01 10:00'", "bookings", "2025-01-01 10:00:00+00"),
        ("created_at timestamp", "'infinity'", "bookings", "9999-12-30 00:00:00+00"),
        ("created_at timestamptz", "'-infinity'", "bookings", "0001-01-02 00:00:00+00"),
        ("created_at timestamptz", "'294276-12-31'", "bookings", "9999-12-30 00:00:00+00"),
        ("created_at timestamp", "'4713-01-01 BC'", "bookings", "0001-01-02 00:00:00+00"),
        ("created_at date", "'5874897-12-31'", "bookings", "9999-12-30 00:00:00+00"),
        ("created_at date", "'2025-01-01'", "bookings", "2025-01-01 00:00:00+00"),
        ("created_at text", "'2025-01-01T10:00:00+03:00'", "bookings", "2025-01-01 07:00:00+00"),
        ("created_at text", "'yesterday, I think'", "bookings", None),
        ("lesson_date date", "'infinity'", "free_lesson_registrations", "9999-12-30"),
        ("lesson_date timestamp", "'2025-01-01 19:00'", "free_lesson_registrations", "2025-01-01"),
        ("lesson_date timestamp", "'-infinity'", "free_lesson_registrations", "0001-01-02"),
        ("lesson_date timestamptz", "'2025-01-01 19:00+00'", "free_lesson_registrations", "2025-01-01"),
        ("lesson_date text", "'2025-01-31'", "free_lesson_registrations", "2025-01-31"),
        ("lesson_date text", "'2025-02-31'", "free_lesson_registrations", None),
        ("lesson_date varchar(20)", "'31.01.2025'", "free_lesson_registrations", None),
        ("notification_sent integer", "1", "free_lesson_registrations", True),
        ("notification_sent text", "'No'", "free_lesson_registrations", False),
        ("notification_sent text", "'perhaps'", "free_lesson_registrations", None),
        ("details jsonb", "'{\"a\": 1}'", "events", {"a": 1}),
        ("details jsonb", "'[1]'", "events", None),
        ("details jsonb", "'\"text\"'", "events", None),
        ("details jsonb", "'null'", "events", None),
        ("details json", "'{\"a\": 1}'", "events", {"a": 1}),
        ("details json", '\'{"a": "\\u0000"}\'', "events", None),
        ("details json", "'{\"a\": 1e999999}'", "events", None),
        ("details text", "'{\"a\": 1}'", "events", {"a": 1}),
        ("details text", "'{broken'", "events", None),
        ("details text", "''", "events", None),
        ("event_type varchar(20)", "NULL", "events", None),
    ],
)
def test_a_value_is_seen_as_the_specification_types_it(
    shaped: Connection, table: str, column: str, value: str, seen: object
) -> None:
    name = column.split(maxsplit=1)[0]
    assert one(shaped, table, column, value) == (
        str(seen) if name in {"created_at", "lesson_date"} and seen else seen
    )


@pytest.fixture
def shaped(school: Connection) -> Connection:
    """A connection whose tables of public can be made anew in a transaction that is rolled back."""
    return school


def one(conn: Connection, table: str, column: str, value: str) -> Any:
    """The view's value of a column, where the table has that column alone."""
    name = column.split(maxsplit=1)[0]
    cast = "::text" if name in {"created_at", "lesson_date"} else ""
    with conn.transaction(force_rollback=True):
        conn.execute("SET LOCAL TimeZone = 'UTC'")
        conn.execute(f"DROP TABLE public.{table} CASCADE; CREATE TABLE public.{table} ({column})".encode())
        conn.execute(f"INSERT INTO public.{table} VALUES ({value})".encode())
        compose_view(conn, read_shape(conn, table))
        row = conn.execute(f"SELECT {name}{cast} FROM hsl.{table}".encode()).fetchone()
    assert row
    return row[0]


@pytest.mark.parametrize(
    ("row", "username", "first_name"),
    [
        ("'anna', 'Анна', '{\"username\": \"other\"}'", "anna", "Анна"),
        ('\'\', NULL, \'{"username": "boris", "first_name": "Борис"}\'', "boris", "Борис"),
        ("NULL, 'Анна', '{\"username\": 5}'", "5", "Анна"),
        ("NULL, NULL, '[]'", None, None),
    ],
)
def test_an_events_names_come_from_details_where_it_has_none(
    school: Connection, row: str, username: str | None, first_name: str | None
) -> None:
    school.execute(
        f"INSERT INTO public.events (user_id, username, first_name, details) VALUES (1, {row})".encode()
    )
    assert school.execute("SELECT username, first_name FROM events").fetchall() == [(username, first_name)]


def test_an_events_names_come_from_details_where_it_has_no_such_columns(bot_database: BotDatabase) -> None:
    database = bot_database()
    database.execute(
        "CREATE TABLE events (id serial, user_id bigint, details text);"
        """INSERT INTO events (user_id, details) VALUES (1, '{"username": "anna", "first_name": "Анна"}')"""
    )
    adopt(database)
    with as_hsl(database) as ours:
        assert ours.execute("SELECT username, first_name FROM events").fetchall() == [("anna", "Анна")]


@pytest.mark.parametrize("type_", ["bigint", "integer", "text", "numeric"])
def test_a_person_is_found_by_an_index_whatever_the_type_of_user_id(
    bot_database: BotDatabase, type_: str
) -> None:
    database = bot_database()
    with database.connect() as bot:
        bot.execute(f"CREATE TABLE bookings (id serial, user_id {type_}, course_id integer)".encode())
    adopt(database)
    with as_hsl(database) as ours:
        ours.execute("SET enable_seqscan = off")
        plan = ours.execute(
            "EXPLAIN SELECT * FROM bookings WHERE user_id = ANY ('{1,2}'::bigint[])"
        ).fetchall()
        assert "hsl_bookings_user_id" in str(plan)
        assert "Seq Scan" not in str(plan)


@settings(max_examples=60, suppress_health_check=IN_ONE_SCHOOL)
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30))
def test_no_text_makes_a_helper_raise(school: Connection, text: str) -> None:
    school.execute("SELECT hsl.iso_date(%s), hsl.time_or_null(%s), hsl.object_or_null(%s::text)", [text] * 3)


@settings(max_examples=60, suppress_health_check=IN_ONE_SCHOOL)
@given(day=st.dates())
@example(day=date.min)
@example(day=date.max)
@example(day=date(2024, 2, 29))
def test_iso_dates_are_read_as_python_reads_them(school: Connection, day: Any) -> None:
    row = school.execute(
        "SELECT hsl.iso_date(%s)::text, hsl.clamped(%s::date)::text", [str(day), day]
    ).fetchone()
    assert row
    assert row[0] == row[1]
