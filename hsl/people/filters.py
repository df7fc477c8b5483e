"""What a list of people asks for: each thing of the address as a value."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

ALL = "all"
NON_COURSE_USERS = "non_course_users"


class Status(StrEnum):
    """How a person stands, by their bookings alone (design, a person's status)."""

    LEAD = "lead"
    PENDING = "pending"
    STUDENT = "student"
    FORMER = "former"


class BookingStatus(StrEnum):
    """The best status of a person's bookings in a stream."""

    NEW = "new"
    PENDING = "pending"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class Stage(StrEnum):
    """How far a person has come; each by itself, whatever else they did."""

    REGISTERED = "registered"
    CAME = "came"
    BOOKED = "booked"
    PAID = "paid"


class Came(StrEnum):
    """Whether those of a lesson came; kept: after they had registered."""

    YES = "yes"
    NO = "no"
    KEPT = "kept"


class Heat(StrEnum):
    """How active somebody without a confirmed booking was in the last seven days."""

    HOT = "hot"
    WARM = "warm"
    COOL = "cool"


class Viewed(NamedTuple):
    """Who saw a course's program while a stream was on sale, and has no booking in it."""

    course: int
    stream: str


@dataclass(frozen=True, kw_only=True)
class PeopleFilter:
    """Which people; None (and ``ALL``, and no text): any. Days are of the school's zone, both included.

    ``group``: everybody, people without payment, or the members of a stream. ``booking`` is the best status of
    their bookings in ``stream`` (of ``course``). ``lesson`` alone: who registered for it; with ``lesson_date``: for
    that date, or ``undated``; an empty text is a lesson without a type. ``reachable``: whether our bot can write to
    them.
    """

    q: str = ""
    group: str = ALL
    status: Status | None = None
    course: int | None = None
    stream: str | None = None
    booking: BookingStatus | None = None
    username: bool | None = None
    email: bool | None = None
    first_from: date | None = None
    first_to: date | None = None
    seen_from: date | None = None
    seen_to: date | None = None
    stage: Stage | None = None
    lesson: str | None = None
    lesson_date: date | None = None
    undated: bool = False
    came: Came | None = None
    viewed: Viewed | None = None
    heat: Heat | None = None
    reachable: bool | None = None
