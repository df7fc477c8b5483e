"""Обзор as an operator gets it."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from hsl.accounts.permissions import Role
from hsl.projections.fold import FEW_CHANGES, FEW_PEOPLE, fold
from tests import cast
from tests.analytics.conftest import Scatter
from tests.statements import NOW_AND_THEN, statements

UGLY = ["<b>жирный</b>", "Ж" * 64, "🦊🎉", "مرحبا", '"><script>alert(1)</script>', "{{ 7|add:7 }}"]


@pytest.fixture
def staff(school: psycopg.Connection) -> cast.Cast:
    """The operators of an empty school."""
    return cast.hire()


def get(staff: cast.Cast, address: str = "/", language: str = "en") -> Any:
    client = cast.signed_in(staff.analyst)
    client.cookies["hsl_language"] = language
    return client.get(address)


def text(answer: Any) -> str:
    """The page without its markup, spaces evened out."""
    return words(answer.content.decode())


def words(markup: str) -> str:
    """What a part of a page says: without markup, spaces evened out."""
    body = re.sub(r"<svg.*?</svg>|<script.*?</script>", "", markup, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def event(conn: psycopg.Connection, user_id: int, **names: str) -> None:
    conn.execute(
        "INSERT INTO public.events (user_id, username, first_name, event_type, created_at)"
        " VALUES (%s, %s, %s, 'view_program', %s)",
        [user_id, names.get("username"), names.get("first_name"), datetime.now(UTC)],
    )


def test_an_empty_school_is_told_how_facts_come(staff: cast.Cast) -> None:
    fold_now()
    shown = text(get(staff))

    assert "No facts yet" in shown
    for way in ("DATABASE_URL", "hsl import", "hsl demo"):
        assert way in shown


def test_a_fact_is_on_the_page_that_is_opened_after_it(staff: cast.Cast, bot: psycopg.Connection) -> None:
    fold_now()
    event(bot, 1, first_name="Анна", username="anna")
    shown = text(get(staff))

    assert "People 1" in shown
    assert "Анна @anna Looked at the program" in shown


def test_the_page_speaks_russian(staff: cast.Cast, bot: psycopg.Connection) -> None:
    event(bot, 1, first_name="Анна")
    fold_now()
    shown = text(get(staff, language="ru"))

    assert "Анна Просмотр программы" in shown
    assert "Новые люди" in shown


@pytest.mark.parametrize("user_id", [-5, 7, 2**63 - 1])
def test_a_name_leads_to_its_person_also_to_a_group_chat(
    staff: cast.Cast, bot: psycopg.Connection, user_id: int
) -> None:
    event(bot, user_id, first_name="Анна")
    fold_now()
    doors = re.findall(r'class="newest-row" href="([^"]*)"', get(staff).content.decode())

    assert doors == [reverse("person", args=[user_id])]


def fold_now() -> None:
    connection.ensure_connection()
    fold(connection.connection)


@pytest.mark.parametrize("name", UGLY)
def test_any_name_is_text(staff: cast.Cast, bot: psycopg.Connection, name: str) -> None:
    event(bot, 1, first_name=name)
    bot.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream) VALUES (1, 1, %s)", [name[:60]]
    )
    bot.execute(
        "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type) VALUES (1, 'a@b.example', %s)",
        [name],
    )
    fold_now()
    answer = get(staff)

    assert answer.status_code == 200
    for markup in ("<b>жирный", "<script>alert"):
        assert markup not in answer.content.decode()
    assert name.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") in answer.content.decode()


@pytest.mark.parametrize("address", ["/?range=today", "/?range=7", "/?range=90", "/?range=all"])
def test_the_address_holds_the_range(staff: cast.Cast, bot: psycopg.Connection, address: str) -> None:
    event(bot, 1)
    fold_now()
    answer = get(staff, address)

    assert re.findall(r'href="([^"]*)" aria-current="true"', answer.content.decode()) == [address[1:]]


def test_a_range_of_ones_own_is_shown(staff: cast.Cast, bot: psycopg.Connection) -> None:
    event(bot, 1)
    fold_now()
    shown = text(get(staff, "/?range=custom&since=2026-03-01&until=2026-03-31"))

    assert "1–31 Mar 2026 · compared with 29 Jan – 28 Feb 2026" in shown


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/?range=forever", "Choose one of the ranges offered"),
        ("/?range=custom", "Give a day"),
        ("/?range=custom&since=2026-03-01", "Give a day"),
        ("/?range=custom&since=2026-03-31&until=2026-03-01", "give the earlier day first"),
        ("/?range=custom&since=1999-12-31&until=2026-03-01", "between 1 January 2000 and today"),
        ("/?range=custom&since=2026-03-31&until=9999-12-31", "between 1 January 2000 and today"),
        ("/?range=custom&since=31.03.2026&until=2026-04-01", "Enter a valid date"),
        ("/?range=custom&since=%00&until=2026-04-01", ""),
    ],
)
def test_a_range_that_cannot_be_shown_is_answered_with_a_word_and_the_usual_one(
    staff: cast.Cast, bot: psycopg.Connection, address: str, said: str
) -> None:
    event(bot, 1)
    fold_now()
    answer = get(staff, address)

    assert answer.status_code == 400
    assert said in text(answer)
    assert "By day" in text(answer)


def test_many_who_wait_are_left_to_the_worker_and_counted(staff: cast.Cast, bot: psycopg.Connection) -> None:
    fold_now()
    bot.execute(
        "INSERT INTO public.events (user_id) SELECT n FROM generate_series(1, %s) AS n", [FEW_PEOPLE + 40]
    )
    shown = get(staff, "/?range=7")

    assert f"Catching up: {FEW_PEOPLE + 40} people." in text(shown)
    assert 'hx-get="/?range=7" hx-trigger="every 2s"' in shown.content.decode()
    fold_now()
    assert "Catching up" not in text(get(staff))


def test_many_changes_are_left_to_the_worker_and_told(staff: cast.Cast, bot: psycopg.Connection) -> None:
    fold_now()
    bot.execute("INSERT INTO public.events (user_id) SELECT generate_series(1, %s)", [FEW_CHANGES])

    assert f"Catching up: {FEW_CHANGES:,} people." in text(get(staff))
    fold_now()
    assert "Catching up" not in text(get(staff))


def test_while_facts_are_counted_anew_the_page_says_so(staff: cast.Cast, school: psycopg.Connection) -> None:
    school.execute("SELECT hsl.ask_recount('a test')")
    shown = text(get(staff))

    assert "Counting the facts anew" in shown
    assert "No facts yet" not in shown


def test_the_chart_and_the_table_behind_it_say_the_same(staff: cast.Cast, bot: psycopg.Connection) -> None:
    for days in range(5):
        bot.execute(
            "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed, created_at)"
            " SELECT n, 1, '5th_stream', 2, %s FROM generate_series(%s::int, %s::int) AS n",
            [datetime.now(UTC) - timedelta(days=days), days * 10, days * 10 + days],
        )
    fold_now()
    body = get(staff).content.decode()
    found = re.search(r'<script id="chart-data" type="application/json">(.*?)</script>', body)
    assert found
    chart = json.loads(found[1])
    rows = re.findall(r'<th scope="row" data-uncounted>([^<]+)</th>(.*?)</tr>', body, flags=re.DOTALL)
    table = [(label, re.findall(r'data-count="(\d+)"', cells)) for label, cells in rows]
    table = [(label, cells) for label, cells in table if cells]

    assert [label for label, _ in table] == chart["labels"]
    new_people, _, confirmed = (line["values"] for line in chart["series"])
    assert [int(cells[0]) for _, cells in table] == new_people
    assert [int(cells[3]) for _, cells in table] == confirmed
    assert new_people[-5:] == [5, 4, 3, 2, 1]


def test_the_page_asks_as_few_questions_of_a_large_school_as_of_a_small_one(scattered: Scatter) -> None:
    asked = []
    staff = cast.hire()
    for seed in (1, 2):
        scattered(seed)
        asked.append(len(statements(cast.signed_in(staff.owner), "/?range=all")))

    assert abs(asked[1] - asked[0]) <= NOW_AND_THEN
    assert max(asked) <= 25


def test_the_newest_are_asked_for_alone(staff: cast.Cast, bot: psycopg.Connection) -> None:
    event(bot, 1, first_name="Анна")
    answer = get(staff, "/overview/newest/")

    assert "Анна" in text(answer)
    assert "<html" not in answer.content.decode()


@pytest.mark.parametrize("role", Role)
def test_every_role_sees_the_numbers(staff: cast.Cast, role: Role) -> None:
    assert cast.signed_in(staff.by_role(role)).get("/").status_code == 200
