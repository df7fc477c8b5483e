"""Pages of people by any filter, in any order, and how many there are, at a million people too.

A page is found in one of two ways. Where a condition leaves few people, all of them are taken, tried and sorted; the
count comes with them. Else people who fit come thick in the order's own index, and the walk along it ends when the
page is full; the count is then a sum, or asked for apart (``count``). Members of a stream stand in an index of theirs
for each order. The planner, left alone, takes the wrong way by seconds, so the way is chosen here, and each is one
statement that leaves no choice. Where none is quick (broad conditions that few people meet together), everybody is
tried, half a second at a million people.
"""

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import prod
from typing import NamedTuple

from django.db import transaction

from hsl.people.condition import MANY, Condition
from hsl.people.conditions import Asked, asked, sum_of
from hsl.people.cursors import Order
from hsl.people.filters import PeopleFilter
from hsl.people.rows import Member
from hsl.people.shelf import unpacked
from hsl.school.selecting import select, value
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

_OWN = {"last_seen": "a", "first_seen": "a", "name": "c"}
_KEY = {"last_seen": "last_seen", "first_seen": "first_seen", "name": 'sort_name COLLATE "C"'}
_TABLE = {"a": "user_activity", "c": "user_cache"}
_ROW = "CROSS JOIN LATERAL (SELECT * FROM {table} AS one WHERE one.user_id = {of}.user_id LIMIT 1) AS {row}"
_ACTIVITY_BY_ID = "SELECT * FROM user_activity AS one WHERE one.user_id = page.user_id LIMIT 1"
_ACTIVITY_BY_KEY = """SELECT * FROM user_activity AS one WHERE (one.{column}, one.user_id) >= (page.key, page.user_id)
AND (one.{column}, one.user_id) <= (page.key, page.user_id) LIMIT 1"""
_COUNTS = ("bookings", "registrations", "events", "first_seen", "last_seen")
_EVERYBODY = {
    ("a", False): "user_activity AS a",
    ("c", False): "user_cache AS c",
    ("a", True): "user_activity AS a JOIN user_cache AS c USING (user_id)",
    ("c", True): "user_cache AS c JOIN user_activity AS a USING (user_id)",
}
_TOTALS = "SELECT name, n FROM totals_now"


class Found(NamedTuple):
    """People of a list, from a cursor on: each with their key in the order. ``total``: how many there are in all; None
    where counting takes longer than finding these."""

    people: list[tuple[Member, datetime | str]]
    total: int | None


def find(
    wanted: PeopleFilter,
    order: Order,
    cursor: Cursor | None = None,
    *,
    limit: int,
    totals: Mapping[str, int] | None = None,
) -> Found:
    """The first ``limit`` of the people ``wanted``, from ``cursor`` on. ``totals``: the ``sums``, where they are at
    hand."""
    with transaction.atomic(savepoint=False):
        search, totals = _search(wanted, order, cursor, limit, totals)
        return _with_total(search.quickly() or search.everybody(), wanted, search.asked, totals)


def find_quickly(
    wanted: PeopleFilter,
    order: Order,
    cursor: Cursor | None = None,
    *,
    limit: int,
    totals: Mapping[str, int] | None = None,
) -> Found | None:
    """As ``find``; None where it takes longer than a blink."""
    with transaction.atomic(savepoint=False):
        search, totals = _search(wanted, order, cursor, limit, totals)
        found = search.quickly()
        return found and _with_total(found, wanted, search.asked, totals)


def _search(
    wanted: PeopleFilter, order: Order, cursor: Cursor | None, limit: int, totals: Mapping[str, int] | None
) -> "tuple[_Search, Mapping[str, int]]":
    totals = sums() if totals is None else totals
    return _Search(asked(wanted, totals), totals.get("people", 0), order, cursor, limit), totals


def _with_total(found: Found, wanted: PeopleFilter, what: Asked, totals: Mapping[str, int]) -> Found:
    if found.total is not None:
        return found
    return Found(found.people, sum_of(wanted, what, totals))


def count(wanted: PeopleFilter, totals: Mapping[str, int] | None = None) -> int:
    """How many people are ``wanted``, exactly. ``totals``: the ``sums``, where they are at hand."""
    with transaction.atomic(savepoint=False):
        totals = sums() if totals is None else totals
        what = asked(wanted, totals)
        known = sum_of(wanted, what, totals)
        return known if known is not None else _Search(what, totals.get("people", 0)).count()


