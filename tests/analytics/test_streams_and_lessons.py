"""Потоки and Уроки as an operator gets them; the parts of Обзор that are about people."""

import re
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from django.urls import reverse

from hsl.accounts.permissions import Role
from hsl.analytics.queries import hot_leads
from tests import cast
from tests.analytics.test_page import event, fold_now, get, staff, text, words

__all__ = ["staff"]  # the fixture

STREAM = "/streams/1/5th_stream/"


def book(bot: psycopg.Connection, user_id: int, confirmed: int, at: str) -> None:
    bot.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed, created_at)"
        " VALUES (%s, 1, '5th_stream', %s, %s)",
        [user_id, confirmed, at],
    )


def look(bot: psycopg.Connection, user_id: int, at: str) -> None:
    bot.execute(
        "INSERT INTO public.events (user_id, event_type, details, created_at)"
        " VALUES (%s, 'view_program', '{\"course_id\": 1}', %s)",
        [user_id, at],
    )


def counts(page: str) -> list[int]:
    return [int(count) for count in re.findall(r'data-count="(\d+)"', page)]


def test_viewers_are_those_since_the_sale_began_who_did_not_book(
    staff: cast.Cast, bot: psycopg.Connection, school: psycopg.Connection
) -> None:
    look(bot, 1, "2026-02-28 12:00+03")
    look(bot, 2, "2026-03-01 00:10+03")
    look(bot, 3, "2026-03-02 12:00+03")
    book(bot, 3, -1, "2026-03-01 12:00+03")
    fold_now()

    assert counts(get(staff, f"{STREAM}viewers/").content.decode()) == [1]
    assert "since 1 Mar 2026" in text(get(staff, STREAM))
    school.execute(
        "UPDATE course_streams SET sale_starts_on = '2026-02-28' WHERE course_stream = '5th_stream'"
    )
    assert counts(get(staff, f"{STREAM}viewers/").content.decode()) == [2]


def test_a_stream_that_was_never_on_sale_asks_for_its_day(staff: cast.Cast) -> None:
    fold_now()

    assert "known once the stream is on sale" in text(get(staff, f"{STREAM}viewers/"))


def test_each_person_counts_once_by_the_best_of_their_bookings(
    staff: cast.Cast, bot: psycopg.Connection
) -> None:
    book(bot, 1, -1, "2026-03-01 12:00+03")
    book(bot, 1, 2, "2026-03-02 12:00+03")
    book(bot, 2, 1, "2026-03-02 12:00+03")
    fold_now()
    shown = text(get(staff, STREAM))

    assert "confirmed 1 pending 1 new, nothing paid yet 0 cancelled 0" in shown


def test_an_archived_stream_is_folded_away(
    staff: cast.Cast, bot: psycopg.Connection, school: psycopg.Connection
) -> None:
    book(bot, 1, 2, "2026-03-02 12:00+03")
    school.execute("UPDATE course_streams SET archived_at = now() WHERE course_stream = '5th_stream'")
    fold_now()

    assert "1 archived stream" in text(get(staff, "/streams/"))
    assert STREAM not in get(staff, "/").content.decode()


@pytest.mark.parametrize(
    "address", ["/streams/1/nowhere/", "/streams/99999999999/x/", "/lessons/nothing/", "/lessons/~%25/"]
)
def test_what_is_not_there_is_not_found(staff: cast.Cast, address: str) -> None:
    assert get(staff, address).status_code == 404


def test_a_lesson_says_by_date_who_came_and_who_did_not(staff: cast.Cast, bot: psycopg.Connection) -> None:
    for user_id in (1, 2):
        bot.execute(
            "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, lesson_date, registered_at)"
            " VALUES (%s, 'a@b.example', 'intro', '2026-03-05', '2026-03-01 12:00+03')",
            [user_id],
        )
    bot.execute(
        "INSERT INTO public.events (user_id, event_type, details, created_at) VALUES (1, 'lesson_link_clicked',"
        ' \'{"lesson_type": "intro", "lesson_date": "2026-03-05"}\', \'2026-03-05 19:00+03\')'
    )
    fold_now()
    shown = text(get(staff, "/lessons/intro/"))

    assert "5 Mar 2026 2 1 50.0 % 2 1 50.0 % 1 1" in shown
    assert get(staff, "/lessons/intro/?before=soon").status_code == 400


