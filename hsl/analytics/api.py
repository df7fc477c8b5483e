"""The numbers over the JSON API."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from hsl.accounts.api_keys import BearerKey
from hsl.accounts.permissions import Permission
from hsl.analytics import queries, rows
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import one_snapshot
from hsl.school.parameters import Day

router = Router(tags=["numbers"])

LONGEST_RANGE = 1100
"""How many days ``GET /api/stats/daily`` answers at most: three years."""
USUAL_RANGE = 30
"""How many days it answers where ``from`` is not given."""


class BookingCountsOut(Schema):
    """Bookings in all and by status. Those with no status yet are in ``total`` alone."""

    total: int
    confirmed: int
    pending: int
    cancelled: int


class NowAndBefore(Schema):
    """How much came in a period, and in as many days before it."""

    now: int
    before: int


class PeriodOut(Schema):
    """What came in some days up to today, beside as many days before them. ``confirmed`` counts the bookings
    created in the period that are confirmed now."""

    new_people: NowAndBefore
    registrations: NowAndBefore
    bookings: NowAndBefore
    confirmed: NowAndBefore


class StatsOut(Schema):
    """The school in numbers. Days are days of the school's time zone."""

    users: int
    bookings: BookingCountsOut
    free_lesson_registrations: int
    events: int
    non_course_users: int
    today: PeriodOut
    last_7_days: PeriodOut
    last_30_days: PeriodOut


class DayOut(Schema):
    """One day of the school's time zone; ``people``: how many there were in all at its end."""

    day: date
    new_people: int
    people: int
    registrations: int
    bookings: int
    confirmed: int
    events: int


class StreamStatsOut(Schema):
    """The bookings of one stream."""

    course_id: int
    course_stream: str
    total: int
    confirmed: int
    pending: int
    cancelled: int


class LessonConversionOut(Schema):
    """One lesson type. ``conversion_rate``: visits per 100 registrations; ``people_conversion_rate``: of 100
    people who registered, how many came after that."""

    lesson_type: str | None
    registrations: int
    attendances: int
    conversion_rate: float
    people_registered: int
    people_attended: int
    people_conversion_rate: float


@router.get("/stats", response=StatsOut, auth=BearerKey(Permission.SEE_NUMBERS))
def stats(request: HttpRequest) -> StatsOut:
    """People, bookings, registrations and events in all, and what came today, in 7 and in 30 days."""
    catch_up()
    with one_snapshot():
        found = queries.stats(queries.school_today())
    totals = found.totals
    return StatsOut(
        users=totals.people,
        bookings=BookingCountsOut(
            total=totals.bookings,
            confirmed=totals.confirmed,
            pending=totals.pending,
            cancelled=totals.cancelled,
        ),
        free_lesson_registrations=totals.registrations,
        events=totals.events,
        non_course_users=totals.non_course_users,
        today=_period(found.today),
        last_7_days=_period(found.last_7_days),
        last_30_days=_period(found.last_30_days),
    )


@router.get("/stats/daily", response=list[DayOut], auth=BearerKey(Permission.SEE_NUMBERS))
def daily(
    request: HttpRequest,
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
) -> list[DayOut]:
    """What came on each day from `from` to `to`, both included: 30 days up to today unless told otherwise,
    at most 1,100."""
    catch_up()
    with one_snapshot():
        last = last or queries.school_today()
        first = first or date.fromordinal(max(1, last.toordinal() - USUAL_RANGE + 1))
        _refuse_bad_range(first, last)
        days = queries.daily(first, last)
    return [_day(day) for day in days]


@router.get("/streams/stats", response=list[StreamStatsOut], auth=BearerKey(Permission.SEE_NUMBERS))
def stream_stats(request: HttpRequest) -> list[rows.StreamStats]:
    """The bookings of each stream of course 1 by status."""
    catch_up()
    return queries.stream_stats()


@router.get("/lessons/conversion", response=list[LessonConversionOut], auth=BearerKey(Permission.SEE_NUMBERS))
def lesson_conversion(request: HttpRequest) -> list[rows.LessonConversion]:
    """How many of those who registered for each free lesson came."""
    catch_up()
    return queries.lesson_conversion()


def _refuse_bad_range(first: date, last: date) -> None:
    if first > last:
        raise HttpError(422, "from: is after “to”; give the earlier day first")
    if (last - first).days >= LONGEST_RANGE:
        raise HttpError(422, f"from: at most {LONGEST_RANGE} days at a time; ask for less, or in parts")


def _period(period: rows.Period) -> PeriodOut:
    now, before = period.now, period.before
    return PeriodOut(
        new_people=NowAndBefore(now=now.new_people, before=before.new_people),
        registrations=NowAndBefore(now=now.registrations, before=before.registrations),
        bookings=NowAndBefore(now=now.bookings, before=before.bookings),
        confirmed=NowAndBefore(now=now.confirmed, before=before.confirmed),
    )


def _day(day: rows.Day) -> DayOut:
    counts = day.counts
    return DayOut(
        day=day.day,
        new_people=counts.new_people,
        people=day.people,
        registrations=counts.registrations,
        bookings=counts.bookings,
        confirmed=counts.confirmed,
        events=counts.events,
    )