def ids(wanted: PeopleFilter, order: Order = Order.LAST_SEEN_DESCENDING) -> "array[int]":
    """The ids of all people ``wanted``, in order: eight bytes each, at a million people in a second."""
    with transaction.atomic(savepoint=False):
        search, _totals = _search(wanted, order, None, 0, None)
        return search.ids()


def sums() -> dict[str, int]:
    """The sums of people by name: people, status:…, stream:…, stage:…."""
    return {name: int(n) for name, n in select(_TOTALS, {})}


@dataclass(frozen=True)
class _Walk:
    """A way along an index of the order: everybody's, or that of one stream's members (``own`` is then "g").

    ``selected``: what is read of the index's rows; ``within``: what holds of all of these; ``tried``: the conditions by
    which each is tried.
    """

    table: str
    own: str
    key: str
    selected: str
    within: list[str]
    tried: list[Condition]

    @property
    def step(self) -> int:
        """Microseconds a person."""
        return _PASSING + sum(one.trying for one in self.tried if not one.hashed)

    def evenly(self, everybody: int) -> float:
        """Microseconds a person who fits, as far as sizes tell: were they spread evenly, and the conditions had nothing
        to do with each other."""
        shares = (0.5 if one.size is None else one.size / max(everybody, 1) for one in self.tried)
        return self.step / max(prod(shares), 1 / max(everybody, 1))


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
        self.choice = _LEAVE_NO_CHOICE
        self.own, self.column = _OWN[order.by], _KEY[order.by]
        self.key = f"{self.own}.{self.column}"
        self.values = {**what.values, "limit": limit}
        self.cursor, self.descends = cursor, order.descends
        if cursor is not None:
            self.values["key"], self.values["user_id"] = cursor.keys
            self.descends = order.descends != cursor.backwards

    def quickly(self) -> Found | None:
        """By the way that is likely the shorter, then by the other; None where both are long."""
        driver = self._driver()
        taking = 2**40 if driver is None else driver.cost * (_TAKING + self._trying(driver))
        walk = min(self._walks(), key=lambda one: one.evenly(self.all))
        evenly = walk.evenly(self.all) * self.limit
        if evenly < min(taking, 2 * _LONGEST_WALK):
            patience = min(_LONGEST_WALK, max(_PATIENCE * evenly, taking / 2))
            found = self._walked(walk, max(int(patience / walk.step), self.limit))
            if found is not None:
                return found
        return self._take(driver) if driver is not None and taking <= _LONGEST_TAKING else None

    def _walks(self) -> Iterator[_Walk]:
        conditions = self.asked.conditions
        within = [one.holds for one in conditions if self.key in one.holds]
        yield _Walk(_TABLE[self.own], self.own, self.key, f"{self.own}.*", within, conditions)
        for group in conditions:
            if group.members is not None:  # DISTINCT: somebody may be a member by two courses
                rest = [one for one in conditions if one is not group]
                yield _Walk(
                    "memberships", "g", f"g.{self.column}", "DISTINCT g.user_id", [group.members], rest
                )

    def everybody(self) -> Found:
        """By trying everybody."""
        self.choice = _LEAVE_THE_CHOICE
        return self._take(None)

    def count(self) -> int:
        """How many fit."""
        driver = self._small_driver()
        self.choice = _LEAVE_THE_CHOICE if driver is None else _LEAVE_NO_CHOICE
        own = "a" if any(one.reads_activity for one in self.asked.conditions) else "c"
        sql = self._sql("list_counted", self._tried(driver), own=own, people=self._people(own, driver))
        return int(value(sql, self.values))

    def ids(self) -> "array[int]":
        """Of all who fit, in order."""
        driver = self._small_driver()
        self.choice = _LEAVE_THE_CHOICE if driver is None else _LEAVE_NO_CHOICE
        people = self._people(self.own, driver)
        sql = self._sql("list_ids", self._tried(driver), own=self.own, key=self.key, people=people)
        return unpacked("q", value(sql, self.values) or b"")

    def _small_driver(self) -> Condition | None:
        driver = self._driver()
        return None if driver is None or driver.cost > MANY else driver

    def _driver(self) -> Condition | None:
        """The condition that leaves the fewest people to be taken."""
        return min((one for one in self.asked.conditions if one.ids), key=lambda one: one.cost, default=None)

    def _trying(self, driver: Condition) -> int:
        """What it costs to try a person who was taken."""
        return sum(one.trying for one in self.asked.conditions if one is not driver)

    def _walked(self, walk: _Walk, most: int) -> Found | None:
        """The page, where walking past so many people fills it or comes to the end."""
        self.values["walk"] = most
        parts = {
            "table": walk.table,
            "within": " AND ".join(walk.within) or "true",
            "beyond": self._beyond(walk.key, f"{walk.own}.user_id"),
            "key": walk.key,
            **self._activity(walk),
        }
        rows = "".join(self._rows(walk.own, walk.tried))
        tried = [self._hash(one) if one.hashed else one.holds for one in walk.tried]
        sql = self._sql("list_walked", tried, own=walk.own, selected=walk.selected, rows=rows, **parts)
        found = self._found(sql)
        return None if len(found.people) < self.limit and self._left(walk, parts) >= most else found

    def _activity(self, walk: _Walk) -> dict[str, str]:
        """Where a page's rows of user_activity come from: those of the walk itself, where it is along that table; else
        by the order's own key where that is theirs. Found by user_id they would cost a look at each dead version of the
        busy, while an old snapshot is open."""
        if walk.own != "a":
            found = _ACTIVITY_BY_KEY if self.own == "a" else _ACTIVITY_BY_ID
            return {"carried": "", "activity": found.format(column=self.column)}
        return {
            "carried": "".join(f", a.{column}" for column in _COUNTS),
            "activity": "SELECT " + ", ".join(f"page.{column}" for column in _COUNTS),
        }

    def _left(self, walk: _Walk, parts: Mapping[str, str]) -> int:
        return int(value(self._sql("list_left", [], own=walk.own, **parts), self.values))

    def _take(self, driver: Condition | None) -> Found:
        people, beyond = self._people(self.own, driver), self._beyond("key", "user_id")
        sql = self._sql(
            "list_taken", self._tried(driver), own=self.own, key=self.key, people=people, beyond=beyond
        )
        return self._found(sql)

    def _people(self, own: str, driver: Condition | None) -> str:
        """The people to be tried, with the rows that conditions read."""
        rows = list(self._rows(own, self.asked.conditions))
        if driver is None:
            return _EVERYBODY[own, bool(rows)]
        taken = f"({driver.ids}) AS taken (user_id)"
        return " ".join([taken, _ROW.format(table=_TABLE[own], of="taken", row=own), *rows])

    def _rows(self, own: str, tried: list[Condition]) -> Iterator[str]:
        """Joins to the rows that these conditions read beside the one at hand."""
        if own != "c" and any(one.reads_card for one in tried):
            yield _ROW.format(table="user_cache", of=own, row="c")
        if own != "a" and any(one.reads_activity for one in tried):
            yield _ROW.format(table="user_activity", of=own, row="a")

    def _beyond(self, key: str, user_id: str) -> str:
        if self.cursor is None:
            return "true"
        return f"({key}, {user_id}) {'<' if self.descends else '>'} (%(key)s, %(user_id)s)"

    def _hash(self, one: Condition) -> str:
        return f"(who.user_id IN ({one.ids})) IS TRUE"

    def _tried(self, driver: Condition | None) -> list[str]:
        return [one.holds for one in self.asked.conditions if one is not driver or one.loose]

    def _sql(self, name: str, tried: list[str], *, own: str, **parts: str) -> str:
        holds = " AND ".join(f"({holds})" for holds in tried) or "true"
        sql = read_sql(__file__, f"sql/{name}.sql").format(
            own=own,
            holds=holds.replace("who.", f"{own}."),
            direction="DESC" if self.descends else "ASC",
            **parts,
        )
        return f"{self.choice};\n{sql}"

    def _found(self, sql: str) -> Found:
        rows = select(sql, self.values)
        total = int(rows[0][0]) if rows and rows[0][0] is not None else None
        return Found([(Member(*row[2:]), row[1]) for row in rows if row[2] is not None], total)
