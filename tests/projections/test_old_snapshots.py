"""While a backup holds an old snapshot nothing dead goes away, and a page must not wade through it."""

from collections.abc import Iterator

import pytest

from hsl.projections.fold import HEAVY_PATIENCE, MERGE_DELTAS, Folder, fold
from hsl.projections.gate import Connection
from hsl.school.sqlfile import read_sql
from tests.databases import Database
from tests.projections.facts import is_true, total

PEOPLE = 20_000


@pytest.fixture
def backup(school: Connection, session_database: Database) -> Iterator[None]:
    """A transaction that is open all the while."""
    with session_database.connect() as holder:
        holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        holder.execute("SELECT FROM public.events")
        yield
        holder.execute("ROLLBACK")


@pytest.fixture
def folded(school: Connection, bot: Connection, backup: None) -> Connection:
    """Many people's facts, folded; the server has looked at what is left, which is nothing."""
    fold(school)
    bot.execute(
        "INSERT INTO public.events (user_id, event_type) SELECT generate_series(1, %s::integer), 'start'",
        (PEOPLE,),
    )
    fold(school)
    school.execute("ANALYZE hsl.changes, hsl.waiting")
    return school


def pages_read(conn: Connection, query: str, values: dict[str, object] | None = None) -> int:
    """How many of the database's pages a query looks at, once it is planned."""
    for _ in range(2):
        rows = conn.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}".encode(), values).fetchall()
    plan = rows[0][0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def test_looking_for_changes_does_not_read_those_that_were_taken(folded: Connection) -> None:
    assert pages_read(folded, "SELECT hsl.changes_wait(1)") < 60


def test_a_page_that_finds_nothing_to_fold_does_not_read_who_waited(folded: Connection) -> None:
    quiet = read_sql(str(fold.__code__.co_filename), "sql/quiet.sql")

    asked = {"patience": HEAVY_PATIENCE, "deltas": MERGE_DELTAS}
    assert folded.execute(quiet.encode(), asked).fetchall() == [(True,)]
    assert pages_read(folded, quiet, asked) < 120


def test_a_sum_does_not_read_what_was_merged(folded: Connection) -> None:
    folded.execute(
        "INSERT INTO hsl.deltas (sum, name, n) SELECT 'totals', 'people', 0 FROM generate_series(1, %s)",
        (PEOPLE,),
    )
    Folder(folded).merge()
    # where the planner would rather read a table whole
    folded.execute("SET random_page_cost = 1000")
    assert pages_read(folded, "SELECT * FROM totals_now") < 20
    assert total(folded, "people") == PEOPLE


def test_whoever_waits_next_is_found_where_the_mark_is(folded: Connection, bot: Connection) -> None:
    bot.execute("INSERT INTO public.events (user_id, event_type) VALUES (7, 'start_command')")
    assert fold(folded).people == 1
    assert is_true(folded)
