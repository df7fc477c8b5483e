"""Pages for what went wrong say what happened and show a way on; a 500 gives a number that is in the log."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from hsl.accounts.access import public
from tests import cast


@public
def broken(request: HttpRequest) -> HttpResponse:
    """A page with a fault in it."""
    raise RuntimeError("a fault of ours")


urlpatterns = [
    path("broken/", broken),
    path("api/broken", broken),
    path("", include("hsl.urls")),
]
handler400 = "hsl.ui.errors.bad_request"
handler404 = "hsl.ui.errors.not_found"
handler500 = "hsl.ui.errors.server_error"

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def browser() -> Client:
    """A browser that shows a 500 as people see it."""
    return Client(raise_request_exception=False, headers={"Accept-Language": "ru"})


def test_a_500_gives_a_number_that_is_in_the_log(browser: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = browser.get("/broken/")

    number = re.search("<code[^>]*>([0-9a-f]{8})</code>", answer.content.decode())
    assert answer.status_code == 500
    assert number is not None
    record = next(record for record in caplog.records if number[1] in record.getMessage())
    assert record.exc_info is not None
    assert "a fault of ours" in str(record.exc_info[1])


def test_a_500_gives_its_number_also_where_no_page_can_be_made(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_template(*args: object) -> str:
        raise RuntimeError("no database, no page")

    monkeypatch.setattr("hsl.ui.errors.render_to_string", no_template)

    page = browser.get("/broken/").content.decode()

    assert re.search("<code>[0-9a-f]{8}</code>", page)
    assert "<style" not in page, "the policy would block it"


def test_a_404_shows_a_way_back_in_the_frame_of_the_signed_in(browser: Client) -> None:
    browser.force_login(cast.hire().owner)
    page = browser.get("/nothing/").content.decode()

    assert "Такой страницы нет" in page
    assert 'href="/"' in page
    assert "frame-nav" in page


def test_an_outsider_sees_no_frame(browser: Client) -> None:
    assert "frame-nav" not in browser.get("/nothing/").content.decode()


def test_under_api_errors_are_json(browser: Client) -> None:
    assert set(browser.get("/api/nothing").json()) == {"detail"}
    broken = browser.get("/api/broken")
    assert broken.status_code == 500
    assert re.search("[0-9a-f]{8}$", broken.json()["detail"])


def test_an_old_form_is_refused_in_words() -> None:
    browser = Client(enforce_csrf_checks=True, headers={"Accept-Language": "ru"})
    answer = browser.post("/account/sign-in/", {"login": "x"})

    assert answer.status_code == 403
    assert "Форма устарела" in answer.content.decode()


def test_an_address_that_is_not_ours_is_refused_in_words(browser: Client) -> None:
    answer = browser.get("/account/sign-in/", headers={"Host": "elsewhere.example"})

    assert answer.status_code == 400
    assert "Запрос непонятен" in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/%FF/", "/%00/", "/account/setup/%00/", "/account/setup/%D0%B6/", "/?q=%00%FF"]
)
def test_no_address_is_a_500(path: str, browser: Client) -> None:
    assert browser.get(path).status_code in (302, 404)
