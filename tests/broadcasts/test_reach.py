"""How many people an audience reaches: the same whether sums say it or everybody is counted."""

from itertools import combinations

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hsl.broadcasts.audience import Audience, Reach, reach
from hsl.people.filters import ALL, NON_COURSE_USERS
from hsl.projections.fold import fold

BOT = 4242
STREAMS = ("3rd_stream", "4th_stream", "5th_stream")
GROUPS = (ALL, NON_COURSE_USERS, *STREAMS)


@pytest.fixture
def members(school: psycopg.Connection) -> dict[str, set[int]]:
    """People in groups that overlap; nobody in 5th_stream."""
    of = {STREAMS[0]: {1, 2, 3, 4}, STREAMS[1]: {4, 5}, STREAMS[2]: set[int]()}
    for stream, people in of.items():
        for user_id in people:
            school.execute(
                "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed) VALUES (%s, 1, %s, 2)",
                [user_id, stream],
            )
    school.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed) VALUES (6, 1, %s, 1)",
        [STREAMS[1]],
    )
    school.execute(
        "INSERT INTO public.events (user_id, event_type) SELECT n, 'start_command' FROM generate_series(7, 9) AS n"
    )
    fold(school)
    school.execute(
        "INSERT INTO unreachable (bot_id, user_id, since, reason)"
        " SELECT %s, n, now(), 'blocked' FROM unnest(ARRAY[1, 4, 6, 9, 99]) AS n",
        [BOT],
    )
    return of | {ALL: set(range(1, 10)), NON_COURSE_USERS: {6, 7, 8, 9}}


def test_groups_minus_groups_have_who_is_in_the_one_and_not_in_the_other(
    members: dict[str, set[int]],
) -> None:
    chosen = [pick for n in (1, 2, 3) for pick in combinations(GROUPS, n)]
    for groups in chosen:
        for minus in [(), *chosen]:
            people = set[int]().union(*(members[name] for name in groups)) - set[int]().union(
                *(members[name] for name in minus)
            )
            found = reach(Audience(groups=groups, minus=minus), BOT)
            assert found == Reach(len(people), len(people & {1, 4, 6, 9})), (groups, minus)


@pytest.mark.usefixtures("members")
def test_most_audiences_of_groups_are_counted_by_sums_alone() -> None:
    for groups, minus in (
        ((ALL,), ("3rd_stream",)),
        ((ALL, "3rd_stream"), ()),
        ((ALL,), (NON_COURSE_USERS,)),
        ((NON_COURSE_USERS, "3rd_stream"), ()),
        (("3rd_stream",), (NON_COURSE_USERS,)),
    ):
        with CaptureQueriesContext(connection) as asked:
            reach(Audience(groups=groups, minus=minus), BOT)
        assert not [query for query in asked if "WITH named" in query["sql"]], (groups, minus)
