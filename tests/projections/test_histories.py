"""Random histories: whatever programs write, in whatever order they commit, and whenever the folder runs,
dies or counts again, the projections end as the specification's SQL and the design's rules say."""

import os
from collections.abc import Callable
from contextlib import suppress

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    rule,
    run_state_machine_as_test,
)

from hsl.projections.adoption import migrate
from hsl.projections.fold import Folder, fold
from hsl.projections.gate import Connection, FoldBusyError
from hsl.projections.recount import ask_rebuild, recount
from hsl.projections.verify import verify
from tests.databases import Database, Emptying
from tests.projections.facts import holds_what_the_specification_says
from tests.projections.statements import LOOSE_TABLES, Statement, statements, truncates

WRITERS = 3
EXAMPLES = int(os.environ.get("HSL_HISTORIES", "25"))

# Histories are short: somebody with three facts goes the ways that people with hundreds do.
EARLY_LANES = """
CREATE OR REPLACE FUNCTION hsl.lane(facts bigint) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN facts > 4 THEN 'heavy' WHEN facts > 2 THEN 'busy' ELSE 'light' END
"""


@pytest.fixture(scope="module")
def adopted(module_bot_database: Callable[[], Database]) -> Database:
    """A bot's database without a rule in it, adopted."""
    database = module_bot_database()
    database.execute(LOOSE_TABLES)
    with database.as_django():
        migrate()
    database.execute(EARLY_LANES)
    return database


class Histories(RuleBasedStateMachine):
    """Three programs write in transactions of theirs; one folder at a time works, dies, is replaced."""

    database: Database
    emptying: Emptying

    def __init__(self) -> None:
        super().__init__()
        self.emptying.empty()
        self.writers = [self._connect() for _ in range(WRITERS)]
        for writer in self.writers:
            writer.execute("SET lock_timeout = '5ms'")
        self.snapshot = self._connect()
        self.folder = self._new_folder()

    def _connect(self) -> Connection:
        return self.database.connect(options="-c search_path=hsl,public")

    def _new_folder(self) -> Folder:
        return Folder(self._connect(), wait_ms=1000)

    # What programs do

    @rule(who=st.integers(0, WRITERS - 1), statement=statements)
    def write(self, who: int, statement: Statement) -> None:
        self._run(self.writers[who], statement)

    @rule(who=st.integers(0, WRITERS - 1), statement=truncates)
    def truncate(self, who: int, statement: Statement) -> None:
        self._run(self.writers[who], statement)

    def _begin(self, writer: Connection) -> None:
        if writer.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            writer.execute("BEGIN")

    def _run(self, writer: Connection, statement: Statement) -> None:
        self._begin(writer)
        # another program's row or table lock: the statement is given up, the transaction goes on
        with suppress(psycopg.errors.LockNotAvailable), writer.transaction():
            if statement.rows:
                with writer.cursor().copy(statement.sql) as copy:
                    for row in statement.rows:
                        copy.write_row(row)
            else:
                writer.execute(statement.sql, statement.values or None)

    @rule(who=st.integers(0, WRITERS - 1), statement=statements)
    def write_and_regret(self, who: int, statement: Statement) -> None:
        writer = self.writers[who]
        self._begin(writer)
        writer.execute("SAVEPOINT before")
        self._run(writer, statement)
        writer.execute("ROLLBACK TO before")

    @rule(who=st.integers(0, WRITERS - 1))
    def commit(self, who: int) -> None:
        self.writers[who].commit()

    @rule(who=st.integers(0, WRITERS - 1))
    def roll_back(self, who: int) -> None:
        self.writers[who].rollback()

    @rule()
    def hold_an_old_snapshot(self) -> None:
        self.snapshot.rollback()
        self.snapshot.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        self.snapshot.execute("SELECT 1")

    # What folders do, each at any moment

    @rule()
    def take(self) -> None:
        with suppress(FoldBusyError):
            self.folder.take()

    @rule(people=st.integers(1, 5))
    def recompute(self, people: int) -> None:
        self.folder.batch = people
        with suppress(FoldBusyError):
            self.folder.recompute_batch()

    @rule(kind=st.integers(0, 3))
    def recount(self, kind: int) -> None:
        with suppress(FoldBusyError):
            recount(self.folder.conn, kind, wait_ms=1000)

    @rule()
    def rebuild(self) -> None:
        ask_rebuild(self.folder.conn)

    @rule()
    def step(self) -> None:
        with suppress(FoldBusyError):
            self.folder.step()

    @rule()
    def recompute_who_has_many_facts(self) -> None:
        with suppress(FoldBusyError):
            self.folder.recompute_busy()
            self.folder.recompute_heavy()

    @rule()
    def many_others_come_and_go(self) -> None:
        """Who still waits is then so far behind that they may come to wait twice."""
        self.folder.conn.execute(
            "SELECT setval('hsl.waiting_n_seq', last_value + 10000) FROM hsl.waiting_n_seq"
        )

    @rule()
    def merge(self) -> None:
        self.folder.merge()

    @rule()
    def die_before_commit(self) -> None:
        conn = self.folder.conn
        with suppress(psycopg.Error):
            conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE hsl.gate IN EXCLUSIVE MODE")
            conn.execute("SET LOCAL lock_timeout = '1ms'")
            conn.execute("SELECT hsl.recompute_waiting(0, 3)")
        conn.close()
        self.folder = self._new_folder()

    @rule()
    def another_folder(self) -> None:
        self.folder.conn.close()
        self.folder = self._new_folder()

    # What must hold

    @rule()
    def verify_at_any_moment(self) -> None:
        if not self._somebody_truncates():
            found = verify(self.folder.conn)
            assert found.clean, found.differences

    def _somebody_truncates(self) -> bool:
        row = self.folder.conn.execute(
            "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = ANY ("
            " '{public.bookings,public.events,public.free_lesson_registrations}'::regclass[])"
        ).fetchone()
        return bool(row and row[0])

    def teardown(self) -> None:
        try:
            for writer in self.writers:
                writer.commit()
            self.snapshot.rollback()
            fold(self.folder.conn)
            holds_what_the_specification_says(self.folder.conn)
            found = verify(self.folder.conn)
            assert found.clean, found.differences
            assert (found.people_waiting, found.changes_waiting, found.recounts_waiting) == (0, 0, [])
        finally:
            for conn in (*self.writers, self.snapshot, self.folder.conn):
                conn.close()


@pytest.mark.database
def test_any_history_ends_as_the_specification_says(adopted: Database) -> None:
    emptying = Emptying(adopted)
    machine = type("Histories", (Histories,), {"database": adopted, "emptying": emptying})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    emptying.close()
