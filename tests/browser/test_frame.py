"""The frame's own moves: themes, languages, menus, the keyboard, a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows


def expect_theme(page: Page, theme: str) -> None:
    """The page is drawn in ``theme``, or soon will be."""
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)


def test_the_theme_follows_the_device_until_one_is_chosen_and_stays(
    windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.owner, color_scheme="dark")
    page.goto("/account/")
    expect_theme(page, "dark")
    page.emulate_media(color_scheme="light")
    expect_theme(page, "light")

    page.get_by_role("button", name="Оформление").click()
    page.get_by_role("button", name="Тёмное").click()
    expect_theme(page, "dark")
    page.reload()
    expect_theme(page, "dark")


def test_the_language_is_switched_in_place_and_stays(windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(staff.owner)
    page.goto("/account/sessions/?from=here")
    page.get_by_role("button", name="EN: switch to English").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Open sessions")
    assert page.url.endswith("/account/sessions/?from=here")
    page.goto("/account/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Password and sign-in")


def test_the_navigation_stays_however_far_one_reads(windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(staff.owner)
    page.set_viewport_size({"width": 1440, "height": 300})
    page.goto("/account/")
    page.mouse.move(700, 200)
    page.mouse.wheel(0, 10_000)

    page.wait_for_function(
        "scrollY > 0 && scrollY + innerHeight >= document.documentElement.scrollHeight - 1"
    )
    assert page.evaluate("document.querySelector('.frame-nav').getBoundingClientRect().top") == 0


def test_signing_out_from_the_menu(windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(staff.owner)
    page.goto("/account/")
    page.get_by_role("button", name="Анна").click()
    assert barriers(page) == []
    look(page, "operator-menu")
    page.get_by_role("button", name="Выйти").click()
    page.goto("/account/")

    assert "/account/sign-in/" in page.url


def test_the_first_tab_leads_to_the_content(windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(staff.owner)
    page.goto("/account/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="К содержимому")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


SETTINGS = [
    "/settings/",
    "/settings/streams/",
    "/settings/streams/new/",
    "/settings/operators/",
    "/settings/api-keys/new/",
    "/settings/integrity/",
    "/settings/record/",
]


@pytest.mark.parametrize(
    "path", ["/account/", "/account/password/", "/account/sign-in/", "/nothing/", *SETTINGS]
)
def test_on_a_phone_targets_are_a_thumb_wide_and_nothing_overflows(
    path: str, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(None if "sign-in" in path else staff.owner, viewport=PHONE)
    page.goto(path)

    small = page.evaluate(
        """[...document.querySelectorAll("a, button, input:not([type=hidden])")]
            .filter(each => each.checkVisibility() && !each.closest(".skip-link") && each.closest("p, li") === null)
            .filter(each => { const box = each.getBoundingClientRect(); return box.height < 44 || box.width < 44 })
            .map(each => each.outerHTML.slice(0, 120))"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_error_page(language: str, windows: Windows, staff: cast.Cast) -> None:
    for operator, name in (staff.owner, "not-found"), (None, "not-found-outside"):
        page = windows.open(operator, language=language)
        page.goto("/nothing/")
        look(page, name)


def test_behind_the_dot_stands_what_it_is_made_of(windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(staff.owner)
    page.goto("/account/")
    page.get_by_role("button", name="обработчик не запущен").press("Enter")

    expect(page.get_by_text("отвечает")).to_be_visible()
    assert barriers(page) == []
    look(page, "health")


def test_a_lost_connection_is_seen_by_the_dot(windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(staff.owner)
    page.goto("/account/")
    expect(page.get_by_text("обработчик не запущен").first).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("combobox").fill("а")

    expect(page.get_by_role("button", name="нет связи")).to_be_visible()
    page.close()
    assert [said for said in windows.wrong if "ERR_INTERNET_DISCONNECTED" not in said] == []
    windows.wrong.clear()  # the browser's own word on it
