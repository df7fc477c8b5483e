"""Reading all facts piece by piece, so that a bot's TRUNCATE or DDL waits for one piece at most."""

from collections.abc import Iterator, Sequence

from psycopg import sql

from hsl.projections.gate import Connection
from hsl.school.shapes import FACTS, expressions, find_shape

_COPIES = """
CREATE TEMPORARY TABLE bookings (LIKE hsl.bookings) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE free_lesson_registrations (LIKE hsl.free_lesson_registrations) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE events (LIKE hsl.events) ON COMMIT DELETE ROWS;
CREATE INDEX ON pg_temp.bookings (user_id);
CREATE INDEX ON pg_temp.free_lesson_registrations (user_id)
"""


_FILES = """
SELECT c.oid, c.relfilenode FROM pg_class AS c
WHERE c.oid IN (WITH RECURSIVE parts AS (
                  SELECT to_regclass('public.' || fact)::oid AS part FROM unnest(%s::text[]) AS fact
                  UNION SELECT i.inhrelid FROM parts JOIN pg_inherits AS i ON i.inhparent = part)
                SELECT part FROM parts)
ORDER BY c.oid
"""


def files(conn: Connection) -> list[tuple[int, int]]:
    """The files that the fact tables, and their parts, lie in. Other ones after a TRUNCATE, an ALTER that rewrites or a
    VACUUM FULL: in an older snapshot the table is then empty, or its rows stand elsewhere (PostgreSQL's
    documentation, 13.6), and pieces read on both sides of it belong to no whole."""
    return conn.execute(_FILES, [list(FACTS)]).fetchall()


def block_ranges(conn: Connection, table: str, place: str, *, blocks: int) -> Iterator[sql.Composable]:
    """Conditions on ``place`` (the rows' ctid), each of so many ``blocks``, that together cover a fact table.

    A partitioned table, or one that others inherit from, has no blocks of its own: one piece.
    """
    row = conn.execute(
        "SELECT c.relkind = 'r' AND NOT c.relhassubclass,"
        " pg_relation_size(c.oid) / current_setting('block_size')::int"
        " FROM pg_class c WHERE c.oid = to_regclass(%s)",
        (f"public.{table}",),
    ).fetchone()
    plain, end = row or (False, 0)
    if not plain:
        yield sql.SQL("true")
        return
    column = sql.SQL(place)
    for start in range(0, end, blocks):
        yield sql.SQL("{} >= {}::tid AND {} < {}::tid").format(
            column, sql.Literal(f"({start},0)"), column, sql.Literal(f"({start + blocks},0)")
        )


def id_ranges(bounds: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ranges of ids that together cover all there can be, each up to one of ``bounds`` (in order)."""
    low = -(2**63)
    for bound in bounds:
        yield low, bound
        low = bound + 1
    yield low, 2**63 - 1


class Copies:
    """Temporary tables with the facts' names, before them on the search path: they hold a piece of the facts, as the
    views ``hsl.<fact>`` show them, until the transaction ends, for SQL that names the facts and is to read no more."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        conn.execute(_COPIES)

    def take_people(self, low: int, high: int) -> None:
        """Copy all facts of the people with ids from ``low`` to ``high``."""
        for table in FACTS:
            self.conn.execute(
                sql.SQL(
                    "INSERT INTO pg_temp.{t} SELECT * FROM hsl.{t} WHERE user_id BETWEEN {low} AND {high}"
                ).format(t=sql.Identifier(table), low=sql.Literal(low), high=sql.Literal(high))
            )

    def take_blocks(self, table: str, piece: sql.Composable) -> None:
        """Copy the facts of ``table`` that ``piece`` (of :func:`block_ranges` over ``t.ctid``) holds."""
        shape = find_shape(self.conn, table)
        if shape is None:
            return
        columns = expressions(shape)
        self.conn.execute(
            sql.SQL(
                "INSERT INTO pg_temp.{t} ({names}) SELECT {columns} FROM public.{t} AS t WHERE {piece}"
            ).format(
                t=sql.Identifier(table),
                names=sql.SQL(", ").join(map(sql.Identifier, columns)),
                columns=sql.SQL(", ").join(map(sql.SQL, columns.values())),
                piece=piece,
            )
        )
