"""Paging by key: a page begins after a row, not at a number of rows. So each page of a list costs the same, and what
is written meanwhile shifts nothing."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Generic, LiteralString, NamedTuple, TypeAlias, TypeVar

from django.utils.functional import Promise
from psycopg import sql

PAGE = 50
"""How many rows a page of a list shows."""

LEAST, _LARGEST = -(2**63), 2**63 - 1

Key: TypeAlias = int | str | datetime | date
Kind: TypeAlias = type[int] | type[str] | type[datetime] | type[date]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Cursor:
    """A place in a list: right after the row with these keys, or, ``backwards``, right before it."""

    keys: tuple[Key, ...]
    backwards: bool = False

    def __str__(self) -> str:
        """As an address carries it."""
        plain = [key.isoformat() if isinstance(key, date) else key for key in self.keys]
        return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


@dataclass(frozen=True)
class Order:
    """The order of a list.

    ``columns`` are SQL expressions that are never NULL, each with the type of its values, all in one direction;
    together they tell every row from every other.
    """

    columns: tuple[tuple[LiteralString, Kind], ...]
    descending: bool = False

    def read(self, text: str, *, backwards: bool = False) -> Cursor:
        """The cursor that an address carries. Raises ValueError where it is none of this order's."""
        padded = text + "=" * (-len(text) % 4)
        try:
            plain = json.loads(urlsafe_b64decode(padded.encode("ascii")))
        except RecursionError as error:
            raise ValueError("nested too deep") from error
        if not isinstance(plain, list) or len(plain) != len(self.columns):
            raise ValueError("a cursor of another list")
        keys = [_key(value, kind) for value, (_, kind) in zip(plain, self.columns, strict=True)]
        return Cursor(tuple(keys), backwards)

    def into(self, text: LiteralString, cursor: Cursor | None) -> sql.Composed:
        """``text`` with its ``{after}`` and ``{order}`` filled in: the condition of rows after the cursor (true without
        one), and what ORDER BY says. It takes ``parameters(cursor, limit)``; other braces stand in it doubled."""
        backwards = cursor is not None and cursor.backwards
        descending = self.descending != backwards
        keys = sql.SQL(", ").join(sql.Placeholder(f"key_{n}") for n in range(len(self.columns)))
        expressions = sql.SQL(", ").join(sql.SQL(column) for column, _ in self.columns)
        comparison = sql.SQL("<" if descending else ">")
        after = sql.SQL("({}) {} ({})").format(expressions, comparison, keys) if cursor else sql.SQL("true")
        direction = sql.SQL(" DESC" if descending else "")
        order = sql.SQL(", ").join(sql.SQL(column) + direction for column, _ in self.columns)
        return sql.SQL(text).format(after=after, order=order)

    def parameters(self, cursor: Cursor | None, limit: int) -> dict[str, Key]:
        """What ``into``'s statement takes: the cursor's keys, and ``limit``."""
        keys = cursor.keys if cursor else ()
        return {"limit": limit, **{f"key_{n}": key for n, key in enumerate(keys)}}


@dataclass(frozen=True)
class Sort:
    """A way to sort a list: its name in the address (``-seen``: by ``seen``, the last first), what people call it,
    and the order."""

    name: str
    label: Promise | str
    order: Order


class Page(NamedTuple, Generic[Row]):
    """A page of a list, and the cursors of the pages beside it; None where the list begins or ends."""

    rows: list[Row]
    newer: Cursor | None
    older: Cursor | None


def read_page(
    fetch: Callable[[Cursor | None, int], list[Row]],
    cursor: Cursor | None,
    key: Callable[[Row], tuple[Key, ...]],
    size: int = PAGE,
) -> Page[Row]:
    """The page at ``cursor``, the first without one.

    ``fetch(cursor, limit)`` reads at most ``limit`` rows from a cursor on, in the cursor's direction; ``key`` gives a
    row's keys in the list's order.
    """
    rows = fetch(cursor, size + 1)
    if cursor and cursor.backwards:
        if len(rows) > size:
            rows = rows[size - 1 :: -1]
            return Page(rows, Cursor(key(rows[0]), backwards=True), Cursor(key(rows[-1])))
        cursor, rows = None, fetch(None, size + 1)  # the list begins here: a whole first page
    older = Cursor(key(rows[size - 1])) if len(rows) > size else None
    if cursor is None:
        return Page(rows[:size], None, older)
    newer = key(rows[0]) if rows else cursor.keys
    return Page(rows[:size], Cursor(newer, backwards=True), older)


def _key(value: object, kind: Kind) -> Key:
    if kind in (int, str):
        # bool is an int to Python, and none of a list's keys
        if type(value) is not kind or (isinstance(value, int) and not LEAST <= value <= _LARGEST):
            raise ValueError("a cursor of another list")
        if isinstance(value, str) and ("\0" in value or any("\ud800" <= c <= "\udfff" for c in value)):
            raise ValueError("no text")
        return value
    if not isinstance(value, str):
        raise ValueError("a cursor of another list")  # noqa: TRY004 - a bad address, not a programmer's slip
    if kind is date:
        return date.fromisoformat(value)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    try:
        return moment.astimezone(UTC)  # PostgreSQL knows no offset of 16 hours
    except OverflowError as error:
        raise ValueError("no time that Python can hold") from error
