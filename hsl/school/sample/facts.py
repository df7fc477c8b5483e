"""The rows of the sample school, with the columns of the specification's tables."""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from hsl.school.sample.people import Person


class BookingRow(NamedTuple):
    id: int
    user_id: int
    username: str | None
    first_name: str | None
    course_id: int
    course_stream: str
    confirmed: int
    created_at: datetime
    referral_code: str | None
    discount_percent: int | None


class RegistrationRow(NamedTuple):
    id: int
    user_id: int
    username: str | None
    first_name: str | None
    email: str
    registered_at: datetime
    notification_sent: bool
    lesson_type: str
    lesson_date: date


class EventRow(NamedTuple):
    id: int
    user_id: int
    username: str | None
    first_name: str | None
    event_type: str
    created_at: datetime
    details: str


MADE_BY_THE_BOT = frozenset(
    {"free_lesson_reminder_sent", "booking_status_changed", "payment_approved", "booking_cancelled"}
)
"""Events in which the bot, not the person, acts: it writes no name into them."""


@dataclass(slots=True)
class Diary:
    """All that happened by ``now``; what would happen later is not written."""

    now: datetime
    bookings: list[BookingRow] = field(default_factory=list)
    registrations: list[RegistrationRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)

    def event(self, person: Person, event_type: str, moment: datetime, **details: object) -> bool:
        """Write that something happened to ``person``; says whether it had happened by now."""
        if moment > self.now:
            return False
        name = person.name_at(moment)
        by_bot = event_type in MADE_BY_THE_BOT
        self.events.append(
            EventRow(
                0,
                person.user_id,
                None if by_bot else name.username,
                None if by_bot else name.first_name,
                event_type,
                moment,
                json.dumps(details, ensure_ascii=False),
            )
        )
        return True


def later(person: Person, moment: datetime, *, minutes: tuple[float, float]) -> datetime:
    """A moment some minutes (from, to) after ``moment``, by the person's own chance, in whole seconds."""
    after = timedelta(minutes=person.rng.uniform(*minutes))
    return (moment + after).replace(microsecond=0)
