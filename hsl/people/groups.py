"""Pages of groups of people: everybody, people without payment, the members of a stream.

A page is found in one of two ways. A small group is taken whole and sorted. In a large one its people come thick in
the order's own index, and the walk along it ends when the page is full. The planner, left alone, takes the wrong one
by seconds, so the way is chosen here, by the group's size, and each is one statement that leaves no choice.
"""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import connection, transaction

from hsl.people.rows import Member, Page
from hsl.school.models import CourseStream
from hsl.school.sqlfile import read_sql

ALL = "all"
NON_COURSE_USERS = "non_course_users"
MOST = 200

# Taking a person of a group and sorting costs about twice what passing one in the order's index does.
_TAKING = 2
# A walk goes on for some times as many people as it would need if the group were spread evenly, or for as many as a
# share of the group, then gives up. By name it is worth more: the nameless stand together there and book seldom, and
# taking the group reads wider rows. By time it is worth less: all of an old stream may have been seen long ago.
_PATIENCE = 4
_SHARE = {"last_seen": 8, "first_seen": 8, "name": 1}
_EVERYBODY = 2**31

_TOTALS = "SELECT name, n FROM totals_now WHERE name IN ('people', 'status:student') OR name LIKE 'stream:%%'"


class BadCursorError(ValueError):
    """The cursor is none of ours, or belongs to another group or order."""


class UnknownGroupError(LookupError):
    """No group has this name. ``names``: those that there are."""

    def __init__(self, group: str, names: list[str]) -> None:
        super().__init__(group)
        self.names = names


class Order(StrEnum):
    """The order of a page; "-" means the latest or the last name first."""

    LAST_SEEN = "last_seen"
    LAST_SEEN_DESCENDING = "-last_seen"
    FIRST_SEEN = "first_seen"
    FIRST_SEEN_DESCENDING = "-first_seen"
    NAME = "name"
    NAME_DESCENDING = "-name"


@dataclass(frozen=True)
class _Place:
    """Where a page ends: the last person's key in the order, and their id."""

    key: datetime | str
    user_id: int


_ORDERED = {
    "last_seen": ("user_activity", "last_seen"),
    "first_seen": ("user_activity", "first_seen"),
    "name": ("user_cache", 'sort_name COLLATE "C"'),
}
_GROUP = {
    NON_COURSE_USERS: "SELECT user_id FROM user_cache WHERE status IN ('lead', 'pending', 'former')",
    "stream": "SELECT user_id FROM memberships WHERE key(course_stream) = key(%(stream)s) AND status = 2",
}
_BELONGING = {
    ALL: "",
    NON_COURSE_USERS: """CROSS JOIN LATERAL (
        SELECT FROM user_cache c WHERE c.user_id = o.user_id AND c.status <> 'student' LIMIT 1) AS belonging""",
    "stream": """CROSS JOIN LATERAL (
        SELECT FROM memberships m
        WHERE m.user_id = o.user_id AND key(m.course_stream) = key(%(stream)s) AND m.status = 2
        LIMIT 1) AS belonging""",
}


def page(
    group: str, order: Order = Order.LAST_SEEN_DESCENDING, *, cursor: str | None = None, limit: int = 50
) -> Page:
    """A page of at most ``limit`` (1 to 200) people of ``group``: "all", "non_course_users" or a stream.

    ``cursor`` is the ``next_cursor`` of the page before. Raises UnknownGroupError, BadCursorError.
    """
    sizes = _sizes(group)
    place = _place(cursor, group, order) if cursor is not None else None
    limit = min(max(limit, 1), MOST)
    # One more than asked for tells whether there is a next page.
    people, keys = _members(_ids(group, order, place, limit + 1, sizes), order)
    if len(people) <= limit:
        return Page(people, sizes[0], None)
    next_cursor = _cursor(group, order, keys[limit - 1], people[limit - 1].user_id)
    return Page(people[:limit], sizes[0], next_cursor)


