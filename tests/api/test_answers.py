"""What the API answers about people and their facts."""

import json
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import psycopg
import pytest

from hsl.people.cache import user_cache
from hsl.people.cursors import Order
from hsl.projections.fold import fold
from hsl.school.queries import DEEPEST
from tests.api.conftest import Program
from tests.people import schools

MOMENT = datetime(2025, 9, 1, 12, tzinfo=UTC)


def book(
    conn: psycopg.Connection[Any], user_id: int, stream: str = "3rd_stream", confirmed: int = 1, **more: Any
) -> int:
    """A booking; gives its id."""
    row = {"user_id": user_id, "course_id": 1, "course_stream": stream, "confirmed": confirmed, **more}
    names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
    sql = f"INSERT INTO public.bookings ({names}) VALUES ({marks}) RETURNING id"
    return int(conn.execute(sql, [*row.values()]).fetchone()[0])  # type: ignore[index] # RETURNING gives a row


def test_search_answers_in_the_specification_s_shape(school: psycopg.Connection, owner: Program) -> None:
    book(school, 123456789, confirmed=2, username="alex_smith", first_name="Alex")

    assert owner("GET", "/api/users/search?q=ALEX").json() == {
        "users": [
            {
                "user_id": 123456789,
                "username": "alex_smith",
                "first_name": "Alex",
                "course_stream": "3rd_stream",
            }
        ]
    }
    assert owner("GET", "/api/users/search?q=").json() == {"users": []}
    assert owner("GET", "/api/users/search").json() == {"users": []}


def test_what_was_committed_a_moment_ago_is_in_the_answer(school: psycopg.Connection, owner: Program) -> None:
    schools.add_person(school, 1, "anna", None)

    assert owner("GET", "/api/users/1").json()["username"] == "anna"
    assert owner("GET", "/api/users").json()["total"] == 1


def test_a_person_with_their_facts_newest_first(school: psycopg.Connection, owner: Program) -> None:
    first = book(school, 1, "3rd_stream", -1, created_at=MOMENT)
    second = book(school, 1, "4th_stream", 2, created_at=MOMENT + timedelta(days=1), discount_percent=20)
    schools.add_registration(school, 1, Random(1), ["anna"])
    for _ in range(60):
        schools.add_person(school, 1, "anna", None)
    school.execute("""UPDATE public.events SET details = '{"n": 1e400, "big": 1%s}'""" % ("0" * 400))

    person = owner("GET", "/api/users/1").json()

    assert (person["status"], person["course_stream"]) == ("student", "4th_stream")
    assert [booking["id"] for booking in person["bookings"]] == [second, first]
    assert [each["email"] for each in person["registrations"]] == ["U1@Example.com"]
    assert [event["id"] for event in person["events"]] == list(range(60, 10, -1))
    assert person["next_cursors"] == {"bookings": None, "registrations": None, "events": 11}
    older = owner("GET", f"/api/events?user_id=1&cursor={person['next_cursors']['events']}").json()
    assert [event["id"] for event in older["events"]] == list(range(10, 0, -1))
    assert older["next_cursor"] is None


def test_details_nested_too_deep_for_json_s_readers_are_text(
    school: psycopg.Connection, owner: Program
) -> None:
    def nested(levels: int) -> str:
        return '{"a]": ' * (levels - 1) + "[]" + "}" * (levels - 1)

    for levels in (DEEPEST, DEEPEST + 1, 3000):
        school.execute("INSERT INTO public.events (user_id, details) VALUES (1, %s)", [nested(levels)])
    school.execute(
        "INSERT INTO public.events (user_id, details) VALUES (1, %s)", [json.dumps({"text": "[{" * 3000})]
    )

    person = owner("GET", "/api/users/1")
    events = owner("GET", "/api/events")
    assert (person.status_code, events.status_code) == (200, 200)
    assert person.json()["events"] == events.json()["events"]
    assert [event["details"] for event in events.json()["events"]] == [
        {"text": "[{" * 3000},
        nested(3000),
        nested(DEEPEST + 1),
        json.loads(nested(DEEPEST)),
    ]