def heat_up(bot: psycopg.Connection) -> None:
    """Анна (7) becomes a hot lead."""
    for number in range(20):
        bot.execute(
            "INSERT INTO public.events (user_id, first_name, event_type, created_at) VALUES (7, 'Анна', 'x', %s)",
            [datetime.now(UTC) - timedelta(days=number % 5, minutes=1)],
        )
    fold_now()


def test_hot_leads_are_named_with_their_heat_in_words(staff: cast.Cast, bot: psycopg.Connection) -> None:
    heat_up(bot)
    shown = text(get(staff))

    assert "1 hot" in shown
    assert "Анна hot 20 events" in shown
    for heat, names in {"hot": ["Анна"], "warm": [], "cool": []}.items():
        people = get(staff, f"/people/?heat={heat}").content.decode()
        assert f'data-total="{len(names)}"' in people
        assert re.findall("Анна", people) == names


@pytest.mark.parametrize(("role", "writes"), [("owner", True), ("manager", True), ("analyst", False)])
def test_who_may_write_broadcasts_writes_to_a_hot_lead_from_there(
    staff: cast.Cast, bot: psycopg.Connection, role: Role, writes: bool
) -> None:
    heat_up(bot)
    client = cast.signed_in(staff.by_role(Role(role)))
    client.cookies["hsl_language"] = "en"
    shown = client.get("/").content.decode()
    doors = re.findall(r'<a [^>]*href="([^"]*)"[^>]*aria-label="Write Анна"', shown)

    assert "Анна hot 20 events" in words(shown)
    assert doors == [f"{reverse('compose')}?person=7"] * writes
    if writes:
        assert "Анна" in client.get(doors[0]).content.decode()


def test_the_most_active_are_shown_of_as_few_heats_as_hold_them(
    staff: cast.Cast, bot: psycopg.Connection, school: psycopg.Connection
) -> None:
    bot.execute(
        """INSERT INTO public.events (user_id, event_type, created_at)
           SELECT person, 'x', '2026-03-10 12:00+03'::timestamptz - make_interval(days => n % days)
           FROM (VALUES (1, 25, 6), (2, 40, 5), (3, 20, 5), (4, 19, 5), (5, 30, 3), (6, 90, 2), (7, 5, 1), (8, 6, 6))
                AS who (person, events, days), generate_series(1, events) AS n"""
    )
    bot.execute(
        "INSERT INTO public.events (user_id, event_type, created_at)"
        " SELECT 9, 'x', '2026-03-10 12:00+03'::timestamptz FROM generate_series(1, 7)"
        " UNION ALL SELECT 9, 'x', '2027-01-01'"
    )  # and one whose clock was ahead
    fold_now()

    for limit in range(1, 11):
        found = hot_leads(date(2026, 3, 10), limit)
        assert [lead.user_id for lead in found.leads] == [2, 1, 3, 5, 4, 6, 9, 8, 7][:limit]
        assert found.counts == {"hot": 3, "warm": 2, "cool": 4}


def test_the_newest_are_answered_only_where_they_differ(staff: cast.Cast, bot: psycopg.Connection) -> None:
    event(bot, 1, first_name="Анна")
    first = get(staff, "/overview/newest/").content.decode()
    mark = re.findall(r'name="shown" value="([^"]*)"', first)[0]

    assert get(staff, f"/overview/newest/?shown={mark}").status_code in (
        200,
        204,
    )  # 200 where a minute just ended
    event(bot, 2, first_name="Борис")
    again = get(staff, f"/overview/newest/?shown={mark}")
    assert again.status_code == 200
    assert "Борис" in text(again)
