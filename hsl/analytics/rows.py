"""The rows that this room's queries return."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from operator import add, attrgetter
from typing import NamedTuple, Self


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
    """What came in some stretch of time; bookings by the status they have now.

    The last four are of the people who were first seen then: how many of them registered for a lesson, came to one,
    booked and paid, at any time.
    """

    new_people: int = 0
    registrations: int = 0
    bookings: int = 0
    confirmed: int = 0
    pending: int = 0
    cancelled: int = 0
    events: int = 0
    people_registered: int = 0
    people_came: int = 0
    people_booked: int = 0
    people_paid: int = 0

    @property
    def unpaid(self) -> int:
        """People first seen then who have no confirmed booking."""
        return self.new_people - self.people_paid

    @property
    def new_bookings(self) -> int:
        """Bookings that are neither confirmed, pending nor cancelled: created, nothing paid yet."""
        return self.bookings - self.confirmed - self.pending - self.cancelled

    def __add__(self, other: Self) -> "Counts":
        return type(self)(*map(add, _numbers(self), _numbers(other)))


_numbers = attrgetter(*(field.name for field in fields(Counts)))


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
    """A stream that is listed or has bookings; ``course_stream`` is None where the bookings have none, ``id`` where the
    school does not list it. ``sale_starts_on``: since when it is sold."""

    id: int | None
    course_id: int | None
    course_title: str | None
    course_stream: str | None
    title: str | None
    starts_on: date | None
    ends_on: date | None
    sale_starts_on: date | None
    is_archived: bool
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
class StreamPeople:
    """A stream's people by the best status of their bookings there; ``first_day``: when the first of these was made."""

    confirmed: int
    pending: int
    new: int
    cancelled: int
    first_day: date | None


class Filled(NamedTuple):
    """People whose first confirmed booking in a stream was made on a day, or in the week that begins with it; None
    where the booking has no time."""

    course_id: int
    course_stream: str
    day: date | None
    people: int


@dataclass(frozen=True, slots=True)
class LessonConversion:
    """One lesson type, with the conversion by rows (the specification's) and by people; both in per cent.

    ``people_kept``: who came after they had registered; ``people_missed``: who registered and never came; ``title``:
    what the school calls it.
    """

    lesson_type: str | None
    registrations: int
    attendances: int
    conversion_rate: Decimal
    people_registered: int
    people_attended: int
    people_conversion_rate: Decimal
    people_kept: int
    people_missed: int
    title: str | None


@dataclass(frozen=True, slots=True)
class LessonDate:
    """One date of a lesson type, counted as the type is; None: registrations that name no date."""

    lesson_date: date | None
    registrations: int
    attendances: int
    people_registered: int
    people_attended: int
    people_kept: int
    people_missed: int

    @property
    def conversion_rate(self) -> float:
        """Visits for each 100 registrations; 0 where nobody registered."""
        return 100 * self.attendances / self.registrations if self.registrations else 0

    @property
    def people_conversion_rate(self) -> float:
        """Of 100 people who registered for the date, how many came to it after that."""
        return 100 * self.people_kept / self.people_registered if self.people_registered else 0


@dataclass(frozen=True, slots=True)
class HotLead:
    """A person without a confirmed booking, and how active they were in seven days; ``heat``: hot, warm or cool."""

    user_id: int
    username: str | None
    first_name: str | None
    events: int
    days: int
    heat: str


@dataclass(frozen=True, slots=True)
class HotLeads:
    """The most active leads, and how many there are of each heat."""

    leads: list[HotLead]
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Activity:
    """One of the newest facts.

    ``kind``: event, booking or registration; ``type``: the event's; ``subject``: the booking's stream, or the
    lesson type that the registration or event names; ``title``: what the school calls that.
    """

    kind: str
    id: int
    user_id: int | None
    username: str | None
    first_name: str | None
    at: datetime | None
    type: str | None
    subject: str | None
    title: str | None
    confirmed: int | None
