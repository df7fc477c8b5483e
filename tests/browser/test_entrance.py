"""Coming in, and the account's pages, as an operator sees them."""

import pytest
from playwright.sync_api import expect

from hsl.accounts.setup import setup_url
from tests import cast
from tests.accounts.test_sign_in import code
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import Windows


@pytest.mark.parametrize("language", ["ru", "en"])
def test_signing_in(language: str, windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(language=language)
    page.goto("/account/")
    assert barriers(page) == []
    look(page, "sign-in")

    page.get_by_role("textbox").first.fill("анна")
    page.locator("#id_password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert barriers(page) == []
    look(page, "sign-in-wrong")

    page.locator("#id_password").fill(cast.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{windows.url}/account/")
    assert barriers(page) == []
    look(page, "account")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_first_owner(language: str, windows: Windows, school: object) -> None:
    page = windows.open(language=language)
    page.goto(setup_url("") or "")
    assert barriers(page) == []
    look(page, "first-owner")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_second_factor(language: str, windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(staff.manager, language=language)
    page.goto("/account/two-factor/")
    look(page, "two-factor-off")
    page.goto("/account/two-factor/on/")
    assert barriers(page) == []
    look(page, "confirm")
    page.locator("#id_password").fill(cast.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/two-factor/on/")
    assert barriers(page) == []
    look(page, "two-factor-on")
    secret = page.locator("code").inner_text()
    page.locator("#id_code").fill(code(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")
    assert barriers(page) == []
    look(page, "recovery-codes")
    page.goto("/account/two-factor/")
    assert barriers(page) == []
    look(page, "two-factor")

    again = windows.open(language=language)
    again.goto("/account/sign-in/")
    again.locator("#id_login").fill("Борис")
    again.locator("#id_password").fill(cast.PASSWORD)
    again.keyboard.press("Enter")
    again.wait_for_url("**/code/")
    assert barriers(again) == []
    look(again, "sign-in-code")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/account/password/", "password"),
        ("/account/sessions/", "sessions"),
        ("/account/sign-out/", "sign-out"),
    ],
)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_accounts_pages(path: str, name: str, language: str, windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(staff.analyst, language=language)
    page.goto(path)
    assert barriers(page) == []
    look(page, name)
