"""What a page asks of the database: few statements, and as many for a full school as for a small one."""

from collections.abc import Callable

import psycopg
from django.test import Client

from hsl.projections.fold import fold
from tests import cast
from tests.databases import Database
from tests.statements import NOW_AND_THEN, statements

MOST = 30
PAGES = (
    "/",
    "/?range=all",
    "/people/",
    "/people/?group=3rd_stream&sort=name",
    "/people/?status=student&email=no&seen_from=2025-09-01",
    "/people/?reachable=no",
    "/people/count?stream=3rd_stream&booking=pending",
    "/people/lookup?q=ann",
    "/people/1",
    "/streams/",
    "/streams/1/3rd_stream/",
    "/lessons/",
    "/bookings/",
    "/bookings/?stream=3rd_stream&status=confirmed",
    "/registrations/",
    "/events/",
    "/events/?type=view_program&from=2025-09-01",
    "/import/",
    "/broadcasts/",
    "/health/",
    "/settings/",
    "/settings/streams/",
    "/settings/lessons/",
    "/settings/operators/",
    "/settings/api-keys/",
    "/settings/integrity/",
    "/settings/record/",
)

FACTS = """
INSERT INTO public.bookings (user_id, first_name, course_id, course_stream, confirmed, created_at)
SELECT n, 'Ann ' || n, 1, (ARRAY['3rd_stream', '4th_stream', '5th_stream'])[1 + n % 3],
       (ARRAY[1, 2, -1])[1 + n / 3 % 3],
       '2025-09-01 12:00+03'::timestamptz + make_interval(hours => n)
FROM generate_series(1, {people}) AS n;
INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, lesson_date, registered_at)
SELECT n, 'a' || n || '@example.com', 'lesson ' || n % 8, '2025-09-10',
       '2025-09-01 12:00+03'::timestamptz + make_interval(hours => n) FROM generate_series(1, {people}) AS n;
INSERT INTO public.events (user_id, event_type, created_at, details)
SELECT 1 + n % {people}, (ARRAY['view_program', 'start_command', 'lesson_link_clicked'])[1 + n % 3], now(),
       '{"course_id": 1, "lesson_type": "lesson 1"}' FROM generate_series(1, {people} * 8) AS n;
"""


def school_of(people: int, database: Database, conn: psycopg.Connection) -> Client:
    """The owner's browser before a school of so many people, each with a story."""
    database.execute(FACTS.replace("{people}", str(people)))
    fold(conn)
    return cast.signed_in(cast.hire().owner)


def test_a_page_asks_few_questions_and_no_more_of_a_larger_school(
    fresh_database: Callable[[], Database],
) -> None:
    counted: list[dict[str, int]] = []
    for people in (8, 160):
        database = fresh_database()
        with database.as_django(), database.connect(options="-c search_path=hsl,public") as conn:
            client = school_of(people, database, conn)
            counted.append({url: len(statements(client, url)) for url in PAGES})
    few, many = counted
    assert [
        f"{url}: {few[url]}, then {many[url]}"
        for url in PAGES
        if many[url] > min(few[url] + NOW_AND_THEN, MOST)
    ] == []


def test_no_page_reads_the_sums_of_people_twice(fresh_database: Callable[[], Database]) -> None:
    database = fresh_database()
    with database.as_django(), database.connect(options="-c search_path=hsl,public") as conn:
        client = school_of(8, database, conn)
        sums = {url: statements(client, url).count("SELECT name, n FROM totals_now") for url in PAGES}
    assert sums["/people/"] == 1
    assert [url for url, n in sums.items() if n > 1] == []
