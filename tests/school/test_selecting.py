"""Plain statements over Django's connection."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from hsl.school.selecting import select, value

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("school")


def test_of_several_statements_the_rows_of_the_last_are_given() -> None:
    rows = select(
        "SET LOCAL jit = off; SELECT 1; SELECT n, %(word)s FROM generate_series(1, 2) AS n", {"word": ";"}
    )

    assert rows == [(1, ";"), (2, ";")]


def test_what_several_statements_set_locally_ends_with_them() -> None:
    seen = "SELECT current_setting('statement_timeout')"

    assert value(f"SET LOCAL statement_timeout = '7s'; {seen}") == "7s"
    assert value(seen) != "7s"


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu"])
def test_a_time_is_the_moment_it_is_in_whatever_zone_the_server_writes(zone: str) -> None:
    found = value(f"SET LOCAL TimeZone = '{zone}'; SELECT %s::timestamptz", [NOON])

    assert found == NOON
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [NOON])
        assert value("SELECT %s::timestamptz", [NOON]) == cursor.fetchone()[0]
