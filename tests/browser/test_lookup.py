"""The look-up of the top bar, by keyboard alone."""

import psycopg
import pytest
from playwright.sync_api import Page, expect

from hsl.projections.fold import fold
from tests import cast
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows

PEOPLE = """
INSERT INTO public.events (user_id, username, first_name, event_type) VALUES
  (1001, 'masha_k', 'Мария', 'start_command'),
  (1002, 'marik', 'Марк', 'start_command'),
  (1003, NULL, '<b>Марго</b> 🎈', 'start_command'),
  (1004, 'other', 'Олег', 'start_command')
"""


@pytest.fixture
def page(windows: Windows, staff: cast.Cast, school: psycopg.Connection) -> Page:
    """The manager's window, at a school of four."""
    school.execute(PEOPLE)
    fold(school)
    page = windows.open(staff.manager)
    page.goto("/account/")
    return page


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_a_key_opens_it_from_anywhere(key: str, page: Page) -> None:
    page.keyboard.press(key)

    expect(page.get_by_role("combobox")).to_be_focused()


def test_people_are_found_while_typing(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("мар")
    options = page.get_by_role("option")

    expect(options).to_have_count(3)
    expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "true")
    expect(options.filter(has_text="<b>Марго</b> 🎈")).to_have_count(1)
    assert barriers(page) == []
    look(page, "lookup")


def test_arrows_choose_and_enter_opens(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("мар")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    chosen = page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_have_count(1)
    address = chosen.get_attribute("href")
    with page.expect_request(lambda request: request.url.endswith(str(address))):
        page.keyboard.press("Enter")


def test_escape_closes_it(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("мар")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("Escape")

    expect(page.get_by_role("option")).to_have_count(0)
    expect(page.get_by_role("combobox")).to_have_value("")


def test_a_click_elsewhere_hides_what_was_found(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("мар")
    expect(page.get_by_role("option").first).to_be_visible()
    page.locator("main").click(position={"x": 700, "y": 400})

    expect(page.get_by_role("listbox")).to_be_hidden()


def test_nobody_found_is_said(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("zzzz")

    expect(page.get_by_role("option")).to_have_count(1)
    expect(page.get_by_role("option")).to_have_attribute("aria-disabled", "true")


def test_on_a_phone_what_is_found_fits(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.get_by_role("combobox").click()
    page.keyboard.type("мар")
    expect(page.get_by_role("option").first).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
