"""Messages as pages show them: their first line, whom they are for, the bar and its numbers."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from hsl.broadcasts.audience import Audience
from hsl.broadcasts.queries import Counts, External, Listed
from hsl.broadcasts.reasons import STATUSES, reason_words
from hsl.broadcasts.words import audience_words, group_name
from hsl.people import fields
from hsl.people import queries as people

BAR_WIDTH = 1000
_PARTS = (
    ("sent", pgettext_lazy("bar", "sent")),
    ("failed", pgettext_lazy("bar", "failed")),
    ("unknown", pgettext_lazy("bar", "unknown")),
    ("left", pgettext_lazy("bar", "left")),
    ("deleted", pgettext_lazy("bar", "recalled")),
)


class Badge(NamedTuple):
    """A status in a word, with its icon and its colour."""

    label: Promise | str
    icon: str
    colour: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message's recipients: how many, in a word, and the list of them."""

    mark: str
    label: Promise | str
    count: int
    url: str


class Segment(NamedTuple):
    """A stretch of the bar, in thousandths of its width."""

    mark: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some failed, or are unknown: in words, how many, and the list of them."""

    words: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A row of the list of messages."""

    id: int
    line: str
    who: str
    at: datetime | None
    badge: Badge
    parts: list[Part]
    segments: list[Segment]
    clicked: int
    clicked_url: str


def badge(status: str) -> Badge:
    """A message's status."""
    return Badge(*STATUSES.get(status, (status, "help-circle", "secondary")))


def page_of(message_id: int) -> str:
    """The page of a message."""
    return reverse("broadcast", args=[message_id])


def recipients_url(message_id: int, **asked: str | int | None) -> str:
    """The list of a message's recipients, as far as they are asked for."""
    given = {name: value for name, value in asked.items() if value is not None and value != ""}
    url = reverse("recipients", args=[message_id])
    return f"{url}?{urlencode(given)}" if given else url


def parts(message_id: int, counts: Counts) -> list[Part]:
    """What a message's recipients are made of; only what there is."""
    return [
        Part(name, label, count, recipients_url(message_id, status=name))
        for name, label in _PARTS
        if (count := counts.of(name))
    ]


def segments(counts: Counts) -> list[Segment]:
    """The bar: each part as wide as its share, the last to the end."""
    found, counted, total = [], 0, counts.total
    for name, _label in _PARTS:
        start = BAR_WIDTH * counted // total if total else 0
        counted += counts.of(name)
        end = BAR_WIDTH * counted // total if total else 0
        if end > start:
            found.append(Segment(name, start, end - start))
    return found


def reasons(message_id: int, status: str, counts: Counts) -> list[Reason]:
    """Why those of a status failed, or are unknown, the most frequent first."""
    return [
        Reason(reason_words(reason), count, recipients_url(message_id, status=status, reason=reason))
        for reason, count in counts.reasons[status].items()
    ]


def shown(
    listed: Iterable[Listed],
    counts: Mapping[int, Counts],
    clicked: Mapping[int, int],
    titles: Mapping[str, str],
) -> list[ShownMessage]:
    """The rows of the list."""
    messages = list(listed)
    audiences = {message.id: _audience(message) for message in messages}
    names = _names(audiences.values())
    return [
        ShownMessage(
            id=message.id,
            line=fields.line(message.text, ours=message.ours),
            who=_who(message, audiences[message.id], names, titles),
            at=message.at,
            badge=badge(message.status),
            parts=parts(message.id, counted),
            segments=segments(counted),
            clicked=clicked.get(message.id, 0),
            clicked_url=recipients_url(message.id, clicked=0),
        )
        for message in messages
        for counted in [counts.get(message.id, Counts())]
    ]


def external_who(message: External | Listed, titles: Mapping[str, str]) -> str:
    """Whom another program's message was for, as far as it says."""
    if message.recipient_group:
        return group_name(message.recipient_group, titles)
    return _("one person") if message.recipient_type == "individual" else ""


def audience_of(kept: Audience, titles: Mapping[str, str]) -> str:
    """Whom a message of ours is for; one person by name."""
    return _told(kept, _names([kept]), titles)


def _audience(message: Listed) -> Audience | None:
    return Audience.from_json(json.loads(message.audience)) if message.audience else None


def _who(message: Listed, kept: Audience | None, names: Mapping[int, str], titles: Mapping[str, str]) -> str:
    return external_who(message, titles) if kept is None else _told(kept, names, titles)


def _told(kept: Audience, names: Mapping[int, str], titles: Mapping[str, str]) -> str:
    if kept.individual:
        return names.get(kept.people[0], str(kept.people[0]))
    return _("nobody yet") if kept.empty else audience_words(kept, titles)


def _names(audiences: Iterable[Audience | None]) -> dict[int, str]:
    wanted = [kept.people[0] for kept in audiences if kept is not None and kept.individual]
    return {card.user_id: card.shown_name for card in people.cards(wanted)} if wanted else {}
