"""Writes the staged rows that are good into the facts."""

from collections.abc import Sequence

from django.db.backends.utils import CursorWrapper
from psycopg import sql

from hsl.school.importing.kinds import Kind
from hsl.school.importing.statements import names, statement
from hsl.school.importing.tables import Table


def write(
    cursor: CursorWrapper, kind: Kind, table: Table, columns: Sequence[str], in_file: set[str]
) -> tuple[int, int]:
    """Insert the good rows, filling ``columns`` of the table. A row that is the same fact as one that
    stands, or as one of an earlier line, updates it, in the columns that are ``in_file``.

    Returns how many lines were inserted, and how many were updates.
    """
    updated = _update_same(cursor, kind, in_file) if kind.same else 0
    sequence = table.columns["id"].sequence
    if sequence is not None and "id" in columns:
        cursor.execute(statement("move_sequence_on", sequence=sql.Literal(sequence)))
    return _insert(cursor, table, columns), updated


def remember(cursor: CursorWrapper, kind: Kind, import_id: int) -> None:
    """Note which rows the import wrote, for its undo."""
    facts = sql.Identifier("hsl", kind.table)
    cursor.execute(statement("remember", facts=facts, import_id=sql.Literal(import_id)))


def _update_same(cursor: CursorWrapper, kind: Kind, in_file: set[str]) -> int:
    key = names(list(kind.same))
    cursor.execute(statement("keep_last_of_same", key=key))
    updated = int(cursor.rowcount)
    assignments = [
        sql.SQL("{0} = rows_to_import.{0}").format(sql.Identifier(column))
        for column in sorted(in_file - {"id", *kind.same})
    ]
    table = sql.Identifier("public", kind.table)
    cursor.execute(statement("find_same", facts=sql.Identifier("hsl", kind.table), table=table, key=key))
    cursor.execute(statement("update_same", table=table, assignments=sql.SQL(", ").join(assignments)))
    cursor.execute(statement("leave_out_same"))
    return updated + int(cursor.rowcount)


def _insert(cursor: CursorWrapper, table: Table, columns: Sequence[str]) -> int:
    values = [_id(table) if column == "id" else sql.Identifier(column) for column in columns]
    cursor.execute(
        statement(
            "insert",
            table=sql.Identifier("public", table.name),
            columns=names(list(columns)),
            values=sql.SQL(", ").join(values),
        )
    )
    return int(cursor.rowcount)


def _id(table: Table) -> sql.Composable:
    """The id that the file gives, else the next one of the table's sequence."""
    sequence = table.columns["id"].sequence
    if sequence is None:
        return sql.Identifier("id")
    return sql.SQL("coalesce(id, nextval({}))").format(sql.Literal(sequence))
