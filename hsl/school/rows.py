"""What the queries about facts return."""

from datetime import date, datetime
from typing import Any, NamedTuple


class Booking(NamedTuple):
    """A booking as the specification has it (data model, Bookings)."""

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


class Registration(NamedTuple):
    """A registration for a free lesson (data model, FreeLessonRegistrations)."""

    id: int
    user_id: int | None
    username: str | None
    first_name: str | None
    email: str | None
    registered_at: datetime | None
    notification_sent: bool | None
    lesson_type: str | None
    lesson_date: date | None


class Event(NamedTuple):
    """An event (data model, Events)."""

    id: int
    user_id: int | None
    username: str | None
    first_name: str | None
    event_type: str | None
    created_at: datetime | None
    details: Any
