"""Pages of groups: everybody of the group once, in order, whichever way the page is found."""

import base64
import json
from collections.abc import Iterable
from random import Random
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hsl.people import groups, listing, queries
from hsl.people.cursors import BadCursorError, Order
from hsl.people.groups import UnknownGroupError, page
from hsl.people.rows import Member
from hsl.projections.fold import fold
from tests import specification
from tests.people import schools

GROUPS = ["all", "non_course_users", *schools.STREAMS]


def whole(group: str, order: Order, limit: int = 7) -> list[Member]:
    """All pages of a group."""
    people: list[Member] = []
    cursor = None
    while True:
        some = page(group, order, cursor=cursor, limit=limit)
        people += some.people
        cursor = some.next_cursor
        if cursor is None:
            assert len(people) == some.total
            return people


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("walks", [True, False])
def test_pages_hold_the_group_in_order(
    school: psycopg.Connection, order: Order, walks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_TAKING", 1000 if walks else 0)
    schools.fill(school, 5, people=60)
    key, direction = (
        'sort_name COLLATE "C"' if order.by == "name" else order.by,
        "DESC" if order.descends else "ASC",
    )
    rows = school.execute(
        "SELECT user_id FROM user_activity JOIN user_cache USING (user_id)"
        f" ORDER BY {key} {direction}, user_id {direction}"
    )
    everybody = [user_id for (user_id,) in rows]

    for group in GROUPS:
        ids = members(school, group)
        assert [member.user_id for member in whole(group, order)] == [u for u in everybody if u in ids]


def members(conn: psycopg.Connection[Any], group: str) -> set[int]:
    """Who is in a group, by the facts."""
    sql = {
        "all": "SELECT user_id FROM bookings UNION SELECT user_id FROM events"
        " UNION SELECT user_id FROM free_lesson_registrations",
        "non_course_users": specification.NON_COURSE_USERS,
    }.get(group, f"SELECT user_id FROM bookings WHERE confirmed = 2 AND course_stream = '{group}'")
    return {row[0] for row in conn.execute(sql)}


def test_groups_and_their_numbers(school: psycopg.Connection) -> None:
    schools.fill(school, 6)
    assert groups.groups() == [(group, len(members(school, group))) for group in GROUPS]


def test_a_page_takes_its_size_and_its_way_from_the_same_sums(school: psycopg.Connection) -> None:
    schools.fill(school, 6, people=20)
    with CaptureQueriesContext(connection) as captured:
        page("non_course_users")
    assert len([query for query in captured if "totals_now" in query["sql"]]) == 1


def test_a_stream_that_is_not_listed_is_a_group_while_it_has_members(school: psycopg.Connection) -> None:
    schools.fill(school, 6)
    school.execute(
        "UPDATE public.bookings SET course_stream = '2nd_stream' WHERE id = (SELECT max(id) FROM bookings)"
    )
    school.execute("UPDATE public.bookings SET confirmed = 2 WHERE course_stream = '2nd_stream'")
    fold(school)

    assert page("2nd_stream").total == 1
    with pytest.raises(UnknownGroupError):
        page("1st_stream")


def test_people_who_come_between_pages_move_nobody(school: psycopg.Connection) -> None:
    schools.fill(school, 7)
    first = page("all", Order.LAST_SEEN_DESCENDING, limit=5)
    rest = [member.user_id for member in whole("all", Order.LAST_SEEN_DESCENDING)][5:]
    schools.add_person(school, 100_000, "new", None)
    fold(school)

    second = page("all", Order.LAST_SEEN_DESCENDING, cursor=first.next_cursor, limit=200)
    assert [member.user_id for member in second.people] == rest


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        7,
        {"a": 1},
        ["all", "-last_seen", "2025-01-01T00:00:00+00:00"],
        ["all", "last_seen", "2025-01-01T00:00:00+00:00", 1],
        ["3rd_stream", "-last_seen", "2025-01-01T00:00:00+00:00", 1],
        ["all", "-last_seen", "2025-01-01T00:00:00", 1],
        ["all", "-last_seen", "infinity", 1],
        ["all", "-last_seen", 5, 1],
        ["all", "-last_seen", "2025-01-01T00:00:00+00:00", "1"],
        ["all", "-last_seen", "2025-01-01T00:00:00+00:00", True],
        ["all", "-last_seen", "2025-01-01T00:00:00+00:00", 2**63],
    ],
)
def test_a_cursor_that_is_none_of_ours_is_refused(school: psycopg.Connection, content: Any) -> None:
    with pytest.raises(BadCursorError):
        page("all", cursor=base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("="))


