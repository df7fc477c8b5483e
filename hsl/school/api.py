"""Facts over the JSON API: bookings, registrations and events as lists, newest first."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.params.functions import Query

from hsl.accounts.api_keys import BearerKey
from hsl.accounts.permissions import Permission
from hsl.school import queries
from hsl.school.parameters import Day, Limit, RowId, Text, UserId

router = Router(tags=["facts"])

Cursor = Annotated[RowId | None, Query(description="The `next_cursor` of the page before.")]
First = Annotated[Day | None, Query(alias="from", description="The first day, of the school's time zone.")]
Last = Annotated[Day | None, Query(alias="to", description="The last day, included.")]


class BookingOut(Schema):
    """A booking. `confirmed`: -1 cancelled, 1 pending, 2 confirmed; 0 or null: new."""

    id: int
    user_id: int | None
    username: str | None
    first_name: str | None
    course_id: int | None
    course_stream: str | None
    confirmed: int | None
    created_at: datetime | None
    referral_code: str | None
    discount_percent: int | None


class RegistrationOut(Schema):
    """A registration for a free lesson."""

    id: int
    user_id: int | None
    username: str | None
    first_name: str | None
    email: str | None
    registered_at: datetime | None
    notification_sent: bool | None
    lesson_type: str | None
    lesson_date: date | None


class EventOut(Schema):
    """An event; `details` as the bot wrote them."""

    id: int
    user_id: int | None
    username: str | None
    first_name: str | None
    event_type: str | None
    created_at: datetime | None
    details: Any


class BookingsOut(Schema):
    """A page of bookings."""

    bookings: list[BookingOut]
    next_cursor: int | None


class RegistrationsOut(Schema):
    """A page of registrations."""

    registrations: list[RegistrationOut]
    next_cursor: int | None


class EventsOut(Schema):
    """A page of events."""

    events: list[EventOut]
    next_cursor: int | None


@router.get("/bookings", response=BookingsOut, auth=BearerKey(Permission.SEE_PEOPLE))
def list_bookings(
    request: HttpRequest,
    *,
    user_id: UserId | None = None,
    course_stream: Text | None = None,
    confirmed: Annotated[int | None, Query(ge=-(2**31), le=2**31 - 1)] = None,
    first: First = None,
    last: Last = None,
    cursor: Cursor = None,
    limit: Limit = Query(50),
) -> dict[str, Any]:
    """Bookings, the highest id first. A page can be short and still have a `next_cursor`: go on with it."""
    wanted = queries.BookingFilter(
        user_id=user_id, course_stream=course_stream, confirmed=confirmed, first=first, last=last
    )
    page = queries.bookings(wanted, below=cursor, limit=limit)
    return {"bookings": page.facts, "next_cursor": page.next_cursor}


@router.get("/free-lesson-registrations", response=RegistrationsOut, auth=BearerKey(Permission.SEE_PEOPLE))
def list_registrations(
    request: HttpRequest,
    *,
    user_id: UserId | None = None,
    lesson_type: Text | None = None,
    lesson_date: Day | None = None,
    first: First = None,
    last: Last = None,
    cursor: Cursor = None,
    limit: Limit = Query(50),
) -> dict[str, Any]:
    """Registrations for free lessons, the highest id first; pages as those of bookings."""
    wanted = queries.RegistrationFilter(
        user_id=user_id, lesson_type=lesson_type, lesson_date=lesson_date, first=first, last=last
    )
    page = queries.registrations(wanted, below=cursor, limit=limit)
    return {"registrations": page.facts, "next_cursor": page.next_cursor}


@router.get("/events", response=EventsOut, auth=BearerKey(Permission.SEE_PEOPLE))
def list_events(
    request: HttpRequest,
    *,
    user_id: UserId | None = None,
    event_type: Text | None = None,
    first: First = None,
    last: Last = None,
    cursor: Cursor = None,
    limit: Limit = Query(50),
) -> dict[str, Any]:
    """Events, the highest id first; pages as those of bookings."""
    wanted = queries.EventFilter(user_id=user_id, event_type=event_type, first=first, last=last)
    page = queries.events(wanted, below=cursor, limit=limit)
    return {"events": page.facts, "next_cursor": page.next_cursor}
