"""Connections that read one exported snapshot side by side, each in short transactions and in a thread of its own."""

import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from queue import SimpleQueue
from typing import Any, LiteralString, TypeVar

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from hsl.projections.gate import LOCK_FACTS, Connection
from hsl.projections.pieces import Copies
from hsl.refusal import Refusal

LOCK_TRIES, LOCK_PAUSE_SECONDS = 240, 0.25
CHUNK_BYTES = 1 << 20
_BEGIN: LiteralString = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"

Found = TypeVar("Found")


class StoppedError(Exception):
    """What a reader does is not wanted any more."""


class Reader:
    """One connection that reads the snapshot, with copies of facts (temporary tables) of its own."""

    def __init__(self, conn: Connection, snapshot: str, stopped: threading.Event) -> None:
        self.conn = conn
        self.copies = Copies(conn)
        self._snapshot = snapshot
        self._stopped = stopped

    def read(self, text: str, values: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of one query, in a transaction of its own."""
        with self.in_snapshot():
            return self.conn.execute(text, values).fetchall()

    def chunks(self, query: sql.Composable) -> Generator[bytes]:
        """The query's rows as COPY gives them: whole ones, about a megabyte at once."""
        with self.conn.cursor().copy(sql.SQL("COPY ({}) TO STDOUT").format(query)) as rows:
            chunk = bytearray()
            for row in rows:
                chunk += row
                if len(chunk) >= CHUNK_BYTES and chunk.endswith(b"\n"):
                    yield bytes(chunk)
                    chunk.clear()
            yield bytes(chunk)

    @contextmanager
    def in_snapshot(self, *, facts: bool = True) -> Iterator[None]:
        """A transaction in the snapshot. ``facts``: it reads fact tables, and holds them all at once: waiting for one
        with another in hand deadlocks. Such a transaction is short, for a bot's DDL waits for it.

        However many readers there are, a TRUNCATE has its turn: behind one that waits no lock is given that must
        not wait, so the readers end what they have in hand, and begin nothing before it.

        Raises Refusal where a program holds a fact table all the while, StoppedError where nobody wants it any more.
        """
        try:
            if facts:
                self._begin_with_facts()
            else:
                self.conn.execute(_BEGIN)
            self.conn.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(self._snapshot)))
            yield
            self.conn.execute("COMMIT")
        finally:
            if not self.conn.closed and self.conn.info.transaction_status != TransactionStatus.IDLE:
                self.conn.execute("ROLLBACK")

    def _begin_with_facts(self) -> None:
        for _ in range(LOCK_TRIES):
            try:
                self.conn.execute(f"{_BEGIN}; {LOCK_FACTS}")
                break
            except psycopg.errors.LockNotAvailable:
                self.conn.execute("ROLLBACK")
                if self._stopped.wait(LOCK_PAUSE_SECONDS):
                    raise StoppedError from None
        else:
            raise Refusal(
                "A program has held a fact table for a minute (TRUNCATE, ALTER): verify when it has ended."
            )


def side_by_side(
    readers: Sequence[Reader],
    tasks: Sequence[Callable[[Reader], Found]],
    *,
    ended: Callable[[Found], None],
    stop: Callable[[], None],
) -> list[Found]:
    """Do the tasks, begun in their order, each with whichever reader is free; what came of them, in their order.

    ``ended`` is told each as it comes, in the caller's thread. The first error, of a task, of ``ended`` or a Ctrl-C, is
    raised: then nothing more is begun, ``stop`` is to end what is under way, and no thread is left.
    """
    idle: SimpleQueue[Reader] = SimpleQueue()
    for reader in readers:
        idle.put(reader)

    def do(task: Callable[[Reader], Found]) -> Found:
        reader = idle.get()
        try:
            return task(reader)
        finally:
            idle.put(reader)

    with ThreadPoolExecutor(len(readers), "hsl-reader") as pool:
        try:
            futures = [pool.submit(do, task) for task in tasks]
            for future in as_completed(futures):
                ended(future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            stop()
            raise
    return [future.result() for future in futures]
