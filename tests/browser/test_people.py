"""Finding a person from anywhere by the keyboard, their page, and the page about the API."""

import psycopg
import pytest
from playwright.sync_api import expect

from hsl.projections.fold import fold
from tests import cast
from tests.api.test_answers import book
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows
from tests.people import schools

UGLY = "Ж" * 64


@pytest.fixture
def people(school: psycopg.Connection) -> psycopg.Connection:
    """A few people, one with a story, one with a long name, one with markup for a name."""
    for day, (stream, confirmed) in enumerate([("3rd_stream", -1), ("4th_stream", 2)]):
        book(
            school,
            7,
            stream,
            confirmed,
            username="anna_k",
            first_name="Анна",
            referral_code="FRIEND20",
            created_at=f"2026-0{day + 1}-10 12:00+00",
        )
    for event_type in ("start_command", "view_program", "lesson_link_clicked", "payment_approved"):
        school.execute("INSERT INTO public.events (user_id, event_type) VALUES (7, %s)", [event_type])
    schools.add_person(school, 8, "anna_m" + "x" * 26, UGLY)
    schools.add_person(school, 9, None, "<b>Анна</b>")
    fold(school)
    return school


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_person_is_found_by_the_keyboard_from_anywhere(
    people: psycopg.Connection, windows: Windows, staff: cast.Cast, language: str
) -> None:
    page = windows.open(staff.analyst, language=language)
    page.goto("/docs/api")
    page.keyboard.press("/")
    page.keyboard.type("анн")
    expect(page.get_by_role("option")).to_have_count(2)
    assert barriers(page) == []
    look(page, "lookup")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Анна")


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("user_id", [7, 8])
def test_everybody_can_read_a_person_s_page(
    people: psycopg.Connection, windows: Windows, staff: cast.Cast, language: str, user_id: int
) -> None:
    page = windows.open(staff.manager, language=language)
    page.goto(f"/people/{user_id}")

    assert barriers(page) == []
    look(page, f"person-{user_id}")


def test_a_person_s_page_fits_a_phone(people: psycopg.Connection, windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(staff.manager, viewport=PHONE)
    page.goto("/people/8")

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_everybody_can_read_about_the_api(
    people: psycopg.Connection, windows: Windows, staff: cast.Cast, language: str
) -> None:
    page = windows.open(staff.analyst, language=language)
    page.goto("/docs/api")
    for summary in page.locator("summary").all()[:6]:
        summary.click()

    assert barriers(page) == []
    look(page, "api")
