"""Обзор as its templates draw it: the chart and the table behind it, days in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import time_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hsl.analytics import doors
from hsl.analytics.bars import bars
from hsl.analytics.cards import begun, cards
from hsl.analytics.funnel import funnel
from hsl.analytics.lessons import lesson_rows, untyped
from hsl.analytics.overview import Overview, Point
from hsl.analytics.ranges import Moments, Range, Stretch, Unit
from hsl.ui.dates import short_day

CHART_TITLES = {
    Unit.HOUR: _("By hour"),
    Unit.DAY: _("By day"),
    Unit.WEEK: _("By week"),
    Unit.MONTH: _("By month"),
}
UNIT_NAMES = {Unit.HOUR: _("Hour"), Unit.DAY: _("Day"), Unit.WEEK: _("Week"), Unit.MONTH: _("Month")}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table behind the chart: the point in words, and its numbers with their lists."""

    label: str
    cells: list[tuple[int, str]]


def of(page: Overview) -> dict[str, object]:
    """Everything that the templates of the page name, beside the page and its form."""
    several_years = page.range.first.year != page.range.last.year
    rows = [_row(point, year=several_years) for point in page.points]
    return {
        "shown": range_label(page.range),
        "compared": page.stretch_before and compared_label(page.stretch_before, page.range),
        "cards": cards(page),
        "chart": chart(page, [row.label for row in rows]),
        "chart_title": CHART_TITLES[page.range.unit],
        "unit_name": UNIT_NAMES[page.range.unit],
        "rows": rows,
        "funnel": funnel(page.counts, page.range),
        "bars": bars(page.streams),
        "lessons": lesson_rows(page.lessons),
        "untyped": untyped(page.lessons),
    }


def _row(point: Point, *, year: bool) -> Row:
    stretch, counts = point.stretch, point.counts
    cells = [
        (counts.new_people, doors.people(stretch)),
        (counts.registrations, doors.registrations(stretch)),
        (counts.bookings, doors.bookings(stretch)),
        (counts.confirmed, doors.bookings(stretch, status="confirmed")),
        (point.people, doors.people(first_to=stretch.last)),
    ]
    return Row(point_label(point, year=year), cells)


def point_label(point: Point, *, year: bool) -> str:
    """What a point of the chart is called: an hour, a day or some days."""
    if isinstance(point.stretch, Moments):
        return time_format(point.stretch.first, "H:i")
    return range_label(point.stretch, year=year)


def compared_label(before: Stretch, chosen: Range) -> str:
    """What a range is compared with, in words: the days before it, up to what time of the last of them."""
    days = range_label(chosen.before)
    if isinstance(before, Range):
        return days
    return gettext("%(days)s, up to %(time)s") % {
        "days": days,
        "time": time_format(localtime(before.last), "H:i"),
    }


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
