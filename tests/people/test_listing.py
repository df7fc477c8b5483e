"""Lists of people by any filters: the same people as the facts say, whichever way a page is found, and their number."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings

from hsl.people import listing
from hsl.people.cursors import Order
from hsl.people.filters import (
    BookingStatus,
    Came,
    PeopleFilter,
    Stage,
    Status,
    Viewed,
)
from hsl.people.listing import count, find, find_quickly, ids
from hsl.projections.fold import fold
from hsl.ui.keyset import Cursor
from tests.people import schools

DAY = date.today() - timedelta(days=100)  # noqa: DTZ011 - well within the facts, in any zone
NEXT, LATER = DAY + timedelta(days=1), DAY + timedelta(days=60)
BEST = (
    "(array_agg(confirmed ORDER BY CASE confirmed WHEN 2 THEN 0 WHEN 1 THEN 1 WHEN -1 THEN 3 ELSE 2 END))[1]"
)
SEEN = """SELECT user_id, min(at) AS first, max(at) AS last FROM (
    SELECT user_id, created_at FROM bookings UNION ALL SELECT user_id, registered_at FROM free_lesson_registrations
    UNION ALL SELECT user_id, created_at FROM events) AS f (user_id, at) GROUP BY user_id"""
NAMED = """SELECT user_id, username, first_name FROM bookings UNION ALL SELECT user_id, username, first_name
    FROM free_lesson_registrations UNION ALL SELECT user_id, username, first_name FROM events"""
CAME = "SELECT user_id FROM events WHERE event_type = 'lesson_link_clicked' AND details ->> 'lesson_type' = 'lesson 0'"
SOME_DAYS = f"'{DAY} 00:00 Europe/Moscow' AND '{LATER} 23:59:59.999 Europe/Moscow'"
START = f"'{DAY} 00:00 Europe/Moscow'"
END = f"'{NEXT} 00:00 Europe/Moscow'"
SAW = "SELECT user_id FROM events WHERE event_type = 'view_program'"
PAID = "SELECT user_id FROM bookings WHERE confirmed = 2"
REGISTERED = "SELECT user_id FROM free_lesson_registrations WHERE lesson_type = 'lesson 0'"
LOST = "SELECT user_id FROM hsl.unreachable WHERE bot_id = 42"

FACTS: list[tuple[dict[str, Any], str]] = [
    (
        {"group": "non_course_users"},
        "SELECT user_id FROM everybody EXCEPT SELECT user_id FROM bookings WHERE confirmed = 2",
    ),
    (
        {"group": "4th_stream"},
        "SELECT user_id FROM bookings WHERE confirmed = 2 AND course_stream = '4th_stream'",
    ),
    ({"status": Status.LEAD}, "SELECT user_id FROM everybody EXCEPT SELECT user_id FROM bookings"),
    ({"status": Status.FORMER}, "SELECT user_id FROM bookings GROUP BY 1 HAVING bool_and(confirmed = -1)"),
    ({"stream": "3rd_stream"}, "SELECT user_id FROM bookings WHERE course_stream = '3rd_stream'"),
    (
        {"stream": "3rd_stream", "booking": BookingStatus.CANCELLED},
        f"SELECT user_id FROM bookings WHERE course_stream = '3rd_stream' GROUP BY 1 HAVING {BEST} = -1",
    ),
    (
        {"booking": BookingStatus.PENDING, "course": 1},
        f"SELECT user_id FROM bookings GROUP BY user_id, course_stream HAVING {BEST} = 1",
    ),
    ({"username": True}, "SELECT user_id FROM user_cache WHERE username <> ''"),
    ({"username": False}, "SELECT user_id FROM user_cache WHERE username IS NULL OR username = ''"),
    ({"email": True}, "SELECT user_id FROM free_lesson_registrations"),
    ({"email": False}, "SELECT user_id FROM everybody EXCEPT SELECT user_id FROM free_lesson_registrations"),
    (
        {"first_from": DAY},
        f"SELECT user_id FROM ({SEEN}) AS s WHERE first >= '{DAY} 00:00 Europe/Moscow'",
    ),
    ({"first_to": DAY}, f"SELECT user_id FROM ({SEEN}) AS s WHERE first < '{NEXT} 00:00 Europe/Moscow'"),
    (
        {"seen_from": DAY, "seen_to": LATER},
        f"SELECT user_id FROM ({SEEN}) AS s WHERE last BETWEEN {SOME_DAYS}",
    ),
    ({"stage": Stage.REGISTERED}, "SELECT user_id FROM free_lesson_registrations"),
    ({"stage": Stage.CAME}, CAME),
    (
        {"stage": Stage.PAID, "first_from": DAY},
        f"{PAID} INTERSECT SELECT user_id FROM ({SEEN}) AS s WHERE first >= {START}",
    ),
    ({"stage": Stage.BOOKED}, "SELECT user_id FROM bookings"),
    ({"stage": Stage.PAID}, "SELECT user_id FROM bookings WHERE confirmed = 2"),
    ({"lesson": "lesson 0"}, REGISTERED),
    ({"lesson": "lesson 0", "came": Came.YES}, CAME),
    ({"lesson": "lesson 0", "came": Came.NO}, f"{REGISTERED} EXCEPT {CAME}"),
    (
        {"lesson": "lesson 0", "lesson_date": DAY, "came": Came.NO},
        f"{REGISTERED} AND lesson_date = '{DAY}' EXCEPT {CAME} AND created_at >= {START} AND created_at < {END}",
    ),
    ({"lesson": "lesson 0", "lesson_date": DAY}, f"{REGISTERED} AND lesson_date = '{DAY}'"),
    (
        {"q": "ann"},
        f"SELECT user_id FROM ({NAMED}) AS n WHERE lower(username) LIKE '%ann%' OR lower(first_name) LIKE '%ann%'",
    ),
    (
        {"q": "Иван"},
        f"SELECT user_id FROM ({NAMED}) AS n WHERE username LIKE '%иван%' OR first_name LIKE '%иван%'",
    ),
    (
        {"q": "%"},
        f"SELECT user_id FROM ({NAMED}) AS n WHERE username LIKE '%\\%%' OR first_name LIKE '%\\%%'",
    ),
    (
        {"viewed": Viewed(1, "5th_stream")},
        f"{SAW} AND created_at >= {START} EXCEPT SELECT user_id FROM bookings WHERE course_stream = '5th_stream'",
    ),
    ({"lesson": ""}, "SELECT user_id FROM free_lesson_registrations WHERE coalesce(lesson_type, '') = ''"),
    ({"lesson": "lesson 0", "undated": True}, f"{REGISTERED} AND lesson_date IS NULL"),
    ({"reachable": False}, LOST),
    ({"reachable": True}, f"SELECT user_id FROM everybody EXCEPT {LOST}"),
    ({"q": "@"}, "SELECT 0 WHERE false"),
]
"""A filter, and who is meant by it, out of the facts."""


@pytest.fixture
def facts(school: psycopg.Connection, settings: LazySettings) -> Callable[[str], set[int]]:
    """A school with people of every kind; asks its facts who is meant."""
    settings.BOT_TOKEN = schools.BOT_TOKEN
    random = Random(11)
    schools.fill(school, 11, people=60)
    for user_id in random.sample(range(1, 600), 40):
        schools.add_booking(school, user_id, random)
        school.execute(
            "INSERT INTO public.events (user_id, username, event_type, details, created_at) VALUES"
            """ (%s, 'came', 'lesson_link_clicked', '{"lesson_type": "lesson 0"}', now() - %s * interval '1 hour')""",
            (user_id, random.randrange(5000)),
        )
    school.execute(
        "UPDATE public.free_lesson_registrations SET lesson_date = %s WHERE id %% 3 = 0",
        (DAY,),
    )
    for user_id in random.sample(range(1, 600), 40):
        school.execute(
            "INSERT INTO public.events (user_id, username, event_type, details, created_at) VALUES"
            """ (%s, 'saw', 'view_program', '{"course_id": 1}', now() - %s * interval '1 hour')""",
            (user_id, random.randrange(5000)),
        )
    school.execute(
        "UPDATE public.free_lesson_registrations SET lesson_type = NULL WHERE lesson_type = 'lesson 1' AND id % 2 = 0"
    )
    school.execute(
        "UPDATE public.free_lesson_registrations SET lesson_type = '' WHERE lesson_type = 'lesson 1' AND id % 5 = 0"
    )
    school.execute("UPDATE course_streams SET sale_starts_on = %s WHERE course_stream = '5th_stream'", (DAY,))
    school.execute("CREATE TEMP VIEW everybody AS SELECT user_id FROM hsl.user_cache")
    fold(school)
    school.execute(
        "INSERT INTO unreachable (bot_id, user_id, since, reason)"
        " SELECT CASE user_id % 3 WHEN 0 THEN 42 ELSE 43 END, user_id, now(), 'blocked'"
        " FROM user_cache WHERE user_id % 3 < 2"
    )

    def ask(sql: str) -> set[int]:
        return {user_id for (user_id,) in school.execute(sql)}

    return ask


WAYS = ["taken", "walked", "quick"]


def take(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """Let pages be found in one way."""
    monkeypatch.setattr(listing, "_TAKING", {"taken": 0, "walked": 10_000, "quick": listing._TAKING}[way])


def everybody(wanted: PeopleFilter, order: Order, limit: int = 7) -> list[int]:
    """The people of all pages."""
    people: list[int] = []
    cursor = None
    while True:
        found = find(wanted, order, cursor, limit=limit)
        people += [member.user_id for member, _key in found.people]
        if found.total is not None:
            assert found.total == count(wanted)
        if len(found.people) < limit:
            return people
        member, key = found.people[-1]
        cursor = Cursor((key, member.user_id))


@pytest.mark.parametrize("way", WAYS)
def test_each_filter_finds_whom_the_facts_mean(
    facts: Callable[[str], set[int]], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    take(monkeypatch, way)
    assert [asked for asked, sql in FACTS if not facts(sql)] == [{"q": "@"}]
    for asked, sql in FACTS:
        wanted, meant = PeopleFilter(**asked), facts(sql)
        for order in (Order.LAST_SEEN_DESCENDING, Order.NAME):
            people = everybody(wanted, order)
            assert len(people) == len(set(people)), asked
            assert set(people) == meant, asked
        assert count(wanted) == len(meant), asked


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(3))
def test_filters_together_find_whom_all_of_them_mean(
    facts: Callable[[str], set[int]], monkeypatch: pytest.MonkeyPatch, way: str, seed: int
) -> None:
    take(monkeypatch, way)
    random = Random(seed)
    for _ in range(12):
        some = random.sample(FACTS, random.choice([2, 2, 3]))
        asked = {name: value for filters, _sql in some for name, value in filters.items()}
        if len(asked) != sum(len(filters) for filters, _sql in some) or (
            "stream" in asked and "course" in asked
        ):
            continue  # two values of one filter, or a condition of two together
        meant = set.intersection(*(facts(sql) for _filters, sql in some))
        wanted, order = PeopleFilter(**asked), random.choice(list(Order))
        assert set(everybody(wanted, order)) == meant, asked
        assert count(wanted) == len(meant), asked


@pytest.mark.parametrize("order", Order)
def test_going_back_shows_the_page_before(facts: Callable[[str], set[int]], order: Order) -> None:
    wanted = PeopleFilter(status=Status.STUDENT)
    first = find(wanted, order, limit=5).people
    second = find(wanted, order, Cursor((first[-1][1], first[-1][0].user_id)), limit=5).people
    back = find(wanted, order, Cursor((second[0][1], second[0][0].user_id), backwards=True), limit=5).people

    assert [member.user_id for member, _key in reversed(back)] == [member.user_id for member, _key in first]


@pytest.mark.parametrize("order", Order)
def test_all_ids_are_in_the_list_s_order(facts: Callable[[str], set[int]], order: Order) -> None:
    wanted = PeopleFilter(username=True)

    assert list(ids(wanted, order)) == everybody(wanted, order)


@pytest.fixture
def third_stream(school: psycopg.Connection, monkeypatch: pytest.MonkeyPatch) -> Callable[[Order], list[int]]:
    """Three members, the first by two courses, among others; gives the stream's list, as its own index has it."""
    take(monkeypatch, "walked")
    for user_id, course in [(1, 1), (1, 2), (2, 2), (3, 1)]:
        school.execute(
            "INSERT INTO public.bookings (user_id, first_name, course_id, course_stream, confirmed, created_at)"
            " VALUES (%s, %s, %s, '3rd_stream', 2, now() - %s * interval '1 day')",
            (user_id, "cba"[user_id - 1], course, user_id),
        )
    for user_id in range(4, 20):
        school.execute(
            "INSERT INTO public.events (user_id, event_type) VALUES (%s, 'start_command')", (user_id,)
        )
    fold(school)
    return lambda order: everybody(PeopleFilter(group="3rd_stream"), order, limit=2)