@pytest.mark.parametrize("cursor", ["", "x", "!!!!", "ж", "WyI", "W" * 5001, "////"])
def test_a_cursor_that_is_no_text_of_ours_is_refused(school: psycopg.Connection, cursor: str) -> None:
    with pytest.raises(BadCursorError):
        page("all", cursor=cursor)


@pytest.mark.parametrize("name", ["\0", "\ud800"])
def test_a_cursor_with_a_name_that_is_no_text_is_refused(school: psycopg.Connection, name: str) -> None:
    packed = base64.urlsafe_b64encode(json.dumps(["all", "name", name, 1]).encode()).decode().rstrip("=")
    with pytest.raises(BadCursorError):
        page("all", Order.NAME, cursor=packed)


@pytest.mark.parametrize("seed", range(4))
def test_lists_are_the_specification_s(school: psycopg.Connection, seed: int) -> None:
    schools.fill(school, seed)

    specified = dict.fromkeys(row[0] for row in school.execute(specification.DEDUPLICATED_USERS))
    assert [user.user_id for user in queries.deduplicated_users()] == list(specified)
    specified = dict.fromkeys(row[0] for row in school.execute(specification.NON_COURSE_USERS))
    assert [user.user_id for user in queries.non_course_users()] == sorted(specified)
    for stream in schools.STREAMS:
        assert [user.user_id for user in queries.stream_members(stream)] == sorted(members(school, stream))


@pytest.mark.parametrize("seed", range(4))
def test_a_name_is_one_that_the_specification_may_pick(school: psycopg.Connection, seed: int) -> None:
    """Its DISTINCT ON takes any of a person's rows that come first by non-empty username, then first name."""
    schools.fill(school, seed)
    school.execute(
        "UPDATE public.events SET username = NULL, first_name = NULL"
    )  # its list reads no names of events
    fold(school)
    rows = school.execute(
        "SELECT user_id, username, first_name FROM bookings UNION"
        " SELECT user_id, username, first_name FROM free_lesson_registrations"
    ).fetchall()

    for user in queries.deduplicated_users():
        theirs = [(username, first_name) for user_id, username, first_name in rows if user_id == user.user_id]
        best = min((not username, not first_name) for username, first_name in theirs)
        assert (user.username, user.first_name) in [
            (username, first_name)
            for username, first_name in theirs
            if (not username, not first_name) == best
        ]


@pytest.mark.parametrize("seed", range(2))
def test_who_has_one_name_is_called_so_in_lists(school: psycopg.Connection, seed: int) -> None:
    for user_id in range(1000, 1040):
        schools.add_booking(school, user_id, Random(seed + user_id))
    schools.fill(school, seed, people=60)
    definite = schools.of_one_name(school, "bookings", "free_lesson_registrations", "events")

    def called(people: Iterable[tuple[Any, ...]]) -> dict[int, tuple[str | None, str | None]]:
        found = {user_id: (username, first_name) for user_id, username, first_name, *_ in people}
        return {user_id: name for user_id, name in found.items() if user_id in definite}

    specified = called(school.execute(specification.DEDUPLICATED_USERS))
    assert specified
    assert called(queries.deduplicated_users()) == specified
    specified = called(school.execute(specification.NON_COURSE_USERS))
    assert specified
    assert called(queries.non_course_users()) == called(whole("non_course_users", Order.NAME)) == specified
    for stream in schools.STREAMS:
        paid = "SELECT user_id, username, first_name FROM bookings WHERE confirmed = 2 AND course_stream = %s"
        specified = called(school.execute(paid, [stream]))
        assert specified
        assert called(queries.stream_members(stream)) == called(whole(stream, Order.NAME)) == specified


def test_lists_go_on_after_an_id(school: psycopg.Connection) -> None:
    schools.fill(school, 3)
    everybody = queries.non_course_users()

    assert queries.non_course_users(after=everybody[2].user_id, limit=3) == everybody[3:6]
