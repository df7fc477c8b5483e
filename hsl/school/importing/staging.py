"""The rows of a file in a temporary table, where the database checks them together."""

from collections.abc import Iterable, Iterator

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from hsl.school.importing.kinds import Column, Kind
from hsl.school.importing.problems import Problem
from hsl.school.importing.rows import Row
from hsl.school.importing.rules import broken
from hsl.school.importing.statements import names, statement

BATCH = 1000


def stage(cursor: CursorWrapper, kind: Kind, rows: Iterable[Row]) -> None:
    """COPY ``rows`` (line number, then the columns of ``kind``) into ``rows_to_import``.

    The table lives as long as the transaction.
    """
    cursor.execute(statement("stage", columns=sql.SQL(", ").join(map(_definition, kind.columns))))
    columns = names(["line", *(column.name for column in kind.columns)])
    with cursor.copy(sql.SQL("COPY rows_to_import ({}) FROM STDIN").format(columns)) as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute("ANALYZE rows_to_import")


def _definition(column: Column) -> sql.Composed:
    return sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type))


def check(cursor: CursorWrapper, kind: Kind) -> None:
    """Ask every rule between rows in turn; what breaks one is noted and asked no more."""
    for rule in kind.checks:
        query = statement(rule, facts=sql.Identifier("hsl", kind.table))
        cursor.execute(statement("note_broken", rule=sql.Literal(rule), query=query))


def rules_broken(cursor: CursorWrapper) -> Iterator[Problem]:
    """What ``check`` has found, in the order of lines, a batch at a time."""
    cursor.execute(
        "DECLARE broken_in_order CURSOR FOR SELECT rule, line, value, other FROM rules_broken ORDER BY line"
    )
    while True:
        cursor.execute("FETCH %s FROM broken_in_order", [BATCH])
        batch = cursor.fetchall()
        if not batch:
            return
        yield from (broken(*row) for row in batch)
