"""``hsl verify``: all projections recomputed from the facts by another text than the fold's, and compared.

Everything is read in one exported snapshot by short transactions, so nobody waits for it: what the snapshot
shows of facts, of changes not yet taken and of projections must agree exactly.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from hsl.projections.connect import another
from hsl.projections.gate import LOCK_FACTS, Connection
from hsl.projections.pieces import Copies, block_ranges, id_ranges
from hsl.refusal import Refusal
from hsl.school.shapes import FACTS
from hsl.school.sqlfile import read_sql

PEOPLE_A_PIECE = 2500
BLOCKS_A_PIECE = 1024
EXAMPLES = 5
TRIES = 3
LOCK_TRIES, LOCK_PAUSE_SECONDS = 240, 0.25
PEOPLE_CHECKS = ("user_cache", "user_activity", "memberships", "lesson_people", "programme_views", "leads")
SUMS_OF_KIND = {1: "bookings", 2: "registrations", 3: "events"}

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Difference:
    """Rows of one projection that are not what the facts say, with a few of them in words."""

    projection: str
    rows: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, example: str) -> None:
        """Count one more row, and keep it as an example while there are few."""
        self.rows += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(example)


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found: differences by projection; and what could not be compared because it still waits."""

    differences: list[Difference]
    people_compared: int
    people_waiting: int
    changes_waiting: int
    recounts_waiting: list[str]
    set_aside: int

    @property
    def clean(self) -> bool:
        """Whether all that was compared agrees."""
        return not self.differences


def verify(conn: Connection, progress: Progress | None = None) -> Verification:
    """Compare every projection with the facts, by the specification's SQL (data model, Query Logic).

    ``conn`` is in autocommit; three more connections are opened. ``progress`` is told people done and in all.

    Raises Refusal where a program empties fact tables again and again: a TRUNCATE shows in older snapshots too
    (PostgreSQL's documentation, 13.6), so what was read around one is read again.
    """
    for _ in range(TRIES):
        before = _files(conn)
        found = _verify_once(conn, progress)
        if _files(conn) == before:
            return found
    raise Refusal("A program empties the fact tables again and again: verify when it has ended.")


def _files(conn: Connection) -> list[tuple[int | None]]:
    """The files of the fact tables: other ones after a TRUNCATE."""
    return conn.execute(
        "SELECT relfilenode FROM pg_class WHERE oid = ANY (ARRAY[to_regclass('public.bookings'),"
        " to_regclass('public.free_lesson_registrations'), to_regclass('public.events')]) ORDER BY oid"
    ).fetchall()


def _verify_once(conn: Connection, progress: Progress | None) -> Verification:
    with another(conn) as holder, another(conn) as reader, another(conn) as ledger:
        holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = str(holder.execute("SELECT pg_export_snapshot()").fetchall()[0][0])
        return _Verifier(reader, ledger, snapshot, progress).run()


