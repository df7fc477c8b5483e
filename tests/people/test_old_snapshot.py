"""While a backup holds an old snapshot, every version that a busy person's row ever had stays, and the first page of a
list must not look at them."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hsl.people import groups
from hsl.people.cursors import Order
from hsl.projections.fold import fold
from tests.databases import Database
from tests.explain import pages_read

PEOPLE, TIMES = 60, 60
SEEN = (
    "UPDATE hsl.user_activity SET last_seen = last_seen + interval '1 minute' WHERE bookings > 0",
    "UPDATE hsl.memberships SET last_seen = last_seen + interval '1 minute'",
)


@pytest.fixture
def busy(school: psycopg.Connection, session_database: Database) -> Iterator[None]:
    """Members of a stream, among many others, who were all seen again and again since the backup began."""
    school.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed)"
        " SELECT n, 1, '4th_stream', 2 FROM generate_series(1, %s::integer) AS n",
        (PEOPLE,),
    )
    school.execute(
        "INSERT INTO public.events (user_id, event_type) SELECT 1000 + n, 'start' FROM generate_series(1, 1000) AS n"
    )
    fold(school)
    with session_database.connect() as holder:
        holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        holder.execute("SELECT FROM public.bookings")
        for _ in range(TIMES):
            for statement in SEEN:
                school.execute(statement.encode())
        yield
        holder.execute("ROLLBACK")


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("group", ["all", "4th_stream"])
def test_the_first_page_by_last_seen_does_not_look_at_dead_rows(
    school: psycopg.Connection, group: str
) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert len(groups.page(group, Order.LAST_SEEN_DESCENDING, limit=50).people) == 50
    (page,) = [query["sql"] for query in captured if "page AS MATERIALIZED" in query["sql"]]

    school.execute(
        "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off"
    )  # as lists run
    # some 300, now and then twice that; by user_id over 2,000
    assert pages_read(school, page.rpartition(";\n")[2]) < 20 * PEOPLE
