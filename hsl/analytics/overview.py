"""All that Обзор shows, read in one go. Run it within one snapshot, so that its numbers agree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hsl.analytics import queries
from hsl.analytics.ranges import (
    EARLIEST,
    Moments,
    Range,
    Stretch,
    Unit,
    day_start,
    hour_starts,
    last_days,
    next_quarter,
)
from hsl.analytics.rows import Counts, LessonConversion, Stream, Totals


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the chart: ``stretch`` is an hour, by moments of the school's zone, or some days.
    ``people``: how many there were in all at its end."""

    stretch: Stretch
    counts: Counts
    people: int

    @property
    def moment(self) -> datetime | None:
        """When its hour begins; None where it is of days."""
        return self.stretch.first if isinstance(self.stretch, Moments) else None


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of the page.

    ``before``: what came in as many days before, up to the same time of day where the range is not over yet; None
    where there is no before. ``stretch_before``: just when that was.
    """

    range: Range
    now: datetime
    totals: Totals
    points: list[Point]
    counts: Counts
    before: Counts | None
    stretch_before: Stretch | None
    people: int
    streams: list[Stream]
    lessons: list[LessonConversion]

    @property
    def is_empty(self) -> bool:
        """Whether the school has no facts at all."""
        totals = self.totals
        return not (totals.people or totals.bookings or totals.registrations or totals.events)

    @property
    def people_before(self) -> int:
        """How many people there were when the range began."""
        return self.people - self.counts.new_people


def read_overview(name: str, asked: tuple[date, date] | None, now: datetime, zone: ZoneInfo) -> Overview:
    """The page of a range.

    ``name``: a range that the form offers; ``asked``: the first and last day of one's own; ``now``: the
    present moment in ``zone``, the school's.
    """
    chosen = _range(name, asked, now.date())
    totals = queries.totals()
    people = totals.people - queries.new_people_after(chosen.last)
    points = _points(chosen, people, zone)
    stretch_before = None if name == "all" else _stretch_before(chosen, now, zone)
    return Overview(
        range=chosen,
        now=now,
        totals=totals,
        points=points,
        counts=sum((point.counts for point in points), Counts()),
        before=None if stretch_before is None else _before(stretch_before, zone),
        stretch_before=stretch_before,
        people=people,
        streams=[stream for stream in queries.streams() if not stream.is_archived],
        lessons=queries.lesson_conversion(),
    )


def _range(name: str, asked: tuple[date, date] | None, today: date) -> Range:
    if asked is not None:
        return Range(*asked)
    if name == "all":
        return Range(queries.first_day(EARLIEST, today) or today, today)
    return last_days(1 if name == "today" else int(name), today)


def _points(chosen: Range, people: int, zone: ZoneInfo) -> list[Point]:
    counted: Sequence[tuple[Stretch, Counts]] = (
        _hours(chosen.first, zone) if chosen.unit is Unit.HOUR else _days(chosen)
    )
    points: list[Point] = []
    for stretch, counts in reversed(counted):
        points.append(Point(stretch, counts, people))
        people -= counts.new_people
    return points[::-1]


def _hours(day: date, zone: ZoneInfo) -> list[tuple[Moments, Counts]]:
    starts = hour_starts(day, zone)
    if not starts:
        return []
    end = day_start(day + timedelta(days=1), zone)
    counts = queries.hours(starts[0], end)
    return [
        (Moments(start.astimezone(zone), stop.astimezone(zone)), counts.get(hour, Counts()))
        for hour, (start, stop) in enumerate(pairwise([*starts, end]))
    ]


def _days(chosen: Range) -> list[tuple[Range, Counts]]:
    counts = queries.timeline(chosen.unit, chosen.first, chosen.last)
    starts = chosen.buckets()
    ends = [start - timedelta(days=1) for start in starts[1:]] + [chosen.last]
    return [
        (Range(max(start, chosen.first), end), counts.get(start, Counts()))
        for start, end in zip(starts, ends, strict=True)
    ]


def _stretch_before(chosen: Range, now: datetime, zone: ZoneInfo) -> Stretch:
    before = chosen.before
    if chosen.last != now.date():
        return before
    same_time = datetime.combine(before.last, now.time(), zone)
    return Moments(day_start(before.first, zone), next_quarter(same_time.astimezone(UTC)))


def _before(stretch: Stretch, zone: ZoneInfo) -> Counts:
    if isinstance(stretch, Range):
        return _total(queries.timeline(Unit.MONTH, stretch.first, stretch.last).values())
    if stretch.first >= stretch.last:
        return Counts()
    first = stretch.first.astimezone(zone).date()
    last = (stretch.last - timedelta(microseconds=1)).astimezone(zone).date()
    whole_days = queries.timeline(Unit.MONTH, first, last - timedelta(days=1))
    last_day = queries.hours(day_start(last, zone), stretch.last)
    return _total([*whole_days.values(), *last_day.values()])


def _total(counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts())
