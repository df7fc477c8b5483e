"""Recounts of the sums from the facts, and the rebuild of everything.

A recount reads the facts piece by piece, in short transactions on its exported snapshot, so that a bot's
TRUNCATE or DDL waits for one piece at most.
"""

import psycopg
from psycopg import sql

from hsl.projections.connect import another
from hsl.projections.gate import Connection, FoldBusyError, through_gate
from hsl.projections.pieces import block_ranges, files

SUMS_OF_PEOPLE = 0
FACTS = {
    1: ("bookings", "booking_marks"),
    2: ("free_lesson_registrations", "registration_marks"),
    3: ("events", "event_marks"),
}
BLOCKS_A_PIECE = 4096
PEOPLE_A_PIECE = 50_000

_TEMPORARY = """
CREATE TEMPORARY TABLE counted (name text, course_id integer, confirmed integer, lesson_type text,
                                lesson_date date, quarter timestamptz, n bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE counted_people (user_id bigint) ON COMMIT DROP
"""
_COUNT_PIECE = """
COPY (SELECT name, course_id, confirmed, lesson_type, lesson_date, quarter, count(*)
      FROM hsl.{marks} WHERE {piece} GROUP BY 1, 2, 3, 4, 5, 6) TO STDOUT
"""
_PEOPLE_PIECE = """
COPY (SELECT DISTINCT user_id FROM hsl.{table}
      WHERE user_id > {after} ORDER BY user_id LIMIT {limit}) TO STDOUT
"""


def waiting_recounts(conn: Connection) -> list[int]:
    """The kinds that are to be counted again now, facts before the sums of people.

    One whose trigger keeps failing is counted again once in five minutes, not at every statement of the bot's.
    """
    return [
        row[0]
        for row in conn.execute(
            "SELECT kind FROM hsl.recounts WHERE not_before <= clock_timestamp() ORDER BY kind DESC"
        ).fetchall()
    ]


def recount(conn: Connection, kind: int, *, wait_ms: int) -> None:
    """Count a kind again: 1 bookings, 2 registrations, 3 events, 0 the sums of people.

    Raises FoldBusyError where another folder, or a TRUNCATE, is in the way, or a program rewrote a fact table
    meanwhile; it is then still asked for.
    """
    with through_gate(conn, wait_ms=wait_ms, facts=False):
        if kind == SUMS_OF_PEOPLE:
            conn.execute("SELECT hsl.recount_people()")
            return
        conn.execute(_TEMPORARY)
        snapshot = str(conn.execute("SELECT pg_export_snapshot()").fetchall()[0][0])
        with another(conn) as reader:
            _read_pieces(conn, reader, snapshot, kind)
            if files(reader) != files(conn):  # as they are now, and as they were in the snapshot
                raise FoldBusyError("a fact table was emptied or rewritten while it was counted")
        conn.execute("ANALYZE counted, counted_people")
        conn.execute("SELECT hsl.replace_counts(%s::smallint)", (kind,))


def ask_rebuild(conn: Connection) -> None:
    """Ask for everything to be made anew; the next folds do it while writers go on."""
    with through_gate(conn, wait_ms=60_000, isolation="READ COMMITTED", facts=False):
        conn.execute("SELECT hsl.ask_recount('rebuild')")


def _read_pieces(conn: Connection, reader: Connection, snapshot: str, kind: int) -> None:
    table, marks = FACTS[kind]
    for piece in block_ranges(conn, table, "place", blocks=BLOCKS_A_PIECE):
        query = sql.SQL(_COUNT_PIECE).format(marks=sql.Identifier(marks), piece=piece)
        _pipe(reader, snapshot, query, conn, "counted")
    after: int | None = -(2**63)
    while after is not None:
        query = sql.SQL(_PEOPLE_PIECE).format(
            table=sql.Identifier(table), after=sql.Literal(after), limit=sql.Literal(PEOPLE_A_PIECE)
        )
        _pipe(reader, snapshot, query, conn, "counted_people")
        row = conn.execute("SELECT max(user_id) FROM counted_people WHERE user_id > %s", (after,)).fetchone()
        after = row[0] if row else None


def _pipe(reader: Connection, snapshot: str, query: sql.Composed, conn: Connection, into: str) -> None:
    """Copy the query's rows, as the snapshot sees them, into a temporary table of ``conn``."""
    try:
        reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        reader.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot)))
        reader.execute("SET LOCAL lock_timeout = 500")
        with (
            reader.cursor().copy(query) as rows,
            conn.cursor().copy(
                sql.SQL("COPY {} FROM STDIN").format(sql.Identifier("pg_temp", into))
            ) as table,
        ):
            for data in rows:
                table.write(data)
        reader.execute("COMMIT")
    except psycopg.errors.LockNotAvailable as error:
        raise FoldBusyError(str(error).strip()) from error
