"""People over the JSON API: search, groups, a person, moving between streams, and the cache's condition."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError
from ninja.params.functions import Query
from pydantic import BeforeValidator, ConfigDict, Field

from hsl.accounts.api_keys import BearerKey, key_of
from hsl.accounts.permissions import Permission
from hsl.people import groups, queries, services
from hsl.people.cache import Condition, user_cache
from hsl.people.cursors import BadCursorError, Order
from hsl.people.filters import ALL
from hsl.people.rows import User
from hsl.people.search import LONGEST, MOST, search
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import one_snapshot
from hsl.school import queries as facts
from hsl.school.api import BookingOut, EventOut, RegistrationOut
from hsl.school.parameters import Limit, RowId, Text, UserId
from hsl.school.rows import Booking

router = Router(tags=["people"])


class UserOut(Schema):
    """A person. `course_stream`: of their newest active booking."""

    user_id: int
    username: str | None
    first_name: str | None
    course_stream: str | None


class UsersOut(Schema):
    """People found, by username and first name."""

    users: list[UserOut]


class MemberOut(UserOut):
    """A person in a group. `status`: lead, pending, student or former."""

    status: str
    bookings: int
    registrations: int
    events: int
    first_seen: datetime | None
    last_seen: datetime | None


class GroupOut(Schema):
    """A page of a group; `total` counts all of the group."""

    users: list[MemberOut]
    total: int
    next_cursor: str | None


class NextCursors(Schema):
    """With which `cursor` to go on in `/api/bookings`, `/api/free-lesson-registrations`, `/api/events`."""

    bookings: int | None
    registrations: int | None
    events: int | None


class PersonOut(UserOut):
    """A person and their newest bookings, registrations and events, at most 50 of each, newest first."""

    status: str
    email: str | None
    referral_code: str | None
    first_seen: datetime | None
    last_seen: datetime | None
    bookings: list[BookingOut]
    registrations: list[RegistrationOut]
    events: list[EventOut]
    next_cursors: NextCursors


def _left_out() -> Any:  # noqa: ANN401 - it stands for a value of the field's type
    """A field that may be left out, and may not be null."""
    return Field(default=None, json_schema_extra=_without_default)


def _without_default(schema: dict[str, Any]) -> None:
    schema.pop("default", None)


class StreamIn(Schema):
    """Where to move a person."""

    model_config = ConfigDict(extra="forbid")

    course_stream: Text


def _no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("input should be -1, 1 or 2")  # noqa: TRY004 - pydantic's way to say it
    return value


class BookingIn(Schema):
    """What to set: `confirmed` (-1 cancelled, 1 pending, 2 confirmed), `course_stream`, or both."""

    model_config = ConfigDict(extra="forbid", strict=True)

    confirmed: Annotated[Literal[-1, 1, 2], BeforeValidator(_no_truth)] = _left_out()
    course_stream: Text = _left_out()


class CacheOut(Schema):
    """How the in-memory cache of this process is doing. `age` in seconds, `size` in bytes; `changes`: people who
    changed since it was loaded; `misses`: reads that the database had to answer."""

    loaded: bool
    age: float | None
    size: int
    people: int
    changes: int
    hits: int
    misses: int
    refreshes: int
    last_error: str | None


@router.get("/users/search", response=UsersOut, auth=BearerKey(Permission.SEE_PEOPLE))
def search_users(
    request: HttpRequest,
    q: Text = Query("", max_length=LONGEST, description="A part of a name, a @username, an id, an email."),
    limit: Limit = Query(MOST, le=MOST, description=f"How many at most: 1 to {MOST}."),
) -> dict[str, list[User]]:
    """People in any of whose names `q` occurs, old names too; or whose id or email it is."""
    catch_up()
    return {"users": search(q, limit)}


@router.get("/users", response=GroupOut, auth=BearerKey(Permission.SEE_PEOPLE))
def list_users(
    request: HttpRequest,
    group: Text = Query(ALL, description="`all`, `non_course_users`, or a stream: its members."),
    order: Order = Order.LAST_SEEN_DESCENDING,
    cursor: Annotated[Text | None, Query(description="The `next_cursor` of the page before.")] = None,
    limit: Limit = Query(50),
) -> dict[str, Any]:
    """A page of the people of a group, and how many the group has."""
    catch_up()
    try:
        with one_snapshot():
            page = groups.page(group, order, cursor=cursor, limit=limit)
    except groups.UnknownGroupError as error:
        raise HttpError(
            422, f"group: there is none called that; give one of {', '.join(error.names)}"
        ) from error
    except BadCursorError as error:
        raise HttpError(
            422, "cursor: give the next_cursor of a page of the same group and order, or leave it out"
        ) from error
    return {"users": page.people, "total": page.total, "next_cursor": page.next_cursor}


@router.get("/users/{user_id}", response=PersonOut, auth=BearerKey(Permission.SEE_PEOPLE))
def show_user(request: HttpRequest, user_id: UserId) -> dict[str, Any]:
    """A person with their bookings, registrations and events, newest first."""
    catch_up()
    with one_snapshot():
        card = queries.card(user_id)
        if card is None:
            raise Http404
        bookings = facts.bookings(facts.BookingFilter(user_id=user_id))
        registrations = facts.registrations(facts.RegistrationFilter(user_id=user_id))
        events = facts.events(facts.EventFilter(user_id=user_id))
    return {
        **card._asdict(),
        "bookings": bookings.facts,
        "registrations": registrations.facts,
        "events": events.facts,
        "next_cursors": {
            "bookings": bookings.next_cursor,
            "registrations": registrations.next_cursor,
            "events": events.next_cursor,
        },
    }


@router.patch("/users/{user_id}/stream", response=BookingOut, auth=BearerKey(Permission.MOVE_PEOPLE))
def move_user(request: HttpRequest, user_id: UserId, body: StreamIn) -> Booking:
    """Move a person: their newest active booking goes to another stream. Gives that booking."""
    key = key_of(request)
    return services.move_person(user_id, body.course_stream, actor=key).booking


@router.patch("/bookings/{booking_id}", response=BookingOut, auth=BearerKey(Permission.CHANGE_BOOKINGS))
def change_booking(request: HttpRequest, booking_id: RowId, body: BookingIn) -> Booking:
    """Confirm, cancel or move a booking. Gives it as it became."""
    key = key_of(request)
    changes = body.dict(exclude_unset=True)
    if not changes:
        raise HttpError(422, "body: give confirmed, course_stream, or both")
    return services.change_booking(booking_id, changes, actor=key).booking


@router.get("/cache", response=CacheOut, auth=BearerKey(Permission.SEE_CACHE))
def show_cache(request: HttpRequest) -> Condition:
    """How the in-memory cache of the process that answers is doing."""
    return user_cache.condition()
