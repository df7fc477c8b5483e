"""What can't be is refused with a sentence that names the field; nothing is changed, nothing breaks."""

from typing import Any

import psycopg
import pytest

from tests.api.conftest import Program
from tests.api.endpoints import ENDPOINTS, Endpoint
from tests.api.test_answers import book

BIG = 10**19


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("/api/users/search?q=" + "a" * 101, 422, "q: string should have at most 100 characters"),
        ("/api/users/search?q=%00", 422, "q: holds a character that is no text"),
        ("/api/users/search?q=%FF", 422, "q: is not UTF-8; percent-encode"),
        ("/api/users/search?q=a&limit=0", 422, "limit: "),
        ("/api/users/search?q=a&limit=51", 422, "limit: "),
        ("/api/users/search?q=a&q=b", 422, "q: is given 2 times"),
        ("/api/users?limit=201", 422, "limit: input should be less than or equal to 200"),
        ("/api/users?limit=1e2", 422, "limit: give a whole number in digits"),
        (f"/api/users?limit={'9' * 5000}", 422, "limit: "),
        (
            "/api/users?group=6th_stream",
            422,
            "group: there is none called that; give one of all, non_course_users, 3rd",
        ),
        ("/api/users?group=%00", 422, "group: "),
        ("/api/users?order=shoe_size", 422, "order: "),
        ("/api/users?cursor=", 422, "cursor: give the next_cursor"),
        ("/api/users?cursor=%D0%B6", 422, "cursor: "),
        ("/api/users?cursor=WyJhbGwiLCItbGFzdF9zZWVuIiwieCIsMV0", 422, "cursor: "),
        (f"/api/users/{2**63}", 422, "user_id: "),
        ("/api/users/abc", 422, "user_id: give a whole number in digits"),
        ("/api/users/1.5", 422, "user_id: "),
        ("/api/users/1/", 404, "Not found"),
        ("/api/users/%D9%A1", 422, "user_id: "),
        (f"/api/bookings?user_id={BIG}", 422, "user_id: "),
        (f"/api/bookings?confirmed={BIG}", 422, "confirmed: "),
        ("/api/bookings?cursor=x", 422, "cursor: "),
        (f"/api/bookings?cursor={2**31}", 422, "cursor: "),
        ("/api/bookings?from=yesterday", 422, "from: give a day as YYYY-MM-DD"),
        ("/api/bookings?to=2025-02-30", 422, "to: "),
        ("/api/bookings?course_stream=a%00b", 422, "course_stream: "),
        ("/api/events?from=10000-01-01", 422, "from: "),
        ("/api/events?event_type=" + "x" * 1001, 422, "event_type: "),
        ("/api/stats/daily?from=2025-02-01&to=2025-01-01", 422, "from: "),
        ("/api/nothing", 404, "Not found"),
        ("/api/", 404, "Not found"),
        ("/api/users/%FF", 422, "user_id: "),
    ],
)
def test_a_bad_request(owner: Program, url: str, status: int, words: str) -> None:
    answer = owner("GET", url)

    assert answer.status_code == status
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
def test_no_endpoint_takes_a_query_string_that_is_not_utf8(
    school: psycopg.Connection, owner: Program, endpoint: Endpoint
) -> None:
    path, _, own = endpoint.url.partition("?")
    answer = owner(endpoint.method, path, endpoint.body, query=f"{own}&other=%FF")

    assert (answer.status_code, answer.json()["detail"].partition(";")[0]) == (422, "other: is not UTF-8")
    assert school.execute("SELECT count(*) FROM message_history").fetchone() == (0,)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("q=%D0", "q"),
        ("q=a%ED%A0%80", "q"),
        ("q=\xff", "q"),
        ("%FF=1", "query"),
        ("%FF", "query"),
        ("=%FF", "query"),
        ("%D0%B6=1&a%26b=%C0%80", "a&b"),
    ],
)
def test_what_is_not_utf8_is_named(owner: Program, query: str, field: str) -> None:
    detail = f"{field}: is not UTF-8; percent-encode the bytes of the text in UTF-8"
    assert owner("GET", "/api/users/search", query=query).json() == {"detail": detail}


