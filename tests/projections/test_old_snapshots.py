"""While a backup holds an old snapshot nothing dead goes away, and a page must not wade through it."""

from collections.abc import Iterator

import pytest

from hsl.projections.fold import HEAVY_PATIENCE, MERGE_DELTAS, Folder, fold
from hsl.projections.gate import Connection
from hsl.school.sqlfile import read_sql
from tests.databases import Database
from tests.explain import pages_of_tables, pages_read
from tests.projections.facts import is_true, total

PEOPLE = 20_000
BUSY, TURNS = 20, 100


AUTOVACUUM = """
DO $$
DECLARE t regclass;
BEGIN
    FOR t IN SELECT oid FROM pg_class WHERE relnamespace = 'hsl'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %%s %s', t);
    END LOOP;
END $$"""


@pytest.fixture
def undisturbed(school: Connection) -> Iterator[None]:
    """What autovacuum reads would be counted, and what it finds would change plans."""
    school.execute((AUTOVACUUM % "SET (autovacuum_enabled = off)").encode())
    yield
    school.execute((AUTOVACUUM % "RESET (autovacuum_enabled)").encode())


@pytest.fixture
def backup(undisturbed: None, session_database: Database) -> Iterator[None]:
    """A transaction that is open all the while."""
    with session_database.connect() as holder:
        holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        holder.execute("SELECT FROM public.events")
        yield
        holder.execute("ROLLBACK")


ASKED = {"patience": HEAVY_PATIENCE, "deltas": MERGE_DELTAS}


def text(name: str) -> str:
    return read_sql(str(fold.__code__.co_filename), f"sql/{name}.sql")


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


def test_looking_for_changes_does_not_read_those_that_were_taken(folded: Connection) -> None:
    assert pages_read(folded, "SELECT hsl.changes_wait(1)") < 60


def test_a_page_that_finds_nothing_to_fold_does_not_read_who_waited(folded: Connection) -> None:
    assert Folder(folded).is_quiet()
    assert pages_read(folded, text("quiet"), ASKED) < 120


def test_nobody_reads_who_waited_where_the_planner_takes_them_for_many(
    school: Connection, bot: Connection, backup: None
) -> None:
    fold(school)
    bot.execute("INSERT INTO public.events (user_id) SELECT generate_series(1, %s::integer)", (PEOPLE,))
    folder = Folder(school)
    folder.take()
    school.execute("ANALYZE hsl.waiting")
    fold(school)
    folder.take()
    folder.busy_after -= 1
    assert pages_of_tables(school, folder.is_quiet) < 60
    assert pages_of_tables(school, lambda: folder.next_lane(folder.now())) < 60
    assert pages_of_tables(school, lambda: folder.people_wait(at_least=300)) < 60
    assert pages_read(school, text("still_waiting"), {"most": 10_000}) < 120


NEXT = "SELECT hsl.who_waits((SELECT waiting_after FROM hsl.taken ORDER BY id DESC LIMIT 1), 1)"


def test_in_the_midst_of_many_nobody_reads_who_was_recomputed_already(
    folded: Connection, bot: Connection
) -> None:
    bot.execute("UPDATE public.events SET username = 'x'")
    folder = Folder(folded)
    folder.take()
    folder.batch = PEOPLE // 2
    folder.recompute_batch()
    assert pages_of_tables(folded, NEXT) < 20


def test_once_the_last_one_with_many_facts_is_done_nobody_reads_who_waited_behind(
    folded: Connection, bot: Connection
) -> None:
    bot.execute(
        "INSERT INTO public.events (user_id, event_type) SELECT 5000, 'start' FROM generate_series(1, 201)"
    )
    fold(folded)
    bot.execute("UPDATE public.events SET username = 'x'")
    fold(folded)
    assert pages_of_tables(folded, NEXT) < 20
    assert is_true(folded)


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


@pytest.fixture
def turned(school: Connection, bot: Connection, backup: None) -> Connection:
    """A few people to whom something happened again and again, each time folded, and now once more. The server has
    looked at it all: plans that are made of what it saw in earlier tests would read other pages."""
    for _ in range(TURNS):
        bot.execute("INSERT INTO public.events (user_id) SELECT generate_series(1, %s::integer)", (BUSY,))
        fold(school)
    school.execute("ANALYZE")
    bot.execute("INSERT INTO public.events (user_id) SELECT generate_series(1, %s::integer)", (BUSY,))
    return school


def test_a_taking_does_not_meet_peoples_former_turns(turned: Connection) -> None:
    assert pages_of_tables(turned, "SELECT hsl.take()") < TURNS * BUSY / 5
    assert fold(turned).people == BUSY
    assert is_true(turned)


def test_a_recomputing_meets_peoples_former_rows_three_times(turned: Connection) -> None:
    """To see how many facts they have, to see what is written of them, and as their row is unique."""
    folder = Folder(turned)
    folder.take()
    recompute = f"SELECT hsl.recompute_waiting({folder.after}, 100)"
    assert pages_of_tables(turned, recompute) < 1.9 * TURNS * BUSY
    assert is_true(turned)
