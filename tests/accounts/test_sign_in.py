"""Signing in: by name or email, throttled, with a second factor where the operator wants one."""

import logging

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.contrib.auth.hashers import identify_hasher
from django.http import HttpResponse
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from hsl.accounts.models import Operator
from tests import cast

SIGN_IN = "/account/sign-in/"


@pytest.fixture
def staff(db: None) -> cast.Cast:
    """The operators."""
    return cast.hire()


def sign_in(browser: Client, login: str, password: str = cast.PASSWORD) -> HttpResponse:
    """Send the form."""
    answer = browser.post(SIGN_IN, {"login": login, "password": password})
    assert isinstance(answer, HttpResponse)
    return answer


def is_in(browser: Client) -> bool:
    """Whether the browser is signed in."""
    return browser.get("/account/").status_code == 200


@pytest.mark.parametrize(
    "login", ["Анна", "анна", "АННА", " Анна ", "anna@school.example", "Anna@School.example"]
)
def test_by_name_or_email_in_any_case(login: str, staff: cast.Cast) -> None:
    browser = Client()

    assert sign_in(browser, login).status_code == 302
    assert is_in(browser)


@pytest.mark.parametrize(
    ("login", "password"),
    [("Анна", "wrong"), ("Nobody", cast.PASSWORD), ("anna@school.example", "wrong"), ("Глеб", cast.PASSWORD)],
)
def test_not_with_a_wrong_password_name_or_a_switched_off_account(
    login: str, password: str, staff: cast.Cast
) -> None:
    browser = Client()
    sign_in(browser, login, password)

    assert not is_in(browser)


def test_a_wrong_name_and_a_wrong_password_look_the_same(staff: cast.Cast) -> None:
    def errors(login: str) -> str:
        page = sign_in(Client(), login, "wrong").content.decode()
        return page.partition('role="alert"')[2].partition("</div>")[0]

    assert errors("Анна") == errors("Nobody") != ""


def test_guessing_is_throttled_also_for_the_right_password(staff: cast.Cast) -> None:
    for _ in range(5):
        sign_in(Client(), "Анна", "wrong")

    browser = Client()
    sign_in(browser, "Анна")
    assert not is_in(browser)

    other = Client()
    sign_in(other, "Vera")
    assert is_in(other), "another operator is not locked out"


def test_guessing_many_names_from_one_address_is_throttled(staff: cast.Cast) -> None:
    for number in range(10):
        sign_in(Client(), f"name{number}", "wrong")

    browser = Client()
    sign_in(browser, "Анна")
    assert not is_in(browser)


def test_no_password_is_logged(staff: cast.Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    sign_in(Client(), "Анна", "a wrong guess")
    sign_in(Client(), "Анна")

    assert "a wrong guess" not in caplog.text
    assert cast.PASSWORD not in caplog.text


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_passwords_are_kept_by_argon2() -> None:
    operator = Operator(name="Анна")
    operator.set_password(cast.PASSWORD)

    assert identify_hasher(operator.password).algorithm == "argon2"


def test_signing_out_ends_the_session(staff: cast.Cast) -> None:
    browser = Client()
    sign_in(browser, "Анна")
    browser.post("/account/sign-out/")

    assert not is_in(browser)


def test_a_new_password_ends_the_other_sessions(staff: cast.Cast) -> None:
    here, elsewhere = cast.signed_in(staff.analyst), cast.signed_in(staff.analyst)
    new = "новый, и тоже длинный"

    form = {"oldpassword": cast.PASSWORD, "password1": new, "password2": new}
    assert here.post("/account/password/", form).headers["Location"] == "/account/"

    assert is_in(here)
    assert not is_in(elsewhere)


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(target: str, staff: cast.Cast) -> None:
    answer = Client().post(SIGN_IN, {"login": "Анна", "password": cast.PASSWORD, "next": target})

    assert answer.headers["Location"] == "/"


def code(secret: str) -> str:
    """What the operator's app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def switch_on_second_factor(browser: Client) -> tuple[str, list[str]]:
    """Go through the pages; the secret, and the recovery codes."""
    browser.post("/account/confirm/", {"password": cast.PASSWORD})
    page = browser.get("/account/two-factor/on/")
    secret = page.context["form"].secret
    answer = browser.post("/account/two-factor/on/", {"code": code(secret)}, follow=True)
    return secret, answer.context["unused_codes"]


@pytest.mark.parametrize("name", ["Анна", "Борис"], ids=["with email", "without email"])
def test_a_second_factor_asks_for_the_apps_code_which_opens_once(name: str, staff: cast.Cast) -> None:
    browser = Client()
    sign_in(browser, name)
    secret, _ = switch_on_second_factor(browser)

    now = code(secret)
    for given, opens in [("000000", False), (now, True), (now, False)]:
        again = Client()
        assert sign_in(again, name).headers["Location"] == "/account/sign-in/code/"
        assert not is_in(again)
        again.post("/account/sign-in/code/", {"code": given})
        assert is_in(again) == opens


def test_a_recovery_code_opens_once(staff: cast.Cast) -> None:
    browser = Client()
    sign_in(browser, "Борис")
    _, codes = switch_on_second_factor(browser)

    for expected in (True, False):
        again = Client()
        sign_in(again, "Борис")
        again.post("/account/sign-in/code/", {"code": codes[0]})
        assert is_in(again) == expected


def test_recovery_codes_are_shown_once(staff: cast.Cast) -> None:
    browser = Client()
    sign_in(browser, "Борис")
    _, codes = switch_on_second_factor(browser)

    page = browser.get("/account/recovery-codes/").content.decode()
    assert len(codes) == 10
    assert not any(one in page for one in codes)


def test_switching_the_second_factor_needs_the_password_anew(staff: cast.Cast) -> None:
    answer = cast.signed_in(staff.manager).get("/account/two-factor/on/")

    assert answer.headers["Location"].startswith("/account/confirm/")


def test_a_page_costs_a_query_for_the_session_and_one_for_the_operator(
    staff: cast.Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = cast.signed_in(staff.owner)
    browser.get("/account/password/")

    with django_assert_num_queries(2):
        browser.get("/account/password/")


@pytest.mark.parametrize("cookie", ['"aaaaaaaa\\000"', "x", "ж" * 32, "a" * 5000, ""])
def test_a_cookie_that_is_no_session_is_nobody(cookie: str, db: None) -> None:
    browser = Client()
    browser.cookies.load(f"{settings.SESSION_COOKIE_NAME}={cookie}")
    answer = browser.get("/account/")

    assert answer.status_code == 302
