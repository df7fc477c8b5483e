"""Bookings by status as bars against seats."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from hsl.analytics import doors
from hsl.analytics.rows import Stream
from hsl.ui.dates import short_day

BAR_WIDTH, SEATS_WIDTH = 1000, 4
SVG = (
    '<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="bar-ground" width="1000" height="10"/>{}</svg>'
)
RECT = '<rect class="{}" x="{}" width="{}" height="10"/>'


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a number: what it counts, how many, and the list of them; ``mark`` names its colour."""

    mark: str
    label: Promise | str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a bar, in thousandths of its width."""

    mark: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A stream's bar: its bookings by status; ``seats_at``: where its seats end, in thousandths; ``starts``:
    the day, in words; ``paid``: the list of confirmed bookings; ``url``: the stream's page, none for bookings without
    a course or stream."""

    stream: Stream
    name: str
    parts: list[Part]
    segments: list[Segment]
    seats_at: int | None
    starts: str | None
    paid: str
    url: str

    @property
    def svg(self) -> SafeString:
        """The bar, for the eye; its numbers stand beside it."""
        rects = [(f"fill-{part.mark}", part.start, part.width) for part in self.segments if part.width]
        if self.seats_at is not None:
            rects.append(("bar-seats", self.seats_at, SEATS_WIDTH))
        return SafeString(
            SVG.format("".join(RECT.format(*rect) for rect in rects))
        )  # our words and whole numbers


def bars(streams: Sequence[Stream]) -> list[Bar]:
    """A bar for each stream, on one scale: the widest is the one with most bookings or seats."""
    scale = max((max(stream.active, stream.seats or 0) for stream in streams), default=0)
    return [bar(stream, scale) for stream in streams]


def bar(stream: Stream, scale: int) -> Bar:
    """The bar of one stream, as wide as ``scale`` bookings or seats."""

    def at(count: int) -> int:
        return BAR_WIDTH * count // scale if scale else 0

    segments, counted = [], 0
    for mark, count in (
        ("confirmed", stream.confirmed),
        ("pending", stream.pending),
        ("new", stream.new),
    ):
        segments.append(Segment(mark, at(counted), at(counted + count) - at(counted)))
        counted += count
    booked = doors.bookings_of(stream)
    parts = status_parts(
        stream.confirmed,
        stream.pending,
        stream.new,
        stream.cancelled,
        lambda status: f"{booked}&status={status}",
    )
    return Bar(
        stream=stream,
        name=stream.title or stream.course_stream or gettext("Without a stream"),
        parts=parts,
        segments=segments,
        seats_at=min(at(stream.seats), BAR_WIDTH - SEATS_WIDTH) if stream.seats else None,
        starts=short_day(stream.starts_on) if stream.starts_on else None,
        paid=f"{booked}&status=confirmed",
        url=stream_url(stream),
    )


def stream_url(stream: Stream) -> str:
    """The page of a stream; none where bookings name no course or no stream."""
    if stream.course_id is None or not stream.course_stream:
        return ""
    return reverse("stream", args=[stream.course_id, stream.course_stream])


def status_parts(
    confirmed: int, pending: int, new: int, cancelled: int, leads_to: Callable[[str], str]
) -> list[Part]:
    """Bookings by status, each part leading to ``leads_to(status)``; new and cancelled ones only where there are
    any."""
    parts = [
        ("confirmed", pgettext("bookings", "confirmed"), confirmed),
        ("pending", pgettext("bookings", "pending"), pending),
        ("new", pgettext("bookings", "new"), new),
        ("cancelled", pgettext("bookings", "cancelled"), cancelled),
    ]
    return [
        Part(status, label, count, leads_to(status))
        for status, label, count in parts
        if count or status in {"confirmed", "pending"}
    ]
