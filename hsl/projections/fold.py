"""The fold: takes the changes that have become visible and recomputes the people they name.

All of it is repeatable: killed at any moment, the next folder goes on.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString, cast

import psycopg
import structlog

from hsl.projections.connect import djangos_connection
from hsl.projections.gate import Connection, FoldBusyError, through_gate
from hsl.projections.recount import recount, waiting_recounts
from hsl.school.sqlfile import read_sql

BATCH_SECONDS = 0.1
SMALLEST_BATCH, LARGEST_BATCH = 20, 5000
MERGE_SECONDS = 10.0
MERGE_DELTAS = 1000
GATE_WAIT_MS = 5000
BUSY_SECONDS = 0.25
OWN_WRITE_WAIT_MS = 200
# Those with many facts (hsl.lane) get as much of a worker's time as all others; one with very many gets at most one
# part in so many of it.
BUSY_SHARE = 1
HEAVY_SHARE = 30
HEAVY_PATIENCE = "30 seconds"
FEW_PEOPLE = 300
FEW_CHANGES = 2000

Progress = Callable[[int, int], None]
"""Called with how many people are recomputed and how many there are to recompute."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Folded:
    """What a step did: changes taken, people recomputed, kinds of facts recounted."""

    changes: int = 0
    people: int = 0
    recounts: int = 0

    def __bool__(self) -> bool:
        return bool(self.changes or self.people or self.recounts)

    def __add__(self, other: "Folded") -> "Folded":
        return Folded(
            self.changes + other.changes, self.people + other.people, self.recounts + other.recounts
        )


