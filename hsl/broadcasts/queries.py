"""Reads about messages: the list of all of them, ours and other programs', how far one has come, and who followed its
links. None but those of other programs' messages grows with the audience."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from hsl.broadcasts.statuses import Status
from hsl.school.selecting import select, value
from hsl.school.sqlfile import read_sql
from hsl.ui.keyset import Cursor, Order, Page, read_page

_PASSING = read_sql(__file__, "sql/messages.sql")
_COLUMNS = (
    "m.id, left(m.message_text, 500), m.status, m.audience, m.individual, m.recipient_type, m.recipient_group, m.at,"
    " m.paused_reason, m.left_out"
)
NEWEST_FIRST = Order((("m.id", int),), descending=True)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which messages; None (and no text): any. ``one``: those to one person. ``since`` is in, ``until`` is not."""

    status: str | None = None
    group: str | None = None
    one: bool = False
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""

    def parameters(self) -> dict[str, Any]:
        """What the statement takes."""
        return {
            "status": self.status,
            "group": self.group,
            "one": self.one,
            "since": self.since,
            "until": self.until,
            "q": self.q,
        }


class Listed(NamedTuple):
    """A message in the list. ``text`` is its beginning; ``audience`` is ours, as it is kept (JSON), None of another
    program's, of whom ``recipient_type`` and ``recipient_group`` tell."""

    id: int
    text: str
    status: str
    audience: str | None
    individual: bool | None
    recipient_type: str | None
    recipient_group: str | None
    at: datetime | None
    paused_reason: str | None
    left_out: int | None

    @property
    def ours(self) -> bool:
        """Whether it is ours."""
        return self.status != Status.EXTERNAL


def listed(wanted: Wanted, cursor: Cursor | None) -> Page[Listed]:
    """A page of messages, the newest first."""
    return read_page(lambda at, limit: _read(wanted, at, limit), cursor, lambda message: (message.id,))


def count(wanted: Wanted) -> int:
    """How many messages there are."""
    return int(value(f"SELECT count(*) {_PASSING}", wanted.parameters()))


def is_addressed(group: str) -> bool:
    """Whether any message was for a group of this name, also one that there is no more, or another program's."""
    return bool(value(f"SELECT EXISTS (SELECT {_PASSING})", Wanted(group=group).parameters()))


def _read(wanted: Wanted, cursor: Cursor | None, limit: int) -> list[Listed]:
    text = f"SELECT {_COLUMNS} {_PASSING} AND {{after}} ORDER BY {{order}} LIMIT %(limit)s"
    values = {**wanted.parameters(), **NEWEST_FIRST.parameters(cursor, limit)}
    return [Listed(*row) for row in select(NEWEST_FIRST.into(text, cursor), values)]


class External(NamedTuple):
    """A message of another program, as the specification's row tells it."""

    id: int
    message_text: str
    total_recipients: int | None
    successful_deliveries: int | None
    sent_at: datetime | None
    created_at: datetime | None
    recipient_type: str | None
    recipient_group: str | None
    scheduled_at: datetime | None


_HISTORY = """
SELECT id, message_text, total_recipients, successful_deliveries, sent_at, created_at, recipient_type, recipient_group,
       scheduled_at
FROM message_history WHERE id = %s
"""


def history(message_id: int) -> External | None:
    """The specification's row of a message; None where there is none."""
    found = select(_HISTORY, [message_id])
    return External(*found[0]) if found else None


class Message(NamedTuple):
    """A message as the API tells it: the specification's row, with the schedule and the state that ours have."""

    id: int
    message_text: str
    recipient_type: str | None
    recipient_group: str | None
    status: str
    scheduled_at: datetime | None
    sent_at: datetime | None
    created_at: datetime | None
    left_out: int
    paused_reason: str | None


_MESSAGES = """
SELECT h.id, h.message_text, h.recipient_type, h.recipient_group, coalesce(b.status, 'external'),
       coalesce(b.scheduled_at, h.scheduled_at), CASE WHEN b.message_id IS NULL THEN h.sent_at ELSE b.started_at END,
       coalesce(h.created_at, b.created_at), coalesce(b.left_out, 0),
       CASE b.status WHEN 'paused' THEN b.paused_reason END
FROM message_history h LEFT JOIN broadcasts b ON b.message_id = h.id
WHERE (%(id)s::integer IS NULL OR h.id = %(id)s) AND (%(below)s::integer IS NULL OR h.id < %(below)s)
  AND (%(status)s::text IS NULL OR coalesce(b.status, 'external') = %(status)s)
ORDER BY h.id DESC LIMIT %(limit)s
"""


