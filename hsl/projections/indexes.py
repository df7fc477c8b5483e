"""The indexes of ours on the fact tables, where no index of the bot's own serves.

``user_id``: the fold looks up each person's facts; with ``id`` after it a page of the newest facts of a person who has
a hundred thousand reads fifty.

The lists of facts stand in the order of their time (one without a time last), so they walk an index on it, by
``type`` or by lesson and its date where that is asked for: on ten million events any page of them reads fifty rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from psycopg import sql

from hsl.projections.changes import FACT
from hsl.projections.patience import Connection, concurrently, patiently
from hsl.refusal import Refusal
from hsl.school.rights import Lack
from hsl.school.shapes import FACTS, Shape, column_expression, find_shape, read_shape

_OF_A_TABLE = """
SELECT index.relname::text,
       am.amname = 'btree' AND here.indpred IS NULL AND here.indisvalid AND here.indisready,
       ARRAY(SELECT pg_get_indexdef(here.indexrelid, n, true) FROM generate_series(1, here.indnkeyatts) AS n)
FROM pg_index AS here
JOIN pg_class AS index ON index.oid = here.indexrelid
JOIN pg_am AS am ON am.oid = index.relam
WHERE here.indrelid = %s::oid
"""


@dataclass(frozen=True)
class Index:
    """An index of ours: its name, its table, the specification's columns that it is on; whether the fold, and so
    everything, needs it; the columns that follow where we build it, and that an index of the bot's may lack."""

    name: str
    table: str
    columns: tuple[str, ...]
    needed: bool = True
    followed_by: tuple[str, ...] = ()


INDEXES = (
    *(Index(f"hsl_{table}_user_id", table, ("user_id",), followed_by=("id",)) for table in FACTS),
    Index("hsl_bookings_time", "bookings", ("created_at", "id"), needed=False),
    Index(
        "hsl_free_lesson_registrations_time",
        "free_lesson_registrations",
        ("registered_at", "id"),
        needed=False,
    ),
    Index(
        "hsl_free_lesson_registrations_lesson",
        "free_lesson_registrations",
        ("lesson_type", "lesson_date", "registered_at", "id"),
        needed=False,
    ),
    Index("hsl_events_time", "events", ("created_at", "id"), needed=False),
    Index("hsl_events_type_time", "events", ("event_type", "created_at", "id"), needed=False),
)


def build_indexes(conn: Connection) -> None:
    """Build those that are missing and that no valid index of the bot's own stands in for."""
    for index in INDEXES:
        shape = read_shape(conn, index.table)
        if not _served(conn, shape, index) and _owned(conn, shape):
            _build(conn, shape, index)


def refuse_unless_buildable(conn: Connection) -> None:
    """Refuse before anything is changed where the fold would lack an index that only the table's owner can build.

    Raises:
        Refusal: with the statements for the owner.
    """
    needed = [lack for lack in left_to_owners(conn) if lack.needed]
    if needed:
        lines = "\n".join(f"  {line}" for lack in needed for line in lack.fix.splitlines())
        raise Refusal(
            "The role owns not all the tables, so it can't build the indexes it needs; nothing was changed."
            f" Let their owner run:\n{lines}"
        )


_FUNCTIONS = """
SELECT EXISTS (SELECT FROM pg_proc WHERE pronamespace = to_regnamespace('hsl') AND proname = 'clamped')
"""


def left_to_owners(conn: Connection) -> list[Lack]:
    """The missing indexes that the tables' owners alone can build, with what they run: those that the fold needs; and
    those of lists once we have moved in, for they are on functions of ours."""
    moved_in = conn.execute(_FUNCTIONS).fetchone() == (True,)
    found = []
    for index in INDEXES:
        shape = find_shape(conn, index.table)
        if (
            shape
            and (index.needed or moved_in)
            and not _served(conn, shape, index)
            and not _owned(conn, shape)
        ):
            columns = ", ".join(index.columns)
            sentence = f"{index.table} has no index on {columns}, and its owner alone can build one."
            fix = "\n".join(_for_the_owner(conn, shape, index))
            found.append(Lack(sentence, fix, needed=index.needed))
    return found


_OWNER = """
SELECT quote_ident(pg_get_userbyid(relowner)), has_schema_privilege(relowner, to_regnamespace('hsl')::oid, 'USAGE')
FROM pg_class WHERE oid = %s::oid
"""