@pytest.mark.parametrize("q", ["%EF%BF%BD", "a%EF%BF%BD%D0%B6", "\xd0\xb6", "%G1", "100%", ""])
def test_a_query_string_in_utf8_is_taken(owner: Program, q: str) -> None:
    assert owner("GET", "/api/users/search", query=f"q={q}&&other").status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"", 422, "body: field required"),
        (b"{", 400, "body: is not JSON"),
        (b"\xff\xfe", 400, "body: is not JSON"),
        (b'{"confirmed": 2, "confirmed": -1}', 400, "a key is given twice"),
        (b'{"confirmed": NaN}', 400, "NaN"),
        (b'{"confirmed": %s}' % (b"9" * 5000), 400, "body: "),
        (b"[" * 100_000, 400, "body: "),
        (b"null", 422, "body: "),
        (b"[1]", 422, "body: "),
        (b"{}", 422, "body: give confirmed, course_stream, or both"),
        (b'{"confirmed": 3}', 422, "confirmed: input should be -1, 1 or 2"),
        (b'{"confirmed": null}', 422, "confirmed: "),
        (b'{"confirmed": "2"}', 422, "confirmed: "),
        (b'{"confirmed": true}', 422, "confirmed: "),
        (b'{"confirmed": 2, "id": 7}', 422, "id: "),
        (b'{"course_stream": null}', 422, "course_stream: "),
        (b'{"course_stream": "a\\u0000b"}', 422, "course_stream: holds a character that is no text"),
        (b'{"course_stream": "\\ud800"}', 422, "course_stream: holds a character that is no text"),
        (b'{"course_stream": "6th_stream"}', 422, "give one of 3rd_stream, 4th_stream, 5th_stream"),
        (b'{"course_stream": ""}', 422, "course_stream: no stream"),
    ],
)
def test_a_bad_body(school: psycopg.Connection, owner: Program, body: bytes, status: int, words: str) -> None:
    booking = book(school, 1)
    before = school.execute("SELECT * FROM public.bookings").fetchall()

    answer = owner("PATCH", f"/api/bookings/{booking}", body)

    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.content
    assert school.execute("SELECT * FROM public.bookings").fetchall() == before
    assert school.execute("SELECT count(*) FROM audit WHERE act LIKE 'booking%'").fetchone() == (0,)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_kind_is_415(school: psycopg.Connection, content_type: str) -> None:
    from django.test import Client

    from hsl.accounts.api_keys import create_api_key

    client = Client(headers={"Authorization": f"Bearer {create_api_key('k', 'owner')}"})
    answer = client.generic("PATCH", "/api/bookings/1", '{"confirmed": 2}', content_type)
    assert (answer.status_code, "Content-Type" in answer.json()["detail"]) == (415, True)


@pytest.mark.parametrize(
    ("method", "url"), [("DELETE", "/api/bookings/1"), ("POST", "/api/users"), ("PUT", "/api/stats")]
)
def test_a_method_that_is_not_there_is_405_in_json(owner: Program, method: str, url: str) -> None:
    answer = owner(method, url)

    assert answer.status_code == 405
    assert "Method not allowed" in answer.json()["detail"]
    assert answer.headers["Allow"]


def test_what_is_not_there_can_t_be_changed(owner: Program) -> None:
    body: dict[str, Any] = {"confirmed": 2}
    assert owner("PATCH", "/api/bookings/17", body).json() == {"detail": "id: there is no booking 17"}
    assert owner("PATCH", "/api/bookings/17", body).status_code == 404
    assert owner("PATCH", f"/api/bookings/{2**31}", body).status_code == 422
    answer = owner("PATCH", "/api/users/1/stream", {"course_stream": "5th_stream"})
    assert (answer.status_code, "no active booking" in answer.json()["detail"]) == (409, True)