class Folder:
    """One connection's way through the queue; it remembers how far it has come."""

    def __init__(self, conn: Connection, *, wait_ms: int = GATE_WAIT_MS) -> None:
        self.conn = conn
        self.wait_ms = wait_ms
        self.after = 0
        self.busy_after = 0
        self.batch = 100
        self.merged_at = time.monotonic()
        self.busy_from = 0.0
        self.heavy_from = 0.0

    def step(self) -> Folded:
        """Take what is there, recount what asks for it, recompute one batch, and of those with many facts a few
        now and then; merge where it is time.

        Raises FoldBusyError where another folder, or a TRUNCATE, is in the way.
        """
        changes = self.take()
        kinds = waiting_recounts(self.conn)
        for kind in kinds:
            recount(self.conn, kind, wait_ms=self.wait_ms)
        people = self.recompute_batch()
        if time.monotonic() >= self.busy_from:
            people += self.recompute_busy()
        if time.monotonic() >= self.heavy_from:
            people += self.recompute_heavy()
        self.merge_when_due()
        return Folded(changes, people, len(kinds))

    def take(self) -> int:
        """Take the changes that became visible; gives how many."""
        with through_gate(self.conn, wait_ms=self.wait_ms, isolation="READ COMMITTED", facts=False):
            row = self.conn.execute("SELECT hsl.take()").fetchone()
            self._start_where_somebody_waits()
        return int(row[0]) if row else 0

    def recompute_batch(self) -> int:
        """Pass the next people who wait, about a tenth of a second's worth: recompute them, but for those with
        many facts; gives how many were passed."""
        started = time.monotonic()
        with through_gate(self.conn, wait_ms=self.wait_ms):
            row = self.conn.execute(
                "SELECT people, last FROM hsl.recompute_waiting(%s, %s)", (self.after, self.batch)
            ).fetchone()
        people, last = row or (0, None)
        if last is not None:
            self.after = last
        self._fit_batch(people, time.monotonic() - started)
        return int(people)

    def recompute_busy(self, seconds: float = 0.0) -> int:
        """Recompute those with many facts who were passed, the first few of them, and more for so many ``seconds``;
        gives how many."""
        people, started = 0, time.monotonic()
        while self._busy_wait():
            people += self._recompute_few_busy()
            ended = time.monotonic()
            self.busy_from = ended + BUSY_SHARE * (ended - started)
            if ended - started >= seconds:
                break
        return people

    def _recompute_few_busy(self) -> int:
        with through_gate(self.conn, wait_ms=self.wait_ms):
            row = self.conn.execute(
                "SELECT people, last FROM hsl.recompute_busy(%s, %s)", (self.busy_after, self.after)
            ).fetchone()
        people, last = row or (0, None)
        self.busy_after = self.after if last is None else last
        return int(people)

    def recompute_heavy(self, waited: str = "0 seconds") -> int:
        """Recompute who has very many facts and has ``waited`` longest, at least so long; gives how many: 1 or 0."""
        if not self._exists("SELECT FROM hsl.heavy WHERE since <= clock_timestamp() - %s::interval", waited):
            return 0
        started = time.monotonic()
        with through_gate(self.conn, wait_ms=self.wait_ms):
            people = int(self.conn.execute("SELECT hsl.recompute_heavy()").fetchall()[0][0])
        ended = time.monotonic()
        self.heavy_from = ended + HEAVY_SHARE * (ended - started)
        return people

    def merge(self) -> None:
        """Add the fresh deltas to their sums."""
        with through_gate(self.conn, wait_ms=self.wait_ms, isolation="READ COMMITTED", facts=False):
            self.conn.execute("SELECT hsl.merge_deltas()")
        self.merged_at = time.monotonic()

    def merge_when_due(self) -> None:
        """Merge after some seconds, or when so many deltas stand that reading them would be felt."""
        due = time.monotonic() - self.merged_at > MERGE_SECONDS
        if due or self._many_deltas():
            self.merge()

    def is_quiet(self) -> bool:
        """Whether a page finds nothing to fold: one statement, since most pages do."""
        quiet = read_sql(__file__, "sql/quiet.sql")
        asked = {"patience": HEAVY_PATIENCE, "deltas": MERGE_DELTAS}
        return bool(self.conn.execute(quiet, asked).fetchall()[0][0])

    def changes_wait(self, at_least: int) -> int:
        """How many changes wait to be taken, counted up to ``at_least``."""
        return int(self.conn.execute("SELECT hsl.changes_wait(%s)", (at_least,)).fetchall()[0][0])

    def people_wait(self, at_least: int | None = None) -> int:
        """How many people wait, counted up to ``at_least`` where it is given."""
        row = self.conn.execute(
            "SELECT count(*) FROM hsl.who_waits(%s, %s)", (self.after, at_least)
        ).fetchone()
        return int(row[0]) if row else 0

    def now(self) -> datetime:
        """The server's time."""
        return cast("datetime", self.conn.execute("SELECT clock_timestamp()").fetchall()[0][0])

    def next_lane(self, moment: datetime) -> Callable[[], int] | None:
        """What recomputes the next of those who were taken no later than ``moment``; None where none of them waits.

        Those with many facts have their turns among the others: pages look for who waits from the first one on.
        """
        first = self._first_waiting(self.after)
        light = first is not None and first[1] <= moment
        if (not light or time.monotonic() >= self.busy_from) and self._busy_wait():
            return self.recompute_busy
        if light:
            return self.recompute_batch
        if self._exists("SELECT FROM hsl.heavy WHERE since <= %s", moment):
            return self.recompute_heavy
        return None

    def _busy_wait(self) -> bool:
        """Whether of the people that were passed some still wait; where none does, none is looked for again."""
        if self.busy_after < self.after:
            first = self._first_waiting(self.busy_after)
            if first is not None and first[0] <= self.after:
                return True
            self.busy_after = self.after
        return False

    def _first_waiting(self, after: int) -> tuple[int, datetime] | None:
        """The number of whoever waits first behind ``after``, and since when."""
        row = self.conn.execute("SELECT n, since FROM hsl.who_waits(%s, 1)", (after,)).fetchone()
        return cast("tuple[int, datetime] | None", row)

    def _exists(self, query: LiteralString, *arguments: object) -> bool:
        return bool(self.conn.execute(f"SELECT EXISTS ({query})", arguments).fetchall()[0][0])

    def _many_deltas(self) -> bool:
        row = self.conn.execute(
            "SELECT count(*) FROM (SELECT FROM hsl.fresh_deltas LIMIT %s) AS few", (MERGE_DELTAS,)
        ).fetchone()
        return row is not None and row[0] >= MERGE_DELTAS

    def _start_where_somebody_waits(self) -> None:
        row = self.conn.execute("SELECT waiting_after FROM hsl.taken ORDER BY id DESC LIMIT 1").fetchone()
        waiting_after = row[0] if row else 0
        self.after, self.busy_after = max(self.after, waiting_after), max(self.busy_after, waiting_after)

    def _fit_batch(self, people: int, seconds: float) -> None:
        if people < self.batch and seconds < BATCH_SECONDS:
            return
        fitting = int(self.batch * min(2.0, max(0.25, BATCH_SECONDS / max(seconds, 0.001))))
        self.batch = min(LARGEST_BATCH, max(SMALLEST_BATCH, fitting))


