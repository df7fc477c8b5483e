"""The pages of bookings, registrations and events, and their files."""

import csv
import io
from http import HTTPStatus

import psycopg
import pytest
from django.db import connection
from django.test import Client
from psycopg import sql
from pytest_django import DjangoAssertNumQueries

from hsl.accounts.models import AuditEntry
from hsl.facts.lists import EXPORTED_AT_ONCE
from hsl.ui.keyset import PAGE
from tests import cast

BOOKINGS = """
INSERT INTO public.bookings (user_id, username, first_name, course_id, course_stream, confirmed, created_at)
SELECT n, 'user_' || n, CASE n WHEN 1 THEN '<b>=1+1</b>' ELSE 'Имя ' || n END, 1, '4th_stream',
       CASE n %% 3 WHEN 0 THEN 2 WHEN 1 THEN 1 ELSE -1 END, now() - n * interval '1 hour'
FROM generate_series(1, %s) AS n
"""
REGISTRATIONS = """
INSERT INTO public.free_lesson_registrations (user_id, first_name, email, lesson_type, lesson_date, registered_at)
SELECT n, 'Имя ' || n, n || '@school.example', 'intro_to_python', '2026-05-01', now() - n * interval '1 hour'
FROM generate_series(1, %s) AS n
"""
EVENTS = """
INSERT INTO public.events (user_id, event_type, details, created_at)
SELECT n, 'view_program', jsonb_build_object('course_id', n, 'of', repeat('long ', 300)), now() - n * interval '1 hour'
FROM generate_series(1, %s) AS n
"""
FACTS = {"bookings": BOOKINGS, "registrations": REGISTRATIONS, "events": EVENTS}


@pytest.fixture
def staff(school: psycopg.Connection) -> cast.Cast:
    return cast.hire()


@pytest.fixture
def client(staff: cast.Cast) -> Client:
    client = cast.signed_in(staff.manager)
    client.cookies["hsl_language"] = "en"
    return client


def text(client: Client, address: str, status: int = HTTPStatus.OK) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize("name", FACTS)
def test_an_empty_list_says_what_will_be_here(name: str, client: Client) -> None:
    page = text(client, f"/{name}/")
    assert f"No {name} yet" in page
    assert 'data-total="0"' in page


@pytest.mark.parametrize("name", FACTS)
def test_a_list_asks_the_database_as_often_for_many_rows_as_for_few(
    name: str, client: Client, bot: psycopg.Connection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    bot.execute(FACTS[name].encode(), [PAGE + 5])
    with django_assert_max_num_queries(30):
        page = text(client, f"/{name}/")
    assert f'data-total="{PAGE + 5}"' in page
    assert page.count('class="list-main"') == PAGE


def test_a_row_shows_what_the_school_calls_things_and_leads_to_the_person(
    client: Client, bot: psycopg.Connection
) -> None:
    bot.execute(BOOKINGS.encode(), [3])
    page = text(client, "/bookings/")
    assert "4-й поток" in page
    assert "&lt;b&gt;=1+1&lt;/b&gt;" in page
    assert 'href="/people/3"' in page
    assert all(word in page for word in ("confirmed", "pending", "cancelled"))


def test_a_filter_that_only_doors_set_is_shown_and_can_be_taken_off(
    client: Client, bot: psycopg.Connection
) -> None:
    bot.execute(EVENTS.encode(), [3])
    bot.execute(BOOKINGS.encode(), [3])
    page = text(client, "/events/?person=2&type=view_program")
    assert 'data-total="1"' in page
    assert "Имя 2" in page
    assert 'href="/events/?type=view_program"' in page


@pytest.mark.parametrize(
    "address", ["/bookings/?status=2", "/registrations/?lesson_date=x", "/events/?person=Anna"]
)
def test_a_filter_that_cannot_be_read_is_named_and_nothing_shown(
    address: str, client: Client, bot: psycopg.Connection
) -> None:
    page = text(client, address, HTTPStatus.BAD_REQUEST)
    assert "Nothing is shown until this is put right" in page
    assert text(client, address.replace("/?", "/export.csv?"), HTTPStatus.BAD_REQUEST)


@pytest.mark.parametrize("name", FACTS)
def test_a_list_is_exported_whole_as_it_is_filtered_and_on_record(
    name: str, client: Client, bot: psycopg.Connection
) -> None:
    rows = EXPORTED_AT_ONCE + 3
    bot.execute(FACTS[name].encode(), [rows])
    lines = list(csv.reader(io.StringIO(client.get(f"/{name}/export.csv").getvalue().decode(), newline="")))
    assert [line[1] for line in lines[1:]] == [str(number) for number in range(1, rows + 1)]
    assert lines[0][0] == "\ufeffid"
    one = client.get(f"/{name}/export.csv?person=7").getvalue().decode()
    assert len(one.splitlines()) == 2
    entry = AuditEntry.objects.filter(act=f"{name}.export").latest("id")
    assert (entry.actor, entry.after) == ("Борис", {"person": "7", "rows": 1})


def test_an_exported_name_runs_nothing(client: Client, bot: psycopg.Connection) -> None:
    bot.execute(
        "INSERT INTO bookings (user_id, first_name, course_id) VALUES (1, '=HYPERLINK(\"http://x\")', 1)"
    )
    lines = list(csv.reader(io.StringIO(client.get("/bookings/export.csv").getvalue().decode(), newline="")))
    assert lines[1][3] == '\'=HYPERLINK("http://x")'


def test_an_analyst_sees_the_lists_and_exports_nothing(staff: cast.Cast, bot: psycopg.Connection) -> None:
    bot.execute(BOOKINGS.encode(), [1])
    client = cast.signed_in(staff.analyst)
    assert "export.csv" not in text(client, "/bookings/")
    assert client.get("/bookings/export.csv").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("table", ["bookings", "free_lesson_registrations", "events"])
def test_a_table_that_a_bot_holds_is_said_by_a_page_not_by_a_file_that_breaks_off(
    school: psycopg.Connection, bot: psycopg.Connection, table: str
) -> None:
    browser = cast.signed_in(cast.hire().owner)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    with bot.transaction(force_rollback=True):
        bot.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier("public", table)))
        answer = browser.get(f"/{table.removeprefix('free_lesson_')}/export.csv")

    assert answer.status_code == 503
    assert not AuditEntry.objects.filter(act__endswith=".export").exists()


def test_a_row_says_the_lesson_and_keeps_what_was_written_on_demand(
    client: Client, bot: psycopg.Connection
) -> None:
    bot.execute("INSERT INTO hsl.lessons (lesson_type, title) VALUES ('first_telegram_bot', 'Первый <b>бот')")
    bot.execute(
        "INSERT INTO events (user_id, event_type, details) VALUES (1, 'lesson_link_clicked',"
        ' \'{"lesson_type": "first_telegram_bot", "lesson_date": "2026-05-01"}\')'
    )
    page = text(client, "/events/")
    assert "Первый &lt;b&gt;бот" in page
    assert "1 May 2026" in page
    assert "As written" in page


@pytest.mark.parametrize(
    ("address", "first"),
    [("/events/", "Любое"), ("/bookings/", "Любой"), ("/registrations/", "Любой"), ("/people/", "Неважно")],
)
def test_in_russian_any_agrees_with_what_it_is_any_of(staff: cast.Cast, address: str, first: str) -> None:
    page = text(cast.signed_in(staff.owner), address)
    assert f'<option value="" selected>{first}</option>' in page