class _Verifier:
    def __init__(
        self, reader: Connection, ledger: Connection, snapshot: str, progress: Progress | None
    ) -> None:
        self.reader = reader
        self.ledger = ledger
        self.copies = Copies(reader)
        self.snapshot = snapshot
        self.progress = progress
        self.differences = {name: Difference(name) for name in (*PEOPLE_CHECKS, "sums")}

    def run(self) -> Verification:
        self.ledger.execute("CREATE TEMPORARY TABLE ledger (key text NOT NULL, n bigint NOT NULL)")
        waiting = {row[0] for row in self._read(_text("waiting.sql"))}
        recounts = [
            row[0]
            for row in self._read(
                "SELECT kind FROM hsl.recounts UNION SELECT kind FROM hsl.changes WHERE recount"
            )
        ]
        aside = [row[0] for row in self._read("SELECT user_id FROM hsl.set_aside")]
        changes = self._read("SELECT count(*) FROM hsl.changes")[0][0]
        people = 0 if any(recounts) else self._compare_people(waiting, aside)
        self._count_facts()
        self._compare_sums(recounts)
        return Verification(
            differences=[found for found in self.differences.values() if found.rows],
            people_compared=people,
            people_waiting=len(waiting),
            changes_waiting=changes,
            recounts_waiting=[SUMS_OF_KIND.get(kind, "people") for kind in recounts],
            set_aside=len(aside),
        )

    def _compare_people(self, waiting: set[int], aside: list[int]) -> int:
        bounds = [row[0] for row in self._read(_text("bounds.sql"), {"piece": PEOPLE_A_PIECE})]
        total = int(self._read("SELECT count(*) FROM hsl.user_cache")[0][0])
        done = 0
        for low, high in id_ranges(bounds):
            with self._in_snapshot():
                self.copies.take_people(low, high)
                values = {"low": low, "high": high, "aside": aside}
                for projection in PEOPLE_CHECKS:
                    for user_id, kept, facts in self.reader.execute(
                        _text(f"{projection}.sql"), values
                    ).fetchall():
                        if user_id not in waiting:
                            self.differences[projection].add(f"user_id {user_id}: {_in_words(kept, facts)}")
            done = min(total, done + PEOPLE_A_PIECE)
            if self.progress:
                self.progress(done, total)
        return total

    def _count_facts(self) -> None:
        text = sql.SQL(_text("facts_counted.sql"))
        for table in FACTS:
            with self._in_snapshot():
                pieces = list(block_ranges(self.reader, table, "t.ctid", blocks=BLOCKS_A_PIECE))
            for piece in pieces:
                with self._in_snapshot():
                    self.copies.take_blocks(table, piece)
                    self._enter(text)

    def _compare_sums(self, recounts: Sequence[int]) -> None:
        kept = sql.SQL("SELECT key, -n FROM ({}) AS kept").format(sql.SQL(_text("sums_kept.sql")))
        with self._in_snapshot():
            self._enter(sql.SQL(_text("people_counted.sql")))
            self._enter(kept)
        rows = self.ledger.execute(
            'SELECT key, sum(n) FROM ledger GROUP BY key HAVING sum(n) <> 0 ORDER BY key COLLATE "C"'
        ).fetchall()
        for key, n in rows:
            if not _is_recounted(key, recounts):
                self.differences["sums"].add(f"{key}: {'+' if n > 0 else ''}{n} in the facts")

    def _enter(self, query: sql.Composable) -> None:
        """Add (key, n) rows to the ledger."""
        with (
            self.reader.cursor().copy(sql.SQL("COPY ({}) TO STDOUT").format(query)) as rows,
            self.ledger.cursor().copy("COPY ledger FROM STDIN") as table,
        ):
            for data in rows:
                table.write(data)

    def _read(self, text: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with self._in_snapshot():
            return self.reader.execute(text, values).fetchall()

    @contextmanager
    def _in_snapshot(self) -> Iterator[None]:
        """A transaction in the snapshot, the fact tables held all at once: waiting for one with another in hand
        deadlocks."""
        for _ in range(LOCK_TRIES):
            try:
                self.reader.execute(f"BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; {LOCK_FACTS}")
                break
            except psycopg.errors.LockNotAvailable:
                self.reader.execute("ROLLBACK")
                time.sleep(LOCK_PAUSE_SECONDS)
        else:
            raise Refusal(
                "A program has held a fact table for a minute (TRUNCATE, ALTER): verify when it has ended."
            )
        self.reader.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(self.snapshot)))
        yield
        self.reader.execute("COMMIT")


def _in_words(kept: object, facts: object) -> str:
    if kept is None or facts is None:
        return "missing" if kept is None else "has no fact"
    if not (isinstance(kept, dict) and isinstance(facts, dict)):
        return f"kept {kept}, facts say {facts}"
    differing = [name for name in facts if kept.get(name) != facts[name]]
    return "; ".join(f"{name} is {kept.get(name)!r}, facts say {facts[name]!r}" for name in differing)


def _is_recounted(key: str, recounts: Sequence[int]) -> bool:
    """Whether a sum waits for its recount: a kind of facts, or (0) what is counted of people."""
    words = {
        1: ("booking", "stream_counts"),
        2: ("registration",),
        3: ("event", "attendances"),
        0: ("person", "people", "status:", "stream:", "stage", "stream_people", "viewer"),
    }
    return any(word in key for kind in recounts for word in words[kind])


def _text(name: str) -> str:
    return read_sql(__file__, f"sql/verify/{name}")
