"""Обзор as its templates draw it: cards, points in words, bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from hsl.analytics.overview import Overview, Point
from hsl.analytics.ranges import Range, Unit
from hsl.analytics.rows import Stream
from hsl.ui.dates import short_day

BAR_WIDTH, SEATS_WIDTH = 1000, 4
SPARK_WIDTH, SPARK_HEIGHT = 100, 28
CHART_TITLES = {
    Unit.HOUR: _("By hour"),
    Unit.DAY: _("By day"),
    Unit.WEEK: _("By week"),
    Unit.MONTH: _("By month"),
}
UNIT_NAMES = {Unit.HOUR: _("Hour"), Unit.DAY: _("Day"), Unit.WEEK: _("Week"), Unit.MONTH: _("Month")}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a number: what it counts and how many; ``mark`` names its colour."""

    mark: str
    label: Promise | str
    count: int


@dataclass(frozen=True, slots=True)
class Card:
    """A number with the one before it (None where there is none), the way it went, and what it is made of."""

    label: Promise | str
    value: int
    before: int | None
    spark: str
    parts: Sequence[Part] = ()
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a bar, in thousandths of its width."""

    mark: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A stream's bar: its bookings by status; ``seats_at``: where its seats end, in thousandths; ``starts``:
    the day, in words."""

    stream: Stream
    name: str
    parts: list[Part]
    segments: list[Segment]
    seats_at: int | None
    starts: str | None


def of(page: Overview) -> dict[str, object]:
    """Everything that the templates of the page name, beside the page and its form."""
    several_years = page.range.first.year != page.range.last.year
    labels = [point_label(point, year=several_years) for point in page.points]
    return {
        "shown": range_label(page.range),
        "compared": None if page.before is None else range_label(page.range.before),
        "cards": cards(page),
        "chart": chart(page, labels),
        "chart_title": CHART_TITLES[page.range.unit],
        "unit_name": UNIT_NAMES[page.range.unit],
        "rows": list(zip(labels, page.points, strict=True)),
        "bars": bars(page.streams),
        "lessons": sorted(page.lessons, key=lambda lesson: -lesson.registrations),
    }


def cards(page: Overview) -> list[Card]:
    """The row of numbers on top."""
    now, before = page.counts, page.before
    return [
        Card(
            _("People"),
            page.people,
            page.people_before if before else None,
            spark([point.people for point in begun(page)]),
        ),
        _came(page, _("New people"), "new_people"),
        _came(page, _("Registrations for lessons"), "registrations"),
        Card(
            _("Bookings"),
            now.bookings,
            before.bookings if before else None,
            spark([point.counts.bookings for point in begun(page)]),
            _status_parts(now.confirmed, now.pending, now.new_bookings, now.cancelled),
        ),
        _without_payment(page),
    ]


def begun(page: Overview) -> list[Point]:
    """The points that are not in the future: the rest of today's hours is left open, not drawn as nothing."""
    return [point for point in page.points if point.moment is None or point.moment <= page.now]


def _came(page: Overview, label: Promise, measure: str) -> Card:
    before = None if page.before is None else getattr(page.before, measure)
    line = spark([getattr(point.counts, measure) for point in begun(page)])
    return Card(label, getattr(page.counts, measure), before, line)


def _without_payment(page: Overview) -> Card:
    totals = page.totals
    share = 100 * totals.non_course_users / totals.people if totals.people else None
    return Card(_("People without payment"), totals.non_course_users, None, "", share=share)


def _status_parts(confirmed: int, pending: int, new: int, cancelled: int) -> list[Part]:
    parts = [
        Part("confirmed", pgettext("bookings", "confirmed"), confirmed),
        Part("pending", pgettext("bookings", "pending"), pending),
        Part("new", pgettext("bookings", "new"), new),
        Part("cancelled", pgettext("bookings", "cancelled"), cancelled),
    ]
    return [part for part in parts if part.count or part.mark in {"confirmed", "pending"}]


def spark(values: Sequence[int]) -> str:
    """The points of a polyline through ``values``, left edge to right; nothing for one value or none."""
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    room = SPARK_HEIGHT - 2
    points = (
        f"{SPARK_WIDTH * place / (len(values) - 1):.2f},"
        f"{SPARK_HEIGHT - 1 - (room * (value - low) / (high - low) if high > low else 0):.2f}"
        for place, value in enumerate(values)
    )
    return " ".join(points)


def bars(streams: Sequence[Stream]) -> list[Bar]:
    """A bar for each stream, on one scale: the widest is the one with most bookings or seats."""
    scale = max((max(stream.active, stream.seats or 0) for stream in streams), default=0)
    return [_bar(stream, scale) for stream in streams]


def _bar(stream: Stream, scale: int) -> Bar:
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
    return Bar(
        stream=stream,
        name=stream.title or stream.course_stream or gettext("Without a stream"),
        parts=_status_parts(stream.confirmed, stream.pending, stream.new, stream.cancelled),
        segments=segments,
        seats_at=min(at(stream.seats), BAR_WIDTH - SEATS_WIDTH) if stream.seats else None,
        starts=short_day(stream.starts_on) if stream.starts_on else None,
    )


def point_label(point: Point, *, year: bool) -> str:
    """What a point of the chart is called: an hour, a day or some days."""
    if point.moment is not None:
        return time_format(point.moment, "H:i")
    return range_label(Range(point.first, point.last), year=year)


def range_label(days: Range, *, year: bool = True) -> str:
    """Days in words, nothing said twice: “1–30 Sep 2026”, “28 Sep – 4 Oct 2026”."""
    first, last = days.first, days.last
    end = short_day(last, year=year)
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{end}"
    return f"{short_day(first, year=year and first.year != last.year)} – {end}"


def chart(page: Overview, labels: Sequence[str]) -> dict[str, object]:
    """What the chart's script needs: the points' labels and three lines."""
    points = begun(page)
    return {
        "labels": labels,
        "series": [
            _line("new-people", gettext("New people"), [point.counts.new_people for point in points]),
            _line(
                "registrations", gettext("Registrations"), [point.counts.registrations for point in points]
            ),
            _line("confirmed", gettext("Confirmed bookings"), [point.counts.confirmed for point in points]),
        ],
    }


def _line(mark: str, name: str, values: list[int]) -> dict[str, object]:
    return {"mark": mark, "name": name, "values": values}
