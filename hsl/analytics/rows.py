"""The rows that this room's queries return."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Self


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is in all: people by distinct ``user_id``, the rest by facts."""

    people: int
    non_course_users: int
    registrations: int
    events: int
    bookings: int
    confirmed: int
    pending: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What came in some stretch of time; bookings by the status they have now."""

    new_people: int = 0
    registrations: int = 0
    bookings: int = 0
    confirmed: int = 0
    pending: int = 0
    cancelled: int = 0
    events: int = 0

    @property
    def new_bookings(self) -> int:
        """Bookings that are neither confirmed, pending nor cancelled: created, nothing paid yet."""
        return self.bookings - self.confirmed - self.pending - self.cancelled

    def __add__(self, other: Self) -> "Counts":
        return Counts(
            self.new_people + other.new_people,
            self.registrations + other.registrations,
            self.bookings + other.bookings,
            self.confirmed + other.confirmed,
            self.pending + other.pending,
            self.cancelled + other.cancelled,
            self.events + other.events,
        )


@dataclass(frozen=True, slots=True)
class Period:
    """What came in some days up to today, and in as many days before them."""

    now: Counts
    before: Counts


@dataclass(frozen=True, slots=True)
class Stats:
    """The totals beside what came of late."""

    totals: Totals
    today: Period
    last_7_days: Period
    last_30_days: Period


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the school's zone; ``people``: how many there were in all at its end."""

    day: date
    people: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class StreamStats:
    """Bookings of one stream by status, as the specification counts them."""

    course_id: int
    course_stream: str
    total: int
    confirmed: int
    pending: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream that is listed or has bookings; ``course_stream`` is None where the bookings have none."""

    course_id: int | None
    course_title: str | None
    course_stream: str | None
    title: str | None
    starts_on: date | None
    seats: int | None
    total: int
    confirmed: int
    pending: int
    cancelled: int

    @property
    def new(self) -> int:
        """Bookings created with nothing paid yet (``confirmed`` 0 or NULL in an adopted database)."""
        return self.total - self.confirmed - self.pending - self.cancelled

    @property
    def active(self) -> int:
        """Bookings that are not cancelled."""
        return self.total - self.cancelled


@dataclass(frozen=True, slots=True)
class LessonConversion:
    """One lesson type, with the conversion by rows (the specification's) and by people; both in per cent."""

    lesson_type: str | None
    registrations: int
    attendances: int
    conversion_rate: Decimal
    people_registered: int
    people_attended: int
    people_conversion_rate: Decimal


@dataclass(frozen=True, slots=True)
class Activity:
    """One of the newest facts.

    ``kind``: event, booking or registration; ``type``: the event's; ``subject``: the booking's stream, or the
    lesson type that the registration or event names.
    """

    kind: str
    id: int
    user_id: int | None
    username: str | None
    first_name: str | None
    at: datetime | None
    type: str | None
    subject: str | None
    confirmed: int | None
