"""The cards and the funnel of Обзор say what the facts are, of a range and of the days before it."""

import re

import psycopg
import pytest

from hsl.analytics.cards import spark
from tests import cast
from tests.analytics.test_page import fold_now, get, staff, words
from tests.analytics.test_streams_and_lessons import book

__all__ = ["staff"]  # the fixture

WEEK = "/?range=custom&since=2026-03-08&until=2026-03-14"
NEW_PEOPLE = {2: 8, 3: 9, 4: 9, 5: 12, 6: 12}
"""On which day of March each was first seen; the first person came in the week before."""


def see(bot: psycopg.Connection, user_id: int, day: int) -> None:
    bot.execute(
        "INSERT INTO public.events (user_id, event_type, created_at)"
        " VALUES (%s, 'start_command', make_date(2026, 3, %s))",
        [user_id, day],
    )


def come(bot: psycopg.Connection, user_id: int, day: int) -> None:
    bot.execute(
        "INSERT INTO public.events (user_id, event_type, details, created_at)"
        " VALUES (%s, 'lesson_link_clicked', '{\"lesson_type\": \"intro\"}', make_date(2026, 3, %s))",
        [user_id, day],
    )


def register(bot: psycopg.Connection, user_id: int, day: int, lesson_type: str = "intro") -> None:
    bot.execute(
        "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, lesson_date, registered_at)"
        " VALUES (%s, %s || '@b.example', %s, '2026-03-20', make_date(2026, 3, %s))",
        [user_id, str(user_id), lesson_type, day],
    )


@pytest.fixture
def week(staff: cast.Cast, bot: psycopg.Connection) -> str:
    """Обзор of a week in which five people came each a step less far than the one before, and of whom one paid; and
    before which one person came, with three bookings."""
    see(bot, 1, 2)
    for lesson_type in ("intro", "deep", "wide", "high"):
        register(bot, 1, 3, lesson_type)
    for confirmed in (-1, -1, 2):
        book(bot, 1, confirmed, "2026-03-04 12:00+03")
    for user_id, day in NEW_PEOPLE.items():
        see(bot, user_id, day)
    for user_id in (2, 3, 4, 5):
        register(bot, user_id, 12)
    for user_id in (2, 3, 4):
        come(bot, user_id, 13)
    for user_id, confirmed in ((2, 2), (3, 1)):
        book(bot, user_id, confirmed, "2026-03-13 12:00+03")
    fold_now()
    return str(get(staff, WEEK).content.decode())


def sections(page: str, kind: str) -> list[str]:
    return re.findall(rf'<section class="card {kind}"[^>]*>(.*?)</section>', page, flags=re.DOTALL)


def test_each_card_says_its_number_and_how_it_changed_against_the_days_before(week: str) -> None:
    people, new_people, registrations, bookings, unpaid = (
        words(card).strip() for card in sections(week, "overview-card")
    )

    assert people == "People 6 +5 was 1"
    assert new_people == "New people 5 +4 was 1"
    assert registrations == "Registrations for lessons 4 no change"
    assert bookings.startswith("Bookings 2 −1 was 3 1 confirmed 1 pending")
    assert unpaid == "People without payment 4 66.7 % of all people new among them: 4 +4 was 0"


def test_each_card_draws_the_way_it_went_from_day_to_day(week: str) -> None:
    drawn = {
        words(re.findall("<h2.*?</h2>", card)[0]).strip(): re.findall('<polyline points="([^"]*)"', card)
        for card in sections(week, "overview-card")
    }

    assert drawn == {
        "People": [spark([2, 4, 4, 4, 6, 6, 6])],
        "New people": [spark([1, 2, 0, 0, 2, 0, 0])],
        "Registrations for lessons": [spark([0, 0, 0, 0, 4, 0, 0])],
        "Bookings": [spark([0, 0, 0, 0, 0, 2, 0])],
        "People without payment": [spark([0, 2, 0, 0, 2, 0, 0])],
    }


def test_a_range_with_nothing_before_it_is_compared_with_nothing(staff: cast.Cast, week: str) -> None:
    cards = sections(get(staff, "/?range=all").content.decode(), "overview-card")

    assert len(cards) == 5
    assert not [card for card in cards if re.search(r"\bwas\b|no change", words(card))]


def test_the_funnel_says_how_many_of_the_new_people_came_how_far(week: str) -> None:
    (funnel,) = [panel for panel in sections(week, "overview-half") if "How far new people came" in panel]
    steps = [words(step).strip() for step in re.findall("<li.*?</li>", funnel, flags=re.DOTALL)]

    assert steps == [
        "were first seen 5",
        "registered for a lesson 80.0 % 4",
        "came to a lesson 60.0 % 3",
        "booked a place 40.0 % 2",
        "paid 20.0 % 1",
    ]
    assert re.findall(r'<rect class="fill-new-people" width="(\d+)"', funnel) == [
        "1000",
        "800",
        "600",
        "400",
        "200",
    ]
