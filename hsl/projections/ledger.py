"""Sums counted in two ways, added up with opposite signs: what is not zero differs."""

import threading
from collections.abc import Iterable

from hsl.projections.gate import Connection


class Ledger:
    """A temporary table of (key, n) on a connection of its own, that several threads write to in turn."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self._lock = threading.Lock()
        conn.execute("CREATE TEMPORARY TABLE ledger (key text NOT NULL, n bigint NOT NULL)")

    def enter(self, chunks: Iterable[bytes]) -> None:
        """Add rows, in COPY's format. While a query makes the next chunk, others write theirs."""
        for chunk in chunks:
            with self._lock, self.conn.cursor().copy("COPY ledger FROM STDIN") as table:
                table.write(chunk)

    def differing(self) -> list[tuple[str, int]]:
        """The keys that do not come to zero, and what they come to."""
        with self._lock:
            return self.conn.execute(
                'SELECT key, sum(n) FROM ledger GROUP BY key HAVING sum(n) <> 0 ORDER BY key COLLATE "C"'
            ).fetchall()
