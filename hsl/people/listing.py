"""Pages of people by any filter, in any order, and how many there are, at a million people too.

A page is found in one of two ways. Where a condition leaves few people, all of them are taken, tried and sorted; the
count comes with them. Else people who fit come thick in the order's own index, and the walk along it ends when the
page is full; the count is then a sum, or asked for apart (``count``). The planner, left alone, takes the wrong way by
seconds, so the way is chosen here, and each is one statement that leaves no choice. Where neither is quick (broad
conditions that few people meet together), everybody is tried: ``whole``, half a second at a million people.
"""

from array import array
from collections.abc import Mapping
from datetime import datetime
from math import prod
from typing import Any, NamedTuple

from django.db import connection, transaction

from hsl.people.conditions import MANY, Asked, Condition, asked, sum_of
from hsl.people.cursors import Order
from hsl.people.filters import PeopleFilter
from hsl.people.rows import Member
from hsl.people.shelf import unpacked
from hsl.school.sqlfile import read_sql
from hsl.ui.keyset import Cursor

# Microseconds: passing a person in an order's index, taking one by their id.
_PASSING, _TAKING = 1, 3
# A walk goes on for some times as many people as it would need if those who fit were spread evenly, or for half of what
# taking would cost, and never for longer than this.
_PATIENCE = 4
_LONGEST_WALK = 60_000
_LONGEST_TAKING = 90_000

_LEAVE_NO_CHOICE = """SET LOCAL jit = off; SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off"""
_LEAVE_THE_CHOICE = """SET LOCAL jit = off; SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on;
SET LOCAL enable_mergejoin = on"""

_ORDERED = {
    "last_seen": ("user_activity", "a", "a.last_seen"),
    "first_seen": ("user_activity", "a", "a.first_seen"),
    "name": ("user_cache", "c", 'c.sort_name COLLATE "C"'),
}
_OTHER = {
    "a": ("CROSS JOIN LATERAL (SELECT * FROM user_cache AS one WHERE one.user_id = a.user_id LIMIT 1) AS c"),
    "c": (
        "CROSS JOIN LATERAL (SELECT * FROM user_activity AS one WHERE one.user_id = c.user_id LIMIT 1) AS a"
    ),
}
_EVERYBODY = {
    ("a", False): "user_activity AS a",
    ("c", False): "user_cache AS c",
    ("a", True): "user_activity AS a JOIN user_cache AS c USING (user_id)",
    ("c", True): "user_cache AS c JOIN user_activity AS a USING (user_id)",
}
_TAKEN = """({ids}) AS taken (user_id)
CROSS JOIN LATERAL (SELECT * FROM {table} AS one WHERE one.user_id = taken.user_id LIMIT 1) AS {own}"""
_TOTALS = "SELECT name, n FROM totals_now"


class Found(NamedTuple):
    """People of a list, from a cursor on: each with their key in the order. ``total``: how many there are in all; None
    where counting takes longer than finding these."""

    people: list[tuple[Member, datetime | str]]
    total: int | None


def find(wanted: PeopleFilter, order: Order, cursor: Cursor | None = None, *, limit: int) -> Found:
    """The first ``limit`` of the people ``wanted``, from ``cursor`` on."""
    with transaction.atomic(savepoint=False):
        search, totals = _search(wanted, order, cursor, limit)
        return _with_total(search.quickly() or search.everybody(), wanted, search.asked, totals)


def find_quickly(
    wanted: PeopleFilter, order: Order, cursor: Cursor | None = None, *, limit: int
) -> Found | None:
    """As ``find``; None where it takes longer than a blink."""
    with transaction.atomic(savepoint=False):
        search, totals = _search(wanted, order, cursor, limit)
        found = search.quickly()
        return found and _with_total(found, wanted, search.asked, totals)


def _search(
    wanted: PeopleFilter, order: Order, cursor: Cursor | None, limit: int
) -> "tuple[_Search, dict[str, int]]":
    totals = sums()
    return _Search(asked(wanted, totals), totals.get("people", 0), order, cursor, limit), totals


def _with_total(found: Found, wanted: PeopleFilter, what: Asked, totals: Mapping[str, int]) -> Found:
    if found.total is not None:
        return found
    return Found(found.people, sum_of(wanted, what, totals))


def count(wanted: PeopleFilter) -> int:
    """How many people are ``wanted``, exactly."""
    with transaction.atomic(savepoint=False):
        totals = sums()
        what = asked(wanted, totals)
        known = sum_of(wanted, what, totals)
        return known if known is not None else _Search(what, totals.get("people", 0)).count()


def ids(wanted: PeopleFilter, order: Order = Order.LAST_SEEN_DESCENDING) -> "array[int]":
    """The ids of all people ``wanted``, in order: eight bytes each, at a million people in a second."""
    with transaction.atomic(savepoint=False):
        search, _totals = _search(wanted, order, None, 0)
        return search.ids()


def sums() -> dict[str, int]:
    """The sums of people by name: people, status:…, stream:…, stage:…."""
    return {name: int(n) for name, n in _select(_TOTALS, {})}