def test_nobody_is_404(owner: Program) -> None:
    for user_id in (1, -5, 2**63 - 1):
        assert owner("GET", f"/api/users/{user_id}").status_code == 404


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("group", ["all", "non_course_users", "3rd_stream"])
def test_pages_of_a_group_hold_each_person_once(
    school: psycopg.Connection, owner: Program, group: str, order: str
) -> None:
    schools.fill(school, 1, people=50)
    everybody, cursor, pages = [], "", 0
    while cursor is not None:
        answer = owner(
            "GET", f"/api/users?group={group}&order={order}&limit=4&cursor={cursor}".removesuffix("&cursor=")
        ).json()
        everybody += answer["users"]
        cursor, pages = answer["next_cursor"], pages + 1

    assert len({user["user_id"] for user in everybody}) == len(everybody) == answer["total"] > 4
    assert pages == -(-len(everybody) // 4)
    if "seen" in order:
        seen = [user[order.removeprefix("-")] for user in everybody]
        assert seen == sorted(seen, reverse=order.startswith("-"))


def test_lists_are_filtered(school: psycopg.Connection, owner: Program) -> None:
    book(school, 1, "3rd_stream", 1, created_at=MOMENT)
    book(school, 2, "4th_stream", 2, created_at=MOMENT + timedelta(days=2))
    schools.add_person(school, 1, "anna", None)
    school.execute("UPDATE public.events SET created_at = '2025-09-01 21:30+00'")  # the 2nd in Moscow
    school.execute(
        "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, lesson_date, registered_at)"
        " VALUES (3, 'a@example.com', 'intro', '2025-09-05', '2025-09-01 12:00+00')"
    )

    def ids(url: str) -> list[int]:
        (facts, _) = owner("GET", url).json().values()
        return [fact["id"] for fact in facts]

    assert ids("/api/bookings") == [2, 1]
    assert ids("/api/bookings?user_id=1") == ids("/api/bookings?confirmed=1") == [1]
    assert ids("/api/bookings?course_stream=4th_stream") == ids("/api/bookings?from=2025-09-02") == [2]
    assert ids("/api/bookings?to=2025-09-01&from=2025-09-01") == [1]
    assert ids("/api/events?event_type=start_command&from=2025-09-02&to=2025-09-02") == [1]
    assert ids("/api/events?event_type=other") == ids("/api/events?to=2025-09-01") == []
    assert ids("/api/free-lesson-registrations?lesson_type=intro&lesson_date=2025-09-05&to=9999-12-31") == [1]
    assert ids("/api/free-lesson-registrations?lesson_type=other") == []


def test_a_rare_filter_reads_a_bounded_part_and_says_where_to_go_on(
    school: psycopg.Connection, owner: Program
) -> None:
    book(school, 1, "4th_stream")
    book(school, 2, "3rd_stream", id=2_000_000_000)
    book(school, 3, "3rd_stream", id=1_999_999_999)

    page = owner("GET", "/api/bookings?course_stream=3rd_stream&limit=1").json()
    assert [booking["id"] for booking in page["bookings"]] == [2_000_000_000]
    page = owner("GET", f"/api/bookings?course_stream=4th_stream&cursor={page['next_cursor']}").json()
    assert [booking["id"] for booking in page["bookings"]] == [1]
    assert page["next_cursor"] is None


def test_a_person_is_moved_and_seen_there_at_once(school: psycopg.Connection, owner: Program) -> None:
    booking = book(school, 1, "3rd_stream", 2)

    moved = owner("PATCH", "/api/users/1/stream", {"course_stream": "5th_stream"})
    assert (moved.status_code, moved.json()["id"], moved.json()["course_stream"]) == (
        200,
        booking,
        "5th_stream",
    )
    assert school.execute("SELECT course_stream FROM user_cache").fetchall() == [("5th_stream",)]
    assert owner("GET", "/api/users?group=5th_stream").json()["total"] == 1

    again = owner("PATCH", "/api/users/1/stream", {"course_stream": "5th_stream"})
    assert again.status_code == 409
    assert f"booking {booking}" in again.json()["detail"]


def test_a_booking_is_changed(school: psycopg.Connection, owner: Program) -> None:
    booking = book(school, 1)

    answer = owner("PATCH", f"/api/bookings/{booking}", {"confirmed": 2, "course_stream": "4th_stream"})
    assert (answer.json()["confirmed"], answer.json()["course_stream"]) == (2, "4th_stream")
    assert school.execute("SELECT confirmed, course_stream FROM public.bookings").fetchall() == [
        (2, "4th_stream")
    ]
    assert school.execute("SELECT status FROM user_cache").fetchall() == [("student",)]


def test_a_change_that_cannot_be_folded_at_once_is_made_all_the_same(
    school: psycopg.Connection, owner: Program, caplog: pytest.LogCaptureFixture
) -> None:
    booking = book(school, 1)
    school.execute("ALTER TABLE user_cache ADD CONSTRAINT full_up CHECK (user_id <> 1) NOT VALID")
    try:
        answer = owner("PATCH", f"/api/bookings/{booking}", {"confirmed": 2})
    finally:
        school.execute("ALTER TABLE user_cache DROP CONSTRAINT full_up")

    assert (answer.status_code, answer.json()["confirmed"]) == (200, 2)
    assert "own_write_not_folded people=1" in caplog.text
    assert owner("GET", "/api/users/1").json()["status"] == "student"


def test_the_cache_tells_how_it_is(school: psycopg.Connection, owner: Program) -> None:
    assert owner("GET", "/api/cache").json() == {
        "loaded": False,
        "age": None,
        "size": 0,
        "people": 0,
        "changes": 0,
        "hits": 0,
        "misses": 0,
        "refreshes": 0,
        "last_error": None,
    }


def test_a_loaded_cache_tells_its_size_its_age_and_what_it_answered(
    school: psycopg.Connection, owner: Program
) -> None:
    schools.add_person(school, 1, "anna", None)
    fold(school)
    user_cache.refresh()
    loaded = owner("GET", "/api/cache").json()
    assert loaded["age"] >= 0
    assert loaded["size"] > 0
    assert loaded | {"age": 0, "size": 0} == {
        "loaded": True,
        "age": 0,
        "size": 0,
        "people": 1,
        "changes": 0,
        "hits": 0,
        "misses": 0,
        "refreshes": 1,
        "last_error": None,
    }

    owner("GET", "/api/users/search?q=anna")
    searched = owner("GET", "/api/cache").json()
    assert searched["age"] > loaded["age"]
    assert searched | {"age": 0} == loaded | {"age": 0, "hits": searched["hits"]}
    assert searched["hits"] > 0

    schools.add_person(school, 2, "boris", None)
    fold(school)
    user_cache.refresh()
    grown = owner("GET", "/api/cache").json()
    assert (grown["people"], grown["refreshes"]) == (2, 2)
    assert grown["size"] > loaded["size"]


@pytest.mark.parametrize(
    "url",
    ["/api/users?limit=100", "/api/users?group=3rd_stream&limit=100", "/api/users/search?q=a", "/api/events"],
)
def test_a_list_asks_the_same_number_of_questions_however_long_it_is(
    school: psycopg.Connection, owner: Program, url: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def questions() -> int:
        """The fewer of two requests: what is done now and then (the time of a key's use) falls into one of them."""
        return min(asked_once(), asked_once())

    def asked_once() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert owner("GET", url).status_code == 200
        return len(asked)

    schools.fill(school, 1, people=5)
    owner("GET", url)
    few = questions()
    schools.fill(school, 2, people=60)
    fold(school)
    assert questions() <= few
