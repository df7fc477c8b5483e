"""All that Обзор shows, read in one go. Run it within one snapshot, so that its numbers agree."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hsl.analytics import queries
from hsl.analytics.ranges import EARLIEST, Range, Unit, day_start, hour_starts, last_days
from hsl.analytics.rows import Counts, LessonConversion, Stream, Totals


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the chart: an hour, or some days.

    ``moment``: when the hour begins, in the school's zone; None where the point is of days. ``first`` and
    ``last``: the days it counts. ``people``: how many there were in all at its end.
    """

    moment: datetime | None
    first: date
    last: date
    counts: Counts
    people: int


@dataclass(frozen=True, slots=True)
class Overview:
    """The numbers of the page. ``before``: what came in as many days before, up to the same time of day where
    the range is not over yet; None where there is no before."""

    range: Range
    now: datetime
    totals: Totals
    points: list[Point]
    counts: Counts
    before: Counts | None
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
    return Overview(
        range=chosen,
        now=now,
        totals=totals,
        points=points,
        counts=sum((point.counts for point in points), Counts()),
        before=None if name == "all" else _before(chosen, now, zone),
        people=people,
        streams=queries.streams(),
        lessons=queries.lesson_conversion(),
    )


def _range(name: str, asked: tuple[date, date] | None, today: date) -> Range:
    if asked is not None:
        return Range(*asked)
    if name == "all":
        return Range(queries.first_day(EARLIEST, today) or today, today)
    return last_days(1 if name == "today" else int(name), today)


def _points(chosen: Range, people: int, zone: ZoneInfo) -> list[Point]:
    counted = _hours(chosen.first, zone) if chosen.unit is Unit.HOUR else _days(chosen)
    points: list[Point] = []
    for moment, first, last, counts in reversed(counted):
        points.append(Point(moment, first, last, counts, people))
        people -= counts.new_people
    return points[::-1]


Counted = list[tuple[datetime | None, date, date, Counts]]


def _hours(day: date, zone: ZoneInfo) -> Counted:
    starts = hour_starts(day, zone)
    if not starts:
        return []
    counts = queries.hours(starts[0], day_start(day + timedelta(days=1), zone))
    return [
        (start.astimezone(zone), day, day, counts.get(hour, Counts())) for hour, start in enumerate(starts)
    ]


def _days(chosen: Range) -> Counted:
    counts = queries.timeline(chosen.unit, chosen.first, chosen.last)
    starts = chosen.buckets()
    ends = [start - timedelta(days=1) for start in starts[1:]] + [chosen.last]
    return [
        (None, max(start, chosen.first), end, counts.get(start, Counts()))
        for start, end in zip(starts, ends, strict=True)
    ]


def _before(chosen: Range, now: datetime, zone: ZoneInfo) -> Counts:
    before = chosen.before
    if chosen.last != now.date():
        return _total(queries.timeline(Unit.MONTH, before.first, before.last).values())
    whole_days = queries.timeline(Unit.MONTH, before.first, before.last - timedelta(days=1))
    start = day_start(before.last, zone)
    same_time = datetime.combine(before.last, now.time(), zone)
    last_day = queries.hours(start, same_time)
    return _total([*whole_days.values(), *last_day.values()])


def _total(counts: Iterable[Counts]) -> Counts:
    return sum(counts, Counts())
