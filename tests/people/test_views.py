"""The look-up of the top bar, and a person's page."""

import html
from random import Random

import psycopg
import pytest
from django.test import Client

from hsl.accounts.models import Operator
from hsl.accounts.permissions import Role
from hsl.people.search import LONGEST
from tests import cast
from tests.api.test_answers import MOMENT, book
from tests.people import schools


@pytest.fixture
def browser(school: psycopg.Connection) -> Client:
    """An analyst's browser, in English."""
    client = cast.signed_in(cast.hire().analyst)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_the_look_up_shows_options_with_what_tells_people_apart(
    school: psycopg.Connection, browser: Client
) -> None:
    book(school, 1, "3rd_stream", 2, username="anna_k", first_name="Анна <b>")
    schools.add_person(school, 2, None, "🙂")
    options = browser.get("/people/lookup", {"q": "анна"}).content.decode()

    assert options.count('role="option"') == 1
    for shown in ("Анна &lt;b&gt;", "@anna_k", "3-й поток", "paid", 'href="/people/1"'):
        assert shown in options
    assert "🙂" in browser.get("/people/lookup", {"q": "2"}).content.decode()


def test_the_look_up_says_so_when_there_is_nobody(browser: Client) -> None:
    assert "Nobody is called that" in browser.get("/people/lookup", {"q": "zzz"}).content.decode()
    assert "At most 100 characters" in browser.get("/people/lookup", {"q": "z" * 101}).content.decode()
    for nothing in ("", "  ", "\0", "@"):
        answer = browser.get("/people/lookup", {"q": nothing})
        assert (answer.status_code, "href" in answer.content.decode()) == (200, False)


def test_the_look_up_finds_the_pages_that_one_may_open(browser: Client) -> None:
    assert 'href="/"' in browser.get("/people/lookup", {"q": "OVERV"}).content.decode()
    assert 'href="/events/"' in browser.get("/people/lookup", {"q": "events"}).content.decode()
    assert "/settings/" not in browser.get("/people/lookup", {"q": "api keys"}).content.decode()
    assert "/settings/" not in browser.get("/people/lookup", {"q": "record"}).content.decode()

    Operator.objects.update(role=Role.OWNER)
    assert "/settings/record/" in browser.get("/people/lookup", {"q": "record"}).content.decode()


def test_a_story_calls_lessons_and_streams_as_the_school_does(
    school: psycopg.Connection, browser: Client
) -> None:
    school.execute("INSERT INTO lessons (lesson_type, title) VALUES ('first_telegram_bot', 'Первый бот')")
    book(school, 7, "3rd_stream", 1)
    school.execute(
        "INSERT INTO public.events (user_id, event_type, details) VALUES (7, 'lesson_link_clicked', %s)",
        ['{"lesson_type": "first_telegram_bot", "lesson_date": "2026-05-01"}'],
    )
    school.execute(
        "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, lesson_date)"
        " VALUES (7, 'a@example.com', 'first_telegram_bot', '2026-05-01')"
    )
    page = browser.get("/people/7").content.decode()
    assert "Первый бот · 1 May 2026" in page
    assert "Первый бот · 1 May 2026 · a@example.com" in page
    assert "3-й поток" in page
    assert "first_telegram_bot" not in page


def test_a_person_s_page_tells_their_story(school: psycopg.Connection, browser: Client) -> None:
    book(school, 7, "3rd_stream", -1, created_at=MOMENT, first_name="Old", discount_percent=20)
    book(school, 7, "4th_stream", 1, username="anna", first_name="Anna", referral_code="FRIEND20")
    schools.add_registration(school, 7, Random(1), ["anna"])
    school.execute(
        "INSERT INTO public.events (user_id, event_type, details) VALUES (7, 'view_program', '{}'),"
        """ (7, 'lesson_link_clicked', '{"lesson_type": "intro"}'), (7, NULL, '[1]'), (7, 'brand_new', NULL)"""
    )
    page = browser.get("/people/7").content.decode()

    for shown in (
        "Anna",
        "https://t.me/anna",
        "booked",
        "U7@Example.com",
        "FRIEND20",
        "old",
        "−20 %",
        "Intro",
        "Looked at the program",
        "Came to the lesson",
        "brand_new",
        "Booking, cancelled",
    ):
        assert shown in page, shown


def test_a_person_with_more_than_a_page_says_so(school: psycopg.Connection, browser: Client) -> None:
    for _ in range(51):
        schools.add_person(school, 7, "anna", None)
    first = browser.get("/people/7").content.decode()
    older = html.unescape(first.partition('rel="next" href="')[2].partition('"')[0])
    second = browser.get(older).content.decode()

    assert (first.count("person-moment"), second.count("person-moment")) == (50, 1)
    assert 'rel="next"' not in second


def test_a_group_chat_has_a_page_to_which_the_look_up_leads(
    school: psycopg.Connection, browser: Client
) -> None:
    schools.add_person(school, -1001234567890, "chat", None)

    assert 'href="/people/-1001234567890"' in browser.get("/people/lookup", {"q": "chat"}).content.decode()
    assert "@chat" in browser.get("/people/-1001234567890").content.decode()


def test_a_person_s_page_is_there_however_deep_details_are_nested(
    school: psycopg.Connection, browser: Client
) -> None:
    details = '{"lesson_type": ' * 3000 + "1" + "}" * 3000
    school.execute("INSERT INTO public.events (user_id, username, details) VALUES (7, 'anna', %s)", [details])

    assert "@anna" in browser.get("/people/7").content.decode()


def test_a_lesson_that_is_no_text_is_not_shown(school: psycopg.Connection, browser: Client) -> None:
    school.execute(
        """INSERT INTO public.events (user_id, details) VALUES (7, '{"lesson_type": {"zzq": "zzq"}}')"""
    )

    assert "zzq" not in browser.get("/people/7").content.decode()


def test_the_look_up_takes_as_much_text_as_a_search(browser: Client) -> None:
    assert f'maxlength="{LONGEST}"' in browser.get("/").content.decode()


@pytest.mark.parametrize("user_id", [1, -1, 2**63, -(2**63) - 1, 10**30])
def test_nobody_s_page_is_404(browser: Client, user_id: int) -> None:
    assert browser.get(f"/people/{user_id}").status_code == 404
