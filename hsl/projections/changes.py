"""Change triggers: what they note of a fact, their functions, and the same notes read from the facts.

A mark is what a change says of one fact: whose it is and under which key it is counted. Triggers compute
marks of the rows they are given, the views ``hsl.<fact>_marks`` those of all facts, out of the same
expressions: a recount from the facts agrees exactly with the sum of the changes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from hsl.school.shapes import FACTS, Shape, compose_view, expressions
from hsl.school.sqlfile import read_sql


@dataclass(frozen=True)
class Fact:
    """A fact table: its kind in hsl.changes, the words for one of its rows, and its column of time."""

    kind: int
    singular: str
    time: str

    @property
    def functions(self) -> list[str]:
        return [self.function(operation) for operation in ("insert", "update")]

    def function(self, operation: str) -> str:
        """The trigger function of an operation: INSERT has its own."""
        return f"{self.singular}_inserts" if operation == "insert" else f"{self.singular}_changes"

    @property
    def marks_view(self) -> str:
        return f"{self.singular}_marks"


FACT: Mapping[str, Fact] = {
    "bookings": Fact(1, "booking", "created_at"),
    "free_lesson_registrations": Fact(2, "registration", "registered_at"),
    "events": Fact(3, "event", "created_at"),
}
OPERATIONS: Mapping[str, str] = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
    "truncate": "",
}
ABSENT = {
    "name": "NULL::text",
    "course_id": "NULL::integer",
    "confirmed": "NULL::integer",
    "lesson_type": "NULL::text",
    "lesson_date": "NULL::date",
}


def marks(shape: Shape) -> dict[str, str]:
    """The columns of a mark that facts of this table have, as SQL over the alias ``t``."""
    fact, of = FACT[shape.table], expressions(shape)
    return {
        "kind": f"{fact.kind}::smallint",
        "user_id": of["user_id"],
        **_keys(shape.table, of),
        "quarter": f"hsl.quarter({of[fact.time]})",
    }


def _keys(table: str, of: Mapping[str, str]) -> dict[str, str]:
    if table == "bookings":
        return {"name": of["course_stream"], "course_id": of["course_id"], "confirmed": of["confirmed"]}
    if table == "free_lesson_registrations":
        return {"name": of["lesson_type"], "lesson_date": of["lesson_date"]}
    came = f"CASE WHEN {of['event_type']} = 'lesson_link_clicked' THEN"
    return {
        "name": of["event_type"],
        "lesson_type": f"{came} {of['details']} ->> 'lesson_type' END",
        "lesson_date": f"{came} hsl.clicked_lesson_date({of['details']}) END",
    }


def compose_views(conn: psycopg.Connection[Any], shape: Shape) -> None:
    """Make the view of a table and, for a fact, the view of its marks."""
    compose_view(conn, shape)
    if shape.table in FACTS:
        compose_marks(conn, shape)


def compose_marks(conn: psycopg.Connection[Any], shape: Shape) -> None:
    """Make ``hsl.<fact>_marks``: a mark a fact, and its place (``ctid``), to be read in ranges of blocks."""
    mark = marks(shape)
    columns = {
        "kind": mark.pop("kind"),
        "user_id": mark.pop("user_id"),
        **(ABSENT | mark),
        "place": "t.ctid",
    }
    conn.execute(
        sql.SQL("CREATE OR REPLACE VIEW hsl.{view} AS SELECT {columns} FROM public.{table} AS t").format(
            view=sql.Identifier(FACT[shape.table].marks_view),
            columns=_selected(columns),
            table=sql.Identifier(shape.table),
        )
    )


def _selected(columns: Mapping[str, str]) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.SQL("{} AS {}").format(sql.SQL(expression), sql.Identifier(name))
        for name, expression in columns.items()
    )


def trigger_functions(shape: Shape) -> sql.Composed:
    """The statements that make the trigger functions of a fact table (changes.sql).

    A time zone of its own is set at each call, and matters only where a value is cast to text: a time in a column of
    text, say.
    """
    fact, mark = FACT[shape.table], marks(shape)
    zoned = any("::text" in expression for expression in mark.values())
    named = {
        "columns": sql.SQL(", ").join(map(sql.Identifier, mark)),
        "marks": _selected(mark),
        "kind": sql.Literal(fact.kind),
        "time_zone": sql.SQL("SET TimeZone = 'UTC'" if zoned else ""),
    }
    return sql.SQL(";\n").join(
        sql.SQL(read_sql(__file__, "changes.sql")).format(
            function=sql.Identifier("hsl", fact.function(operation)),
            append=sql.SQL(read_sql(__file__, f"changes_{operation}.sql")).format(**named),
            **named,
        )
        for operation in ("insert", "other")
    )
