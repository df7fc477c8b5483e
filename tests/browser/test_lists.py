"""A list in a browser: filters that follow each choice, rows by the arrows, cards on a phone."""

import psycopg
import pytest
from playwright.sync_api import Page, expect

from hsl.accounts.audit import record
from tests import cast
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows

RECORD = "/settings/record/"


@pytest.fixture
def page(windows: Windows, staff: cast.Cast) -> Page:
    """The owner's window, at a record of 60 acts on bookings, moves of a person, and four hires."""
    for number in range(60):
        record(
            staff.manager,
            "booking.change",
            f"booking:{number}",
            {"confirmed": 1},
            {"confirmed": 2, "booking": 1},
        )
    record(
        staff.owner,
        "person.move",
        "person:7",
        {"course_stream": "3rd_stream"},
        {"course_stream": "<b>Ж" * 20},
    )
    page = windows.open(staff.owner)
    page.goto(RECORD)
    return page


def test_a_choice_narrows_the_list_and_the_address_holds_it(page: Page) -> None:
    page.get_by_label("Что", exact=True).select_option("person.move")
    expect(page.get_by_role("status").filter(has_text="1 действие")).to_be_visible()
    page.wait_for_url(f"**{RECORD}?act=person.move")
    page.get_by_label("Кто").focus()

    page.reload()
    expect(page.get_by_label("Что", exact=True)).to_have_value("person.move")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Сбросить фильтры").click()
    page.wait_for_url(f"**{RECORD}")
    expect(page.locator("tbody tr")).to_have_count(50)


def test_going_back_comes_to_the_page_one_left(page: Page) -> None:
    page.get_by_role("link", name="Дальше").click()
    expect(page.locator("tbody tr")).to_have_count(15)
    there = page.url
    page.goto("/account/")
    page.go_back()

    assert page.url == there
    expect(page.locator("tbody tr")).to_have_count(15)
    page.get_by_role("link", name="Назад").click()
    expect(page.locator("tbody tr")).to_have_count(50)


def test_what_can_t_be_read_is_said_in_the_list_s_place(page: Page, windows: Windows) -> None:
    page.get_by_label("С", exact=True).fill("2026-03-02")
    page.wait_for_url("**from=2026-03-02")
    page.get_by_label("По", exact=True).fill("2026-03-01")

    expect(page.get_by_role("alert")).to_contain_text("С:")
    expect(page.locator("tbody tr")).to_have_count(0)
    assert [said for said in windows.wrong if "400 (Bad Request)" not in said] == []
    windows.wrong.clear()  # the browser's own word on a refusal
    page.get_by_label("По", exact=True).fill("2026-03-03")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_everybody_can_use_it(page: Page, windows: Windows, staff: cast.Cast, language: str) -> None:
    page = windows.open(staff.owner, language=language)
    page.goto(RECORD)

    assert barriers(page) == []
    look(page, "record")
    page.set_viewport_size(PHONE)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_it_works_without_scripts(windows: Windows, staff: cast.Cast, page: Page) -> None:
    context = windows.chromium.new_context(
        base_url=windows.url,
        java_script_enabled=False,
        storage_state=page.context.storage_state(),
        locale="ru",
    )
    windows.contexts.append(context)
    plain = context.new_page()
    plain.goto(RECORD)
    plain.get_by_label("Что", exact=True).select_option("person.move")
    plain.get_by_role("button", name="Показать").first.click()

    expect(plain.locator("tbody tr")).to_have_count(1)


def test_arrows_walk_the_rows_and_enter_opens_one(
    school: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    school.execute(
        "INSERT INTO public.events (user_id, first_name, event_type) VALUES (1, 'Анна', 'start_command'),"
        " (2, 'Борис', 'start_command')"
    )
    page = windows.open(staff.analyst)
    page.goto("/events/")
    page.wait_for_load_state()
    page.keyboard.press("ArrowDown")
    first, second = page.locator("[data-list] .list-main a").all()
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")


def test_a_note_stays_ten_seconds_and_as_long_as_a_hand_is_on_it(windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(staff.owner)
    page.clock.install()
    page.goto("/settings/")
    page.get_by_role("button", name="Сохранить").click()
    note = page.locator("[data-toast]")
    expect(note).to_be_visible()
    note.hover()
    page.clock.run_for(30_000)
    expect(note).to_be_visible()
    page.mouse.move(1, 1)
    page.clock.run_for(9_000)
    expect(note).to_be_visible()
    page.clock.run_for(2_000)
    expect(note).to_have_count(0)