def _for_the_owner(conn: Connection, shape: Shape, index: Index) -> Iterator[str]:
    if not index.needed:
        owner, sees_functions = conn.execute(_OWNER, [shape.oid]).fetchone() or ("", True)
        if not sees_functions:
            yield f"GRANT USAGE ON SCHEMA hsl TO {owner};  -- this as the role of ours"
    if index.name in _names(conn, shape):
        yield f"DROP INDEX CONCURRENTLY public.{index.name};"
    yield f"{_statement(shape, index, sql.SQL('CONCURRENTLY')).as_string(conn)};"


def _owned(conn: Connection, shape: Shape) -> bool:
    row = conn.execute(
        "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = %s::oid", [shape.oid]
    ).fetchone()
    return bool(row and row[0])


def drop_indexes(conn: Connection) -> None:
    """Take ours away, without holding anybody back. What the table's owner built for us stays with them."""
    for index in INDEXES:
        shape = find_shape(conn, index.table)
        if shape and _owned(conn, shape):
            _drop(conn, shape, index)


def missing_indexes(conn: Connection) -> list[Index]:
    """Those that neither we nor the bot have, or whose building was cut off, and that ``build_indexes`` builds."""
    shapes = [(index, find_shape(conn, index.table)) for index in INDEXES]
    return [
        index for index, shape in shapes if shape and not _served(conn, shape, index) and _owned(conn, shape)
    ]


_OF_LISTS = "coalesce({}, '0001-01-01 00:00:00+00'::timestamptz)"
_TIMES = {"timestamptz", "timestamp", "date"}
_PLAIN = {*_TIMES, "text", "varchar", "bpchar", "int2", "int4", "int8", "numeric"}


def _expression(shape: Shape, column: str) -> str:
    """What stands in the index for a column: a time as the lists order by it, never NULL."""
    expression = column_expression(shape, column, "")
    return _OF_LISTS.format(expression) if column == FACT[shape.table].time else expression


def _buildable(shape: Shape, index: Index) -> bool:
    """Whether the table has the columns, of types whose values read the same for ever (IMMUTABLE): an enum's
    words can be renamed, a time kept as text is read by settings."""
    time = FACT[shape.table].time
    found = {column: shape.columns.get(column, "").partition(":")[0] for column in index.columns}
    if index.needed:
        return all(found.values())
    return all(type_ in (_TIMES if column == time else _PLAIN) for column, type_ in found.items())


def _served(conn: Connection, shape: Shape, index: Index) -> bool:
    if not _buildable(shape, index):
        return True  # nothing there to look up
    plain = all(_expression(shape, column) == column for column in index.columns)
    for name, usable, keys in conn.execute(_OF_A_TABLE, [shape.oid]).fetchall():
        if usable and (name == index.name or (plain and tuple(keys[: len(index.columns)]) == index.columns)):
            return True
    return False


def _build(conn: Connection, shape: Shape, index: Index) -> None:
    what = f"The index {index.name} on {shape.table}"
    if _ours_and_empty(conn, shape):
        plain = _statement(shape, index, sql.SQL("IF NOT EXISTS"))
        patiently(conn, partial(conn.execute, plain), what=what)
        return
    concurrently(
        conn,
        _statement(shape, index, sql.SQL("CONCURRENTLY")),
        table=shape.oid,
        before=partial(_drop, conn, shape, index),
        what=what,
    )


def _statement(shape: Shape, index: Index, how: sql.SQL) -> sql.Composed:
    return sql.SQL("CREATE INDEX {how} {name} ON {table} ({columns})").format(
        how=how,
        name=sql.Identifier(index.name),
        table=sql.Identifier("public", shape.table),
        columns=sql.SQL(", ").join(
            sql.SQL("({})").format(sql.SQL(_expression(shape, column)))
            for column in (*index.columns, *index.followed_by)
            if column in shape.columns
        ),
    )


def _ours_and_empty(conn: Connection, shape: Shape) -> bool:
    row = conn.execute(
        "SELECT pg_relation_size(%s::oid) = 0 AND EXISTS (SELECT FROM hsl.own_tables WHERE name = %s)",
        [shape.oid, shape.table],
    ).fetchone()
    return bool(row and row[0])


def _drop(conn: Connection, shape: Shape, index: Index) -> None:
    """Drop the index, whole or INVALID, where it is; one of that name on another table is none of ours."""
    if index.name in _names(conn, shape):
        concurrently(
            conn,
            sql.SQL("DROP INDEX CONCURRENTLY {}").format(sql.Identifier("public", index.name)),
            table=shape.oid,
            before=lambda: None,
            what=f"The index {index.name} on {shape.table}",
        )


def _names(conn: Connection, shape: Shape) -> list[str]:
    """What the table's indexes are called, whole or INVALID."""
    return [name for name, *_ in conn.execute(_OF_A_TABLE, [shape.oid]).fetchall()]
