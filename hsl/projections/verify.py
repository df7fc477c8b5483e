"""``hsl verify``: all projections recomputed from the facts by another text than the fold's, and compared.

Everything is read in one exported snapshot by short transactions, so nobody waits for it: what the snapshot
shows of facts, of changes not yet taken and of projections must agree exactly. Two connections read side by side.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter

import psycopg
from psycopg import sql

from hsl.projections.connect import another
from hsl.projections.gate import Connection
from hsl.projections.ledger import Ledger
from hsl.projections.pieces import block_ranges, files, id_ranges
from hsl.projections.readers import Reader, side_by_side
from hsl.refusal import Refusal
from hsl.school.shapes import FACTS
from hsl.school.sqlfile import read_sql

READERS = 2
"""Half the time of one, where the server has two cores; more would take those that pages live on."""
PEOPLE_A_PIECE = 2500
BLOCKS_A_PIECE = 1024
EXAMPLES = 5
TRIES = 3
CANCEL_SECONDS = 5
PEOPLE_CHECKS = ("user_cache", "user_activity", "memberships", "lesson_people", "programme_views", "leads")
PEOPLE_COUNTED = ("people_counted", "lessons_counted", "members_counted")
SUMS_OF_KIND = {0: "people", 1: "bookings", 2: "registrations", 3: "events"}

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

    def take(self, later: "Difference") -> None:
        """Add the rows of a later piece."""
        self.rows += later.rows
        self.examples += later.examples[: EXAMPLES - len(self.examples)]


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

    @property
    def people_left_out(self) -> bool:
        """Whether people were not compared, for facts wait to be counted again."""
        return any(sums != SUMS_OF_KIND[0] for sums in self.recounts_waiting)


def verify(conn: Connection, progress: Progress | None = None) -> Verification:
    """Compare every projection with the facts, by the specification's SQL (data model, Query Logic).

    ``conn`` is in autocommit; four more connections are opened. ``progress`` is told people done and in all, in the
    caller's thread; what it raises ends the verification.

    Raises Refusal where a program empties or rewrites fact tables again and again: what was read around that is read
    again (``files``).
    """
    for _ in range(TRIES):
        before = files(conn)
        found = _verify_once(conn, progress)
        if files(conn) == before:
            return found
    raise Refusal("A program empties or rewrites the fact tables again and again: verify when it has ended.")


def _verify_once(conn: Connection, progress: Progress | None) -> Verification:
    with ExitStack() as opened:
        holder, ledger, *readers = (opened.enter_context(another(conn)) for _ in range(2 + READERS))
        holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = str(holder.execute("SELECT pg_export_snapshot()").fetchall()[0][0])
        stopped = threading.Event()
        reading = [Reader(reader, snapshot, stopped) for reader in readers]
        return _Verifier(reading, Ledger(ledger), stopped, progress).run()


@dataclass(frozen=True, slots=True)
class _Compared:
    """So many people more are compared, and differ thus."""

    people: int
    differences: list[Difference]


class _Verifier:
    def __init__(
        self, readers: Sequence[Reader], ledger: Ledger, stopped: threading.Event, progress: Progress | None
    ) -> None:
        self.readers = readers
        self.ledger = ledger
        self.stopped = stopped
        self.progress = progress
        self.differences = {name: Difference(name) for name in (*PEOPLE_CHECKS, "sums")}
        self.waiting: set[int] = set()
        self.aside: list[int] = []
        self.recounts: list[int] = []
        self.people = self.done = 0

    def run(self) -> Verification:
        read = self.readers[0].read
        self.waiting = {row[0] for row in read(_text("waiting.sql"))}
        self.recounts = [
            row[0]
            for row in read("SELECT kind FROM hsl.recounts UNION SELECT kind FROM hsl.changes WHERE recount")
        ]
        self.aside = [row[0] for row in read("SELECT user_id FROM hsl.set_aside")]
        changes = read("SELECT count(*) FROM hsl.changes")[0][0]
        if not any(self.recounts):
            self.people = int(read("SELECT count(*) FROM hsl.user_cache")[0][0])
        self._count()
        self._compare()
        return Verification(
            differences=[found for found in self.differences.values() if found.rows],
            people_compared=self.people,
            people_waiting=len(self.waiting),
            changes_waiting=changes,
            recounts_waiting=[SUMS_OF_KIND[kind] for kind in self.recounts],
            set_aside=len(self.aside),
        )

    def _count(self) -> None:
        """Enter all sums in the ledger, what takes long first."""
        kept = sql.SQL("SELECT key, -n FROM ({}) AS kept").format(sql.SQL(_text("sums_kept.sql")))
        sums = [kept, *(sql.SQL(_text(f"{name}.sql")) for name in PEOPLE_COUNTED)]
        pieces = [partial(self._count_piece, table, piece) for table, piece in self._pieces_of_facts()]
        tasks = [*(partial(self._count_sums, query) for query in sums), *pieces]
        side_by_side(self.readers, tasks, ended=lambda _found: self._tell(0), stop=self._stop)

    def _compare(self) -> None:
        """Compare people by pieces, and beside them what the ledger holds. Added in the order of the pieces: so the
        same database gives the same examples, whichever reader was first."""
        pieces = [] if any(self.recounts) else self._pieces_of_people()
        tasks = [self._compare_sums, *pieces]
        compared = side_by_side(
            self.readers, tasks, ended=lambda piece: self._tell(piece.people), stop=self._stop
        )
        for difference in (found for piece in compared for found in piece.differences):
            self.differences[difference.projection].take(difference)

    def _pieces_of_facts(self) -> Iterator[tuple[str, sql.Composable]]:
        reader = self.readers[0]
        for table in FACTS:
            with reader.in_snapshot():
                pieces = list(block_ranges(reader.conn, table, "t.ctid", blocks=BLOCKS_A_PIECE))
            yield from ((table, piece) for piece in pieces)

    def _pieces_of_people(self) -> list[Callable[[Reader], _Compared]]:
        rows = self.readers[0].read(_text("bounds.sql"), {"piece": PEOPLE_A_PIECE})
        return [partial(self._compare_piece, low, high) for low, high in id_ranges([row[0] for row in rows])]

    def _compare_piece(self, low: int, high: int, reader: Reader) -> _Compared:
        values = {"low": low, "high": high, "aside": self.aside}
        differences = [Difference(projection) for projection in PEOPLE_CHECKS]
        with reader.in_snapshot():
            reader.copies.take_people(low, high)
            for found in differences:
                rows = reader.conn.execute(_text(f"{found.projection}.sql"), values).fetchall()
                for user_id, kept, facts in sorted(rows, key=itemgetter(0)):
                    if user_id not in self.waiting:
                        found.add(f"user_id {user_id}: {_in_words(kept, facts)}")
        return _Compared(PEOPLE_A_PIECE, differences)

    def _count_piece(self, table: str, piece: sql.Composable, reader: Reader) -> None:
        with reader.in_snapshot():
            reader.copies.take_blocks(table, piece)
            self._enter(sql.SQL(_text("facts_counted.sql")), reader)

    def _count_sums(self, query: sql.Composable, reader: Reader) -> None:
        with reader.in_snapshot(facts=False):  # it takes seconds, and reads what is ours
            self._enter(query, reader)

    def _enter(self, query: sql.Composable, reader: Reader) -> None:
        with closing(reader.chunks(query)) as chunks:  # the query ends also where the ledger fails
            self.ledger.enter(chunks)

    def _compare_sums(self, _reader: Reader) -> _Compared:
        found = Difference("sums")
        for key, n in self.ledger.differing():
            if not _is_recounted(key, self.recounts):
                found.add(f"{key}: {'+' if n > 0 else ''}{n} in the facts")
        return _Compared(0, [found])

    def _tell(self, people: int) -> None:
        self.done = min(self.people, self.done + people)
        if self.progress:
            self.progress(self.done, self.people)

    def _stop(self) -> None:
        """End what the connections are doing now: nobody waits for it any more."""
        self.stopped.set()
        for conn in (self.ledger.conn, *(reader.conn for reader in self.readers)):
            with suppress(psycopg.Error):  # one that is lost does nothing any more
                conn.cancel_safe(timeout=CANCEL_SECONDS)


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
        0: ("person", "people", "status:", "stream:", "stage", "stream_people", "viewer", "lead_counts"),
    }
    return any(word in key for kind in recounts for word in words[kind])


def _text(name: str) -> str:
    return read_sql(__file__, f"sql/verify/{name}")
