"""The numbers of the school. Every one is read from projections: none of these grows with the facts."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hsl.analytics.rows import (
    Activity,
    Counts,
    Day,
    Filled,
    HotLead,
    HotLeads,
    LessonConversion,
    LessonDate,
    Period,
    Stats,
    Stream,
    StreamPeople,
    StreamStats,
    Totals,
)
from hsl.school.selecting import select, value
from hsl.school.sqlfile import read_sql
from hsl.school.zone import zone_called


def school_zone() -> ZoneInfo:
    """The time zone in which the school's days begin and end."""
    return zone_called(value("SELECT hsl.zone()"))


def school_today() -> date:
    """The day it is at the school."""
    return datetime.now(school_zone()).date()


def totals() -> Totals:
    """How much there is in all (data model, Dashboard Statistics and User Categorization)."""
    (row,) = _named("totals")
    return Totals(*row)


def unique_users() -> int:
    """How many different people the facts name (data model, Dashboard Statistics)."""
    return int(value("SELECT coalesce(sum(n), 0)::bigint FROM totals_now WHERE name = 'people'"))


def stats(today: date) -> Stats:
    """The totals, and what came today, in 7 and in 30 days beside as many days before.

    ``today``: the school's day. The last 7 days are today and the six before it.
    """
    days = timeline("day", today - timedelta(days=59), today)

    def last(count: int) -> Period:
        return Period(_sum(days, today, count), _sum(days, today - timedelta(days=count), count))

    return Stats(totals(), last(1), last(7), last(30))


def _sum(days: dict[date, Counts], last: date, count: int) -> Counts:
    return sum((days.get(last - timedelta(days=ago), Counts()) for ago in range(count)), Counts())


def daily(first: date, last: date) -> list[Day]:
    """What came on each day of the school's zone, days without anything among them.

    ``first`` and ``last``: both included. People of whom no fact has a time are in ``people`` from the start,
    and new on no day.
    """
    came = timeline("day", first, last)
    people = totals().people - new_people_after(last)
    days: list[Day] = []
    for ago in range((last - first).days + 1):
        day = last - timedelta(days=ago)
        counts = came.get(day, Counts())
        days.append(Day(day, people, counts))
        people -= counts.new_people
    return days[::-1]


def timeline(unit: str, first: date, last: date) -> dict[date, Counts]:
    """What came between two days of the school's zone, both included, by the day on which its bucket begins.

    ``unit``: day, week (from Monday) or month. Buckets without anything are left out; those at the ends count
    only their days between ``first`` and ``last``, yet are named by the day they begin on.
    """
    rows = _named("timeline", unit=unit, first=first, last=last)
    return {bucket: Counts(*counts) for bucket, *counts in rows}


def hours(start: datetime, end: datetime) -> dict[int, Counts]:
    """What came from the moment ``start`` until just before ``end``, by the hours since ``start`` (0, 1, …).

    Hours without anything are left out. Both moments are meant to the quarter of an hour.
    """
    rows = _named("hours", start=start, end=end)
    return {bucket: Counts(*counts) for bucket, *counts in rows}


def new_people_after(last: date) -> int:
    """How many people were first seen after the day ``last`` of the school's zone."""
    after = "SELECT coalesce(sum(n), 0)::bigint FROM activity_days_now WHERE kind = 'person' AND day > %s"
    return int(value(after, [last]))


def first_day(since: date, until: date) -> date | None:
    """The first day between the two, both included, on which anything came; None where nothing did."""
    day: date | None = value(_SQL["first_day"], {"since": since, "until": until})
    return day


def stream_stats(course_id: int = 1) -> list[StreamStats]:
    """The bookings of a course's streams by status (data model, Course Stream Statistics, of course 1)."""
    return [StreamStats(*row) for row in _named("stream_stats", course_id=course_id)]


def streams() -> list[Stream]:
    """Every stream that is listed or has bookings, in the order of the page; see sql/streams.sql."""
    return [Stream(*row) for row in _named("streams")]


def stream_people(course_id: int, course_stream: str) -> StreamPeople:
    """How a stream's people stand."""
    (row,) = _named("stream_people", course_id=course_id, course_stream=course_stream)
    return StreamPeople(*row)


def viewers(course_id: int, course_stream: str, since: date) -> int:
    """How many people saw a course's program on the day ``since`` or later and have no booking in the stream."""
    ((count,),) = _named("viewers", course_id=course_id, course_stream=course_stream, since=since)
    return int(count)


def streams_fill() -> list[Filled]:
    """How many people came into each stream in which week, oldest first."""
    return [Filled(*row) for row in _named("stream_fill")]


def stream_fill(course_id: int, course_stream: str) -> list[Filled]:
    """How many people came into a stream on which day, oldest first."""
    rows = _named("stream_fill_days", course_id=course_id, course_stream=course_stream)
    return [Filled(*row) for row in rows]


def lesson_conversion() -> list[LessonConversion]:
    """How many of those who registered for a lesson came (data model, Lesson Conversion Tracking)."""
    return [LessonConversion(*row) for row in _named("lesson_conversion")]


def lesson_dates(lesson_type: str, *, before: date | None, limit: int) -> list[LessonDate]:
    """The dates of a lesson type, the latest first, at most ``limit``, from the one before ``before`` on."""
    rows = _named("lesson_dates", lesson_type=lesson_type, before=before, limit=limit)
    return [LessonDate(*row) for row in rows]


def hot_leads(day: date, limit: int) -> HotLeads:
    """The leads of the seven days that end with ``day``, the most active first, at most ``limit`` of them."""
    rows = _named("hot_leads", day=day, limit=limit)
    counts = rows[0][6:] if rows else (0, 0, 0)
    return HotLeads(
        [HotLead(*row[:6]) for row in rows], dict(zip(("hot", "warm", "cool"), counts, strict=True))
    )


def newest_activity(limit: int) -> list[Activity]:
    """The newest facts of all kinds, at most ``limit``, newest first."""
    return [Activity(*row) for row in _named("newest_activity", limit=limit)]


def _named(name: str, **parameters: str | int | date | None) -> list[tuple[Any, ...]]:
    return select(_SQL[name], parameters)


_SQL = {
    name: read_sql(__file__, f"sql/{name}.sql")
    for name in (
        "totals",
        "timeline",
        "hours",
        "first_day",
        "stream_stats",
        "streams",
        "stream_people",
        "stream_fill",
        "stream_fill_days",
        "viewers",
        "lesson_conversion",
        "lesson_dates",
        "hot_leads",
        "newest_activity",
    )
}