def newest(status: str | None = None, *, below: int | None = None, limit: int) -> list[Message]:
    """Messages of a status, or all, the newest first, from below an id on."""
    values = {"id": None, "below": below, "status": status, "limit": limit}
    return [Message(*row) for row in select(_MESSAGES, values)]


def message(message_id: int) -> Message | None:
    """One message; None where there is none."""
    found = select(_MESSAGES, {"id": message_id, "below": None, "status": None, "limit": 1})
    return Message(*found[0]) if found else None


@dataclass(slots=True)
class Counts:
    """How many recipients a message has by what became of them; ``reasons`` of the failed and of the unknown by reason,
    the most frequent first."""

    sent: int = 0
    deleted: int = 0
    left: int = 0
    failed: int = 0
    unknown: int = 0
    reasons: dict[str, dict[str, int]] = field(default_factory=lambda: {"failed": {}, "unknown": {}})

    @property
    def total(self) -> int:
        """All of them."""
        return self.sent + self.deleted + self.left + self.failed + self.unknown

    def of(self, status: str) -> int:
        """Those of a status, or all for none. Which of those left are on their way is not counted."""
        if status == "sending":
            return 0
        return int(getattr(self, "left" if status == "pending" else status)) if status else self.total

    def add(self, status: str, reason: str, people: int) -> None:
        """Count some more."""
        name = status if status in ("sent", "deleted", "failed", "unknown") else "left"
        setattr(self, name, getattr(self, name) + people)
        if name in self.reasons:
            by_reason = self.reasons[name]
            by_reason[reason] = by_reason.get(reason, 0) + people


def counts(ours: Iterable[int], others: Iterable[int] = ()) -> dict[int, Counts]:
    """The counts of messages; of one without recipients all are 0."""
    found: dict[int, Counts] = defaultdict(Counts)
    for message_id, status, reason, people in select(_COUNTS, {"ours": list(ours), "others": list(others)}):
        found[message_id].add(status, reason, people)
    for counted in found.values():
        for name, by_reason in counted.reasons.items():
            counted.reasons[name] = dict(sorted(by_reason.items(), key=lambda item: (-item[1], item[0])))
    return found


_COUNTS = read_sql(__file__, "sql/counts.sql")


class ClickedLink(NamedTuple):
    """A tracked link: how many recipients followed it, and how often in all."""

    id: int
    url: str
    people: int
    times: int


def clicked_links(message_id: int) -> list[ClickedLink]:
    """The tracked links of a message, the most followed first."""
    return [ClickedLink(*row) for row in select(read_sql(__file__, "sql/links.sql"), {"message": message_id})]


def clicked(message_ids: Iterable[int]) -> dict[int, int]:
    """How many recipients followed a link of each message; only where somebody did."""
    found = select(read_sql(__file__, "sql/clicked.sql"), {"messages": list(message_ids)})
    return {message_id: int(people) for message_id, people in found}


@dataclass(slots=True)
class Act:
    """An edit of a sent message in all chats, or its recall: how many chats it is done in, wanted, and refused by
    reason."""

    id: int
    kind: str
    status: str
    paused_reason: str | None
    paused_words: str | None
    created_at: datetime
    finished_at: datetime | None
    done: int = 0
    wanted: int = 0
    refused: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """In how many chats."""
        return self.done + self.wanted + sum(self.refused.values())

    @property
    def under_way(self) -> bool:
        """Whether it has not ended."""
        return self.status in ("running", "paused")


def acts(message_id: int) -> list[Act]:
    """The newest edit and recall of a message, the latest first."""
    found: dict[int, Act] = {}
    for *act, state, reason, people in select(read_sql(__file__, "sql/acts.sql"), {"message": message_id}):
        one = found.setdefault(act[0], Act(*act))
        if state == "refused":
            one.refused[reason] = people
        elif state is not None:
            setattr(one, state, people)
    return list(found.values())
