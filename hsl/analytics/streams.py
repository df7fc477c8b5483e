"""Streams as pages draw them: cards, and a stream's own page."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hsl.analytics import doors, queries
from hsl.analytics.bars import Bar, bar
from hsl.analytics.fill import Fill, fill
from hsl.analytics.rows import Filled, Stream, StreamPeople
from hsl.ui.dates import short_day

STATUSES = {
    "confirmed": pgettext_lazy("people", "confirmed"),
    "pending": pgettext_lazy("people", "pending"),
    "new": pgettext_lazy("people", "new, nothing paid yet"),
    "cancelled": pgettext_lazy("people", "cancelled"),
}


@dataclass(frozen=True, slots=True)
class StreamCard:
    """A stream: its bookings as a bar of its own scale, its days in words, and how it filled."""

    bar: Bar
    days: str
    fill: Fill | None

    @property
    def stream(self) -> Stream:
        """The stream itself."""
        return self.bar.stream


@dataclass(frozen=True, slots=True)
class StreamStatus:
    """How many of a stream's people stand so, and the list of them."""

    mark: str
    label: Promise | str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class StreamPage:
    """A stream's page: its card and its people by status. ``on_sale_since``: the day that the school says, else that of
    the first booking that gives one of its people the status they have; None where there is neither."""

    card: StreamCard
    people: list[StreamStatus]
    on_sale_since: date | None


def stream_cards(today: date) -> list[StreamCard]:
    """A card for each stream that is listed or has bookings."""
    streams = queries.streams()
    weeks: dict[tuple[int | None, str | None], list[Filled]] = defaultdict(list)
    for filled in queries.streams_fill():
        weeks[filled.course_id, filled.course_stream].append(filled)
    return [_card(stream, weeks[stream.course_id or 0, stream.course_stream], today) for stream in streams]


def stream_page(course_id: int, course_stream: str, today: date) -> StreamPage | None:
    """The page of a stream; None where it is neither listed nor has bookings."""
    found = [
        stream
        for stream in queries.streams()
        if (stream.course_id, stream.course_stream) == (course_id, course_stream)
    ]
    if not found:
        return None
    people = queries.stream_people(course_id, course_stream)
    return StreamPage(
        card=_card(found[0], queries.stream_fill(course_id, course_stream), today),
        people=_statuses(people, course_id, course_stream),
        on_sale_since=found[0].sale_starts_on or people.first_day,
    )


def viewers_of(page: StreamPage) -> StreamStatus | None:
    """Who saw the program of the stream's course while it was on sale, and has no booking there; None where nobody
    knows since when it has been."""
    stream = page.card.stream
    if page.on_sale_since is None or stream.course_id is None or stream.course_stream is None:
        return None
    count = queries.viewers(stream.course_id, stream.course_stream, page.on_sale_since)
    viewed = f"{stream.course_id}:{stream.course_stream}"
    return StreamStatus("viewed", _("saw the program, did not book"), count, doors.people(viewed=viewed))


def _statuses(people: StreamPeople, course_id: int, course_stream: str) -> list[StreamStatus]:
    return [
        StreamStatus(
            status,
            label,
            getattr(people, status),
            doors.people(course=course_id, stream=course_stream, booking=status),
        )
        for status, label in STATUSES.items()
    ]


def _card(stream: Stream, filled: list[Filled], today: date) -> StreamCard:
    scale = max(stream.active, stream.seats or 0)
    return StreamCard(bar(stream, scale), _days(stream), fill(filled, stream.seats, today))


def _days(stream: Stream) -> str:
    ends = [short_day(day) for day in (stream.starts_on, stream.ends_on) if day]
    return " – ".join(ends)
