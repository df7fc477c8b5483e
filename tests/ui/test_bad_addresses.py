"""What an address or a header holds may be anything: it is refused in words, and never a fault of ours."""

import json
from base64 import urlsafe_b64encode

import psycopg
import pytest
from django.test import Client

from tests import cast

LISTS = ["/people/", "/people/whole", "/bookings/", "/registrations/", "/events/"]
NO_ADDRESS = "http://[no"


@pytest.fixture
def browser(school: psycopg.Connection) -> Client:
    """The owner's browser, in English."""
    client = cast.signed_in(cast.hire().owner)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def cursor(*keys: object) -> str:
    """A place in a list, as somebody makes one by hand."""
    return urlsafe_b64encode(json.dumps(keys).encode()).decode().rstrip("=")


@pytest.mark.parametrize("url", LISTS)
def test_a_cursor_in_a_zone_that_postgresql_lacks_is_its_moment(browser: Client, url: str) -> None:
    assert browser.get(url, {"after": cursor("2026-11-24T00:00:00+23:59", 1)}).status_code == 200


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+15:00", "9999-12-31T23:59:59-15:00"])
def test_a_cursor_beyond_all_time_is_none(browser: Client, url: str, moment: str) -> None:
    assert browser.get(url, {"after": cursor(moment, 1)}).status_code == 400


@pytest.mark.parametrize(
    "url", ["/people/?lesson_empty=1&", "/registrations/?", "/registrations/export.csv?", "/events/?"]
)
def test_a_moment_where_a_lessons_day_is_meant_is_refused_in_words(browser: Client, url: str) -> None:
    answer = browser.get(f"{url}lesson_date=2026-11-24T09:15Z")

    assert answer.status_code == 400
    assert "Give a day as YYYY-MM-DD" in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/bookings/export.csv?course_empty", "/registrations/export.csv?lesson_empty", "/people/?lesson_empty"],
)
def test_a_nul_says_yes_to_nothing(browser: Client, address: str) -> None:
    assert browser.get(f"{address}=%00").status_code == 400


@pytest.mark.parametrize("field", ["sale_starts_on", "starts_on", "ends_on"])
def test_a_moment_where_a_streams_day_is_meant_is_refused_in_words(browser: Client, field: str) -> None:
    days = {"starts_on": "2026-11-24", "ends_on": "2026-11-25"}
    answer = browser.post("/settings/streams/1/", {**days, field: "2026-11-24T09:15Z"})

    assert answer.status_code == 400
    assert "Give a day as YYYY-MM-DD" in answer.content.decode()


@pytest.mark.django_db
def test_where_to_go_after_signing_in_may_be_no_address() -> None:
    assert cast.outsider().get("/account/sign-in/", {"next": NO_ADDRESS}).status_code == 200


@pytest.mark.django_db
def test_a_part_of_a_page_that_names_no_address_is_sent_to_sign_in() -> None:
    answer = cast.outsider().get("/people/", headers={"HX-Request": "true", "HX-Current-URL": NO_ADDRESS})

    assert answer.headers["HX-Redirect"] == "/account/sign-in/?next=%2F"