def fold(conn: Connection, *, wait_ms: int = GATE_WAIT_MS, progress: Progress | None = None) -> Folded:
    """Fold what waits now: the numbers are then true of all that was committed before the call.

    What comes meanwhile is left for the next fold: it has an end also while a bot writes without pause.
    ``conn`` is in autocommit and idle; ``progress`` is told after each batch but the first. Raises FoldBusyError,
    FoldRefusedError.
    """
    folder = Folder(conn, wait_ms=wait_ms)
    done = folder.step()
    taken = folder.now()
    everybody = done.people + folder.people_wait() if progress else 0
    while recompute := folder.next_lane(taken):
        done += Folded(people=recompute())
        folder.merge_when_due()
        if progress:
            # who has many facts counts twice: passed first, recomputed later
            progress(min(done.people, everybody), everybody)
    return done


def fold_to_the_end(conn: Connection, progress: Progress | None = None) -> Folded:
    """Fold what waits now, beside another folder (the worker) where there is one. Gives what this one did."""
    while True:
        try:
            return fold(conn, progress=progress)
        except FoldBusyError:
            time.sleep(BUSY_SECONDS)


def fold_people(user_ids: Sequence[int]) -> bool:
    """Recompute these people now, after a write of our own has been committed, so that the operator sees it.

    Consumes no change and waits at most 200 ms for another folder: the change is in the queue anyway.
    Gives whether it was done.
    """
    conn = djangos_connection()
    try:
        with through_gate(conn, wait_ms=OWN_WRITE_WAIT_MS):
            conn.execute("SELECT hsl.recompute(%s::bigint[])", (list(user_ids),))
    except FoldBusyError:
        return False
    return True


def catch_up() -> None:
    """Fold the few changes that wait, where the gate is free: a page is true in the moment it is read.

    With many waiting, or another folder at work, it leaves them: the page says how many wait. What keeps a fold
    from its work never keeps a page from being shown.
    """
    folder = Folder(djangos_connection(), wait_ms=0)
    try:
        if folder.is_quiet():
            return
        if folder.changes_wait(at_least=FEW_CHANGES) < FEW_CHANGES:
            folder.take()
        if not waiting_recounts(folder.conn) and folder.people_wait(at_least=FEW_PEOPLE) < FEW_PEOPLE:
            folder.batch = FEW_PEOPLE
            folder.recompute_batch()
            folder.recompute_busy(BATCH_SECONDS)
            folder.recompute_heavy(HEAVY_PATIENCE)
        folder.merge_when_due()
    except FoldBusyError:
        return
    except psycopg.Error as error:
        if folder.conn.closed:
            raise
        log.warning("a page could not fold", error=str(error).strip())
