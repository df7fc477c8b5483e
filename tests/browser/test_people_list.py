"""Finding, opening, moving and taking back by the keyboard alone; the list and a person for everybody."""

import psycopg
import pytest
from playwright.sync_api import Locator, Page, expect

from hsl.projections.fold import fold
from tests import cast
from tests.api.test_answers import book
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows
from tests.people import schools


@pytest.fixture
def people(school: psycopg.Connection) -> psycopg.Connection:
    """Members of a stream, some of them with names that are hard to show."""
    book(school, 1, "3rd_stream", 2, username="anna_k", first_name="Анна", referral_code="FRIEND20")
    book(school, 2, "4th_stream", 1, username="x" * 32, first_name="Ж" * 64)
    book(school, 3, "4th_stream", -1, first_name="<b>Борис</b>")
    schools.add_person(school, 4, None, "🙂🙃")
    schools.add_person(school, 5, "yosef", "יוסף בן־דוד")
    schools.add_person(school, 6, None, None)
    fold(school)
    return school


def tab_to(page: Page, wanted: Locator) -> None:
    """Go there as one does without a mouse."""
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {wanted}")


def test_somebody_is_found_moved_and_moved_back_by_the_keyboard(
    people: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.manager, language="ru")
    page.goto("/people/")
    tab_to(page, page.locator("#filters input[type=search]"))
    page.keyboard.type("анн")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/1")
    head = page.locator(".person-head")
    expect(head).to_contain_text("3-й поток")

    tab_to(page, page.locator("#move-to"))
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(head).to_contain_text("5-й поток")
    undo = page.locator("#toasts button").first
    tab_to(page, undo)
    page.keyboard.press("Enter")
    expect(head).to_contain_text("3-й поток")
    expect(page.locator(".person-moment", has_text="5-й поток → 3-й поток")).to_have_count(1)


def test_a_booking_is_changed_in_its_place_and_taken_back_in_the_timeline(
    people: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.manager, language="en")
    page.goto("/people/2")
    page.get_by_text("Change", exact=False).first.click()
    page.get_by_label("Discount, %").fill("15")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".person-moment", has_text="−15 %").first).to_be_visible()
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".person-moment", has_text="taken back")).to_have_count(1)


def test_those_chosen_are_moved_together(
    people: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.manager, language="en")
    page.goto("/people/?status=student")
    expect(page.locator("#selection")).to_be_hidden()
    page.locator("[data-pick-all]").check()
    expect(page.locator("[data-chosen]")).to_have_text("Chosen: 1")
    page.get_by_label("Stream to move them to").select_option("5th_stream")
    page.locator("#selection").get_by_role("button", name="Move").click()
    expect(page.locator("#toasts")).to_contain_text("Moved to 5-й поток: 1 person")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("tbody tr")).to_contain_text("3-й поток")


def test_the_tab_that_is_shown_is_in_sight_on_a_phone(
    people: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.owner, language="ru", viewport=PHONE)
    for address in ("/people/?reachable=no", "/settings/record/"):
        page.goto(address)
        expect(page.locator(".people-tab[aria-current], .settings-place[aria-current]")).to_be_in_viewport(
            ratio=1
        )


@pytest.mark.parametrize("language", ["ru", "en"])
def test_everybody_can_use_the_list_and_a_person_s_page(
    people: psycopg.Connection, windows: Windows, staff: cast.Cast, language: str
) -> None:
    page = windows.open(staff.manager, language=language)
    for name, address in {"people": "/people/", "nobody": "/people/?q=zzz", "person": "/people/2"}.items():
        page.goto(address)
        for details in page.locator("details.person-booking").all():
            details.locator("summary").click()
        assert barriers(page) == []
        page.emulate_media(color_scheme="dark")
        assert barriers(page) == []
        page.emulate_media(color_scheme="light")
        look(page, name)
        page.set_viewport_size(PHONE)
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.set_viewport_size({"width": 1440, "height": 900})
