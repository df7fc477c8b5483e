"""The row of numbers on top of Обзор."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hsl.analytics import doors
from hsl.analytics.bars import Part, status_parts
from hsl.analytics.overview import Overview, Point
from hsl.analytics.ranges import Stretch

SPARK_WIDTH, SPARK_HEIGHT = 100, 28


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, the one before it (None where there is none), and the lists of what they count."""

    value: int
    url: str
    before: int | None = None
    url_before: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A figure with its name, the way it went, and what it is made of.

    ``newcomers``: how many of those whom the figure counts were first seen in the range, where the figure itself is of
    all time; ``share``: the figure's, of all people, in per cent.
    """

    label: Promise | str
    figure: Figure
    spark: str
    parts: Sequence[Part] = ()
    newcomers: Figure | None = None
    share: float | None = None


def cards(page: Overview) -> list[Card]:
    """All five."""
    return [_people(page), _new_people(page), _registrations(page), _bookings(page), _without_payment(page)]


def begun(page: Overview) -> list[Point]:
    """The points that are not in the future: the rest of today's hours is left open, not drawn as nothing."""
    return [point for point in page.points if point.moment is None or point.moment <= page.now]


def _people(page: Overview) -> Card:
    now = doors.people(first_to=page.range.last)
    line = spark([point.people for point in begun(page)])
    if page.before is None:
        return Card(_("People"), Figure(page.people, now), line)
    before = doors.people(first_to=page.range.first - timedelta(days=1))
    return Card(_("People"), Figure(page.people, now, page.people_before, before), line)


def _new_people(page: Overview) -> Card:
    return Card(
        _("New people"),
        _figure(page, "new_people", doors.people),
        _line(page, "new_people"),
    )


def _registrations(page: Overview) -> Card:
    return Card(
        _("Registrations for lessons"),
        _figure(page, "registrations", doors.registrations),
        _line(page, "registrations"),
    )


def _bookings(page: Overview) -> Card:
    counts = page.counts
    parts = status_parts(
        counts.confirmed,
        counts.pending,
        counts.new_bookings,
        counts.cancelled,
        lambda status: doors.bookings(page.range, status=status),
    )
    return Card(_("Bookings"), _figure(page, "bookings", doors.bookings), _line(page, "bookings"), parts)


def _without_payment(page: Overview) -> Card:
    totals = page.totals
    return Card(
        _("People without payment"),
        Figure(totals.non_course_users, doors.people(group="non_course_users")),
        _line(page, "unpaid"),
        newcomers=_figure(page, "unpaid", _unpaid),
        share=100 * totals.non_course_users / totals.people if totals.people else None,
    )


def _unpaid(seen: Stretch) -> str:
    return doors.people(seen, group="non_course_users")


def _figure(page: Overview, measure: str, leads_to: doors.Door) -> Figure:
    value, url = getattr(page.counts, measure), leads_to(page.range)
    if page.before is None or page.stretch_before is None:
        return Figure(value, url)
    return Figure(value, url, getattr(page.before, measure), leads_to(page.stretch_before))


def _line(page: Overview, measure: str) -> str:
    return spark([getattr(point.counts, measure) for point in begun(page)])


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