@pytest.mark.parametrize("order", Order)
def test_a_member_by_two_courses_stands_once_in_a_streams_list(
    third_stream: Callable[[Order], list[int]], order: Order
) -> None:
    assert third_stream(order) == ([1, 2, 3] if order.descends else [3, 2, 1])


def test_members_who_just_did_something_come_first_in_their_streams_list(
    school: psycopg.Connection, third_stream: Callable[[Order], list[int]]
) -> None:
    school.execute("INSERT INTO public.events (user_id, event_type) VALUES (2, 'start_command')")
    fold(school)

    assert third_stream(Order.LAST_SEEN_DESCENDING) == [2, 1, 3]


def test_a_page_that_is_far_to_find_is_left_for_later(
    facts: Callable[[str], set[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = PeopleFilter(email=False, username=True, stream="5th_stream", booking=BookingStatus.PENDING)
    monkeypatch.setattr(listing, "_LONGEST_WALK", 3)
    monkeypatch.setattr(listing, "_LONGEST_TAKING", 0)

    assert find_quickly(wanted, Order.NAME, limit=50) is None
    assert find(wanted, Order.NAME, limit=50).total == count(wanted)


def test_somebody_renamed_a_moment_ago_is_found_under_the_new_name(school: psycopg.Connection) -> None:
    from hsl.people.cache import user_cache

    schools.add_person(school, 1, "before", None)
    fold(school)
    user_cache.refresh()
    schools.add_person(school, 2, "afterwards", None)
    fold(school)

    assert everybody(PeopleFilter(q="afterw"), Order.NAME) == [2]
    assert count(PeopleFilter(q="2")) == 1
