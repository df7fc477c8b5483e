"""The stretches of time that Обзор shows, and the buckets in which its chart counts them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo

EARLIEST = date(2000, 1, 1)
"""No chart begins before: no bot is as old, so an older time is a mistake or stands for "unknown"."""

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

MOST_DAYS = 92
MOST_WEEKS_IN_DAYS = 731


class Unit(StrEnum):
    """What one point of the chart stands for."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Range:
    """Some days of the school's zone, ``first`` and ``last`` included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it is."""
        return (self.last - self.first).days + 1

    @property
    def unit(self) -> Unit:
        """Hours of one day, days of a quarter, weeks of two years, months of more: a chart one can read."""
        if self.days == 1:
            return Unit.HOUR
        if self.days <= MOST_DAYS:
            return Unit.DAY
        return Unit.WEEK if self.days <= MOST_WEEKS_IN_DAYS else Unit.MONTH

    @property
    def before(self) -> "Range":
        """As many days, right before these."""
        return Range(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def buckets(self) -> list[date]:
        """The days on which its days, weeks or months begin; the first may begin before the range does."""
        return list(self._starts())

    def _starts(self) -> Iterator[date]:
        start = _bucket_start(self.first, self.unit)
        while start <= self.last:
            yield start
            start = _next_start(start, self.unit)


@dataclass(frozen=True, slots=True)
class Moments:
    """From the moment ``first`` until just before ``last``."""

    first: datetime
    last: datetime


Stretch: TypeAlias = Range | Moments
"""Some time: whole days, or from a moment to a moment."""


def next_quarter(moment: datetime) -> datetime:
    """The end of the quarter-hour (UTC) that ``moment`` is in, or ``moment`` where it is one: sums are kept by
    quarters."""
    return moment + (EPOCH - moment) % timedelta(minutes=15)


def last_days(count: int, today: date) -> Range:
    """The ``count`` days of which ``today`` is the last."""
    return Range(today - timedelta(days=count - 1), today)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The moment (UTC) in which ``day`` begins; where clocks skip its midnight, the moment they do."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def hour_starts(day: date, zone: ZoneInfo) -> list[datetime]:
    """The moments (UTC) in which the hours of ``day`` begin: 23 or 25 of them where clocks change, none on a
    day that the zone skipped."""
    start, end = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    hours = -((start - end) // timedelta(hours=1))
    return [start + timedelta(hours=hour) for hour in range(hours)]


def _bucket_start(day: date, unit: Unit) -> date:
    if unit is Unit.MONTH:
        return day.replace(day=1)
    if unit is Unit.WEEK:
        return day - timedelta(days=day.weekday())
    return day


def _next_start(start: date, unit: Unit) -> date:
    if unit is Unit.MONTH:
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=7 if unit is Unit.WEEK else 1)