class _Search:
    """One search for a page: what is asked, in which order, from where on."""

    def __init__(
        self,
        what: Asked,
        everybody: int,
        order: Order = Order.LAST_SEEN,
        cursor: Cursor | None = None,
        limit: int = 0,
    ) -> None:
        self.asked, self.all, self.limit = what, everybody, limit
        self.table, self.own, self.key = _ORDERED[order.by]
        self.values = {**what.values, "limit": limit}
        self.cursor, self.descends = cursor, order.descends
        if cursor is not None:
            self.values["key"], self.values["user_id"] = cursor.keys
            self.descends = order.descends != cursor.backwards

    def quickly(self) -> Found | None:
        """By the way that is likely the shorter, then by the other; None where both are long."""
        _run(_LEAVE_NO_CHOICE)
        driver = self._driver()
        taking = 2**40 if driver is None else driver.cost * (_TAKING + self._trying(driver))
        step = _PASSING + sum(one.trying for one in self.asked.conditions if not self._hashed(one))
        evenly = step * self.limit / self._share()
        if evenly < min(taking, 2 * _LONGEST_WALK):
            patience = min(_LONGEST_WALK, max(_PATIENCE * evenly, taking / 2))
            found = self._walk(max(int(patience / step), self.limit))
            if found is not None:
                return found
        return self._take(driver) if driver is not None and taking <= _LONGEST_TAKING else None

    def everybody(self) -> Found:
        """By trying everybody."""
        _run(_LEAVE_THE_CHOICE)
        return self._take(None)

    def count(self) -> int:
        """How many fit."""
        driver = self._small_driver()
        _run(_LEAVE_THE_CHOICE if driver is None else _LEAVE_NO_CHOICE)
        own = "a" if any(one.reads_activity for one in self.asked.conditions) else "c"
        sql = self._sql("list_counted", self._tried(driver), own=own, people=self._people(own, driver))
        return int(_select(sql, self.values)[0][0])

    def ids(self) -> "array[int]":
        """Of all who fit, in order."""
        driver = self._small_driver()
        _run(_LEAVE_THE_CHOICE if driver is None else _LEAVE_NO_CHOICE)
        people = self._people(self.own, driver)
        sql = self._sql("list_ids", self._tried(driver), own=self.own, key=self.key, people=people)
        return unpacked("q", _select(sql, self.values)[0][0] or b"")

    def _small_driver(self) -> Condition | None:
        driver = self._driver()
        return None if driver is None or driver.cost > MANY else driver

    def _driver(self) -> Condition | None:
        """The condition that leaves the fewest people to be taken."""
        return min((one for one in self.asked.conditions if one.ids), key=lambda one: one.cost, default=None)

    def _trying(self, driver: Condition) -> int:
        """What it costs to try a person who was taken."""
        return sum(one.trying for one in self.asked.conditions if one is not driver)

    def _share(self) -> float:
        """Which share of all people fits, as far as sizes tell: as if conditions had nothing to do with each other."""
        shares = (0.5 if one.size is None else one.size / max(self.all, 1) for one in self.asked.conditions)
        return max(prod(shares), 1 / max(self.all, 1))

    def _walk(self, walk: int) -> Found | None:
        """The page, where walking past so many people fills it or comes to the end."""
        self.values["walk"] = walk
        within = [one for one in self.asked.conditions if self.key in one.holds]
        parts = {
            "table": self.table,
            "within": " AND ".join(one.holds for one in within) or "true",
            "beyond": self._beyond(self.key, f"{self.own}.user_id"),
            "key": self.key,
        }
        other = _OTHER[self.own] if self._needs_other(self.own) else ""
        tried = [self._hash(one) if self._hashed(one) else one.holds for one in self.asked.conditions]
        sql = self._sql("list_walked", tried, own=self.own, other=other, **parts)
        found = self._found(sql)
        return None if len(found.people) < self.limit and self._left(parts) >= walk else found

    def _left(self, parts: Mapping[str, str]) -> int:
        return int(_select(self._sql("list_left", [], own=self.own, **parts), self.values)[0][0])

    def _take(self, driver: Condition | None) -> Found:
        people, beyond = self._people(self.own, driver), self._beyond("key", "user_id")
        sql = self._sql(
            "list_taken", self._tried(driver), own=self.own, key=self.key, people=people, beyond=beyond
        )
        return self._found(sql)

    def _people(self, own: str, driver: Condition | None) -> str:
        """The people to be tried, with the rows that conditions read."""
        needs_other = self._needs_other(own)
        if driver is None:
            return _EVERYBODY[own, needs_other]
        table = {"a": "user_activity", "c": "user_cache"}[own]
        taken = _TAKEN.format(ids=driver.ids, table=table, own=own)
        return f"{taken} {_OTHER[own]}" if needs_other else taken

    def _needs_other(self, own: str) -> bool:
        other = "reads_card" if own == "a" else "reads_activity"
        return any(getattr(one, other) for one in self.asked.conditions)

    def _beyond(self, key: str, user_id: str) -> str:
        if self.cursor is None:
            return "true"
        return f"({key}, {user_id}) {'<' if self.descends else '>'} (%(key)s, %(user_id)s)"

    def _hashed(self, one: Condition) -> bool:
        """Whether who fits is so few that a walk looks them up in a hash of all of them."""
        return one.ids is not None and one.cost <= MANY

    def _hash(self, one: Condition) -> str:
        return f"(who.user_id IN ({one.ids})) IS TRUE"

    def _tried(self, driver: Condition | None) -> list[str]:
        return [one.holds for one in self.asked.conditions if one is not driver or one.loose]

    def _sql(self, name: str, tried: list[str], *, own: str, **parts: str) -> str:
        holds = " AND ".join(f"({holds})" for holds in tried) or "true"
        return read_sql(__file__, f"sql/{name}.sql").format(
            own=own,
            holds=holds.replace("who.", f"{own}."),
            direction="DESC" if self.descends else "ASC",
            **parts,
        )

    def _found(self, sql: str) -> Found:
        rows = _select(sql, self.values)
        total = int(rows[0][0]) if rows and rows[0][0] is not None else None
        return Found([(Member(*row[2:]), row[1]) for row in rows if row[2] is not None], total)


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _select(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
