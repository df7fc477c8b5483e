"""What every answer says to the browser, whatever the answer is."""

from collections.abc import Mapping

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests import cast

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}

pytestmark = pytest.mark.django_db


def headers(browser: Client, path: str) -> Mapping[str, str]:
    """What the answer says before its content."""
    answer = browser.get(path)
    answer.close()
    return answer.headers


@pytest.mark.parametrize("path", ["/account/", "/account/sign-in/", "/nothing/", "/static/ui/hsl.css"])
def test_the_content_security_policy_is_exactly_this(path: str) -> None:
    policy = headers(cast.signed_in(cast.hire().owner), path)["Content-Security-Policy"]

    assert set(policy.split("; ")) == POLICY


@pytest.mark.parametrize("path", ["/account/sign-in/", "/nothing/", "/static/ui/hsl.css"])
def test_the_other_headers(path: str) -> None:
    said = headers(Client(), path)

    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Referrer-Policy"] == "same-origin"
    assert said["Cross-Origin-Opener-Policy"] == "same-origin"
    assert said["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in said["Permissions-Policy"]


def test_a_page_stays_out_of_shared_caches() -> None:
    page = cast.signed_in(cast.hire().owner).get("/account/")

    assert "private" in page.headers["Cache-Control"]


def test_cookies_are_for_our_pages_only() -> None:
    browser = Client()
    browser.post("/account/sign-in/", {"login": cast.hire().owner.name, "password": cast.PASSWORD})
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@override_settings(SECURE_HSTS_SECONDS=31_536_000)
def test_under_https_browsers_are_told_to_stay_there() -> None:
    assert (
        "max-age=31536000"
        in Client().get("/account/sign-in/", secure=True).headers["Strict-Transport-Security"]
    )