def groups() -> list[tuple[str, int]]:
    """Each group with its number of people: everybody, people without payment, the listed streams and any other that
    has members."""
    totals = {name: int(n) for name, n in _select(_TOTALS, {})}
    listed = list(
        CourseStream.objects.values_list("course_stream", flat=True).distinct().order_by("course_stream")
    )
    others = [name.removeprefix("stream:") for name, n in totals.items() if name.startswith("stream:") and n]
    return [
        (ALL, totals.get("people", 0)),
        (NON_COURSE_USERS, totals.get("people", 0) - totals.get("status:student", 0)),
        *((stream, totals.get(f"stream:{stream}", 0)) for stream in listed + sorted({*others} - {*listed})),
    ]


def _sizes(group: str) -> tuple[int, int]:
    """How many people are in the group and in all. Raises UnknownGroupError for a name that no group has."""
    counted = dict(groups())
    if group not in counted:
        raise UnknownGroupError(group, list(counted))
    return counted[group], counted[ALL]


def _ids(group: str, order: Order, place: _Place | None, limit: int, sizes: tuple[int, int]) -> list[int]:
    arguments = {
        "stream": group,
        "limit": limit,
        "walk": _EVERYBODY,
        "key": place and place.key,
        "user_id": place and place.user_id,
    }
    if group == ALL:
        return _found("group_walk", group, order, place, arguments)
    total, everybody = sizes
    evenly = limit * everybody // max(total, 1)
    if total * _TAKING > evenly:
        arguments["walk"] = max(evenly * _PATIENCE, total // _SHARE[order.removeprefix("-")])
        ids = _found("group_walk", group, order, place, arguments)
        if len(ids) == limit:
            return ids
    with transaction.atomic():
        # A stream's members lie in an index by their stream's key; read from the start, each row's key is computed.
        _run("SET LOCAL enable_seqscan = off")
        return _found("group_first", group, order, place, arguments)


def _found(way: str, group: str, order: Order, place: _Place | None, arguments: dict[str, Any]) -> list[int]:
    ordered, key = _ORDERED[order.removeprefix("-")]
    kind = group if group in _BELONGING else "stream"
    descending = order.startswith("-")
    statement = read_sql(__file__, f"sql/{way}.sql").format(
        ordered=ordered,
        key=key,
        direction="DESC" if descending else "ASC",
        beyond="true"
        if place is None
        else f"({key}, user_id) {'<' if descending else '>'} (%(key)s, %(user_id)s)",
        group=_GROUP.get(kind, ""),
        belonging=_BELONGING[kind],
    )
    return [user_id for (user_id,) in _select(statement, arguments)]


def _members(ids: list[int], order: Order) -> tuple[list[Member], list[datetime | str]]:
    rows = _select(read_sql(__file__, "sql/group_members.sql"), {"ids": ids})
    at = {"first_seen": 10, "last_seen": 11, "name": 12}[order.removeprefix("-")]
    return [Member(*row[:10]) for row in rows], [row[at] for row in rows]


def _cursor(group: str, order: Order, key: datetime | str, user_id: int) -> str:
    text = key.isoformat() if isinstance(key, datetime) else key
    packed = json.dumps([group, order, text, user_id], ensure_ascii=False)
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def _place(cursor: str, group: str, order: Order) -> _Place:
    """What ``cursor`` says. Raises BadCursorError where it says nothing about this group in this order."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        of_group, of_order, key, user_id = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        known = isinstance(key, str) and "\0" not in key and type(user_id) is int and abs(user_id) < 2**63
        if not known or (of_group, of_order) != (group, order):
            raise BadCursorError(cursor)
        if order.removeprefix("-") == "name":
            key.encode()
            return _Place(key, user_id)
        seen = datetime.fromisoformat(key)
        if seen.tzinfo is None:
            raise BadCursorError(cursor)
        return _Place(seen, user_id)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadCursorError(cursor) from error


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _select(sql: str, arguments: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return list(cursor.fetchall())
