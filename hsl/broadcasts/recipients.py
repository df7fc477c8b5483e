"""The recipients of a message as a list, by the order in which they were written: whatever the audience, a page costs
the same."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString, NamedTuple

from hsl.broadcasts.queries import Counts
from hsl.people import listing
from hsl.people.filters import PeopleFilter
from hsl.school.selecting import select, value
from hsl.school.sqlfile import read_sql
from hsl.ui.keyset import Cursor, Order, Page, read_page

ORDER = Order((("r.id", int),))
FEW = 20_000
"""So many are taken at once, and sorted."""
STATES = {
    "sent": ["sent"],
    "failed": ["failed"],
    "unknown": ["unknown"],
    "deleted": ["deleted"],
    "left": ["pending", "sending"],
    "pending": ["pending"],
    "sending": ["sending"],
}
"""What is asked for, as ``delivery_status`` says it; pages speak of those left, the API of either."""
EXPORTED_AT_ONCE = 1000

_SHOWN = read_sql(__file__, "sql/recipients.sql")
_OF_PEOPLE = read_sql(__file__, "sql/recipients_of_people.sql")
_OF_ACT = read_sql(__file__, "sql/recipients_of_act.sql")
_IN_STATE = """
SELECT coalesce(sum(c.people), 0) FROM act_counts c JOIN message_acts a ON a.id = c.act_id
WHERE c.act_id = %(act)s AND a.message_id = %(message)s AND (%(state)s::text IS NULL OR c.state = %(state)s)
  AND (%(act_reason)s::text IS NULL OR c.reason = %(act_reason)s)
"""
"""How many, of all recipients of an edit or a recall: only why it was refused is counted apart."""
_PLACE = "SELECT first_recipient, last_recipient, mark FROM broadcasts WHERE message_id = %s"
_CLICKED = """
SELECT DISTINCT c.user_id FROM clicks c JOIN links l ON l.id = c.link_id
WHERE l.message_id = %(message)s AND (%(link)s::bigint IS NULL OR l.id = %(link)s)
"""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which recipients; None (and no text): any. ``status`` and ``reason``: of the delivery. ``clicked``: who followed
    the link, 0 for any link. ``act``, ``state`` and ``act_reason``: of an edit or a recall."""

    status: str | None = None
    reason: str | None = None
    q: str = ""
    clicked: int | None = None
    act: int | None = None
    state: str | None = None
    act_reason: str | None = None


class Recipient(NamedTuple):
    """Somebody whom a message is for, with the name of today. ``status`` is ``delivery_status``; ``at``: when it was
    told what became of it; ``known``: whether facts still tell of them."""

    id: int
    user_id: int
    username: str | None
    first_name: str | None
    status: str
    reason: str
    words: str
    at: datetime | None
    telegram_message_id: int | None
    not_before: datetime | None
    known: bool


class Recipients:
    """The recipients of one message that are asked for. ``ours``: it is our message; ``counts``: its counts."""

    def __init__(self, message_id: int, asked: Asked, counts: Counts, *, ours: bool) -> None:
        self.message_id, self.asked, self.counts, self.ours = message_id, asked, counts, ours
        self._people = self._asked_people()
        self._values: dict[str, Any] = {
            "message": message_id,
            "states": STATES.get(asked.status or ""),
            "reason": asked.reason,
            "people": self._people,
            "act": asked.act,
            "state": asked.state,
            "act_reason": asked.act_reason,
        }

    def count(self) -> int:
        """How many they are, exactly."""
        if self.asked.act is not None:
            counted = f"SELECT count(*) {_OF_ACT}" if self._is_narrower_than_the_act() else _IN_STATE
            return int(value(counted, self._values))
        if self._people is not None:
            return int(value(f"SELECT count(*) {_OF_PEOPLE}", self._values))
        if self.asked.reason is not None:
            reasons = self.counts.reasons.get(self.asked.status or "", {})
            return reasons.get(self.asked.reason, 0)
        return self.counts.of(self.asked.status or "")

    def _is_narrower_than_the_act(self) -> bool:
        asked = self.asked
        return (
            self._people is not None
            or asked.status is not None
            or (asked.act_reason is not None and asked.state != "refused")
        )

    def page(self, cursor: Cursor | None) -> Page[Recipient]:
        """The page at ``cursor``."""
        return read_page(self._read, cursor, lambda recipient: (recipient.id,))

    def all(self) -> Iterator[Recipient]:
        """All of them, a statement for each thousand."""
        cursor = None
        while found := self._read(cursor, EXPORTED_AT_ONCE):
            yield from found
            cursor = Cursor((found[-1].id,))

    def read(self, after: int | None, limit: int) -> list[Recipient]:
        """The first ``limit`` of those whose row comes after ``after``."""
        return self._read(None if after is None else Cursor((after,)), limit)

    def _read(self, cursor: Cursor | None, limit: int) -> list[Recipient]:
        text, values = self._statement()
        values |= ORDER.parameters(cursor, limit)
        ids = [row[0] for row in select(ORDER.into(text, cursor), values)]
        return [Recipient(*row) for row in select(_SHOWN, {"ids": ids})] if ids else []

    def _statement(self) -> tuple[LiteralString, dict[str, Any]]:
        """The way to them that reads least."""
        asked = self.asked
        if asked.act is not None:
            return _page_of(_OF_ACT), {**self._values}
        if self._people is not None:
            return _page_of(_OF_PEOPLE), {**self._values}
        reasons = self._reasons()
        if reasons is not None:
            return _sql("by_reason"), {**self._values, "reasons": reasons, "state": asked.status}
        first, last, mark = self._place()
        place = {"first": first, "last": last, "mark": max(mark, first - 1)}
        if not last or (asked.status and self.counts.of(asked.status) <= FEW):
            return _sql("taken"), {**self._values}
        return _sql("left" if asked.status in ("left", "pending") else "walked"), {**self._values, **place}

    def _reasons(self) -> list[str] | None:
        """The reasons of what is asked for, where each recipient has one."""
        if not self.ours or self.asked.status not in ("failed", "unknown"):
            return None
        if self.asked.reason is not None:
            return [self.asked.reason]
        known = list(self.counts.reasons[self.asked.status])
        return None if "" in known else known

    def _place(self) -> tuple[int, int, int]:
        found = select(_PLACE, [self.message_id])
        return found[0] if found else (0, 0, 0)

    def _asked_people(self) -> list[int] | None:
        """The ids of the people who are asked for by name, or by what they followed."""
        asked = self.asked
        people: set[int] | None = None
        if asked.clicked is not None:
            values = {"message": self.message_id, "link": asked.clicked or None}
            people = {user_id for (user_id,) in select(_CLICKED, values)}
        if asked.q:
            named = {*listing.ids(PeopleFilter(q=asked.q)), *_as_id(asked.q)}
            people = named if people is None else people & named
        return None if people is None else sorted(people)


def _as_id(text: str) -> list[int]:
    """The id that a text is; nobody's facts need tell of it any more."""
    plain = text.strip()
    digits = plain.removeprefix("-")
    return [int(plain)] if digits.isdecimal() and digits.isascii() and len(digits) < 19 else []


def _page_of(passing: LiteralString) -> LiteralString:
    return f"SELECT r.id {passing} AND {{after}} ORDER BY {{order}} LIMIT %(limit)s"


def _sql(name: str) -> LiteralString:
    return read_sql(__file__, f"sql/recipients_{name}.sql")
