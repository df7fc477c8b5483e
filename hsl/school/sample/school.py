"""The sample school as a whole: its people's stories, told up to a moment."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from hsl.school.sample import calendar
from hsl.school.sample.bookings import Enrolment, Wish, wish_of
from hsl.school.sample.calendar import Stream
from hsl.school.sample.facts import BookingRow, Diary, EventRow, RegistrationRow
from hsl.school.sample.lessons import get_acquainted
from hsl.school.sample.people import people
from hsl.school.sample.specification import BOOKING, EVENT, REGISTRATION

NAME = "Школа вайб-кодинга"
SEED = 2025


@dataclass(frozen=True, slots=True)
class SampleSchool:
    """The rows of the sample school; ids follow the specification's sample records, in order of time."""

    streams: tuple[Stream, ...]
    bookings: list[BookingRow]
    registrations: list[RegistrationRow]
    events: list[EventRow]

    @property
    def user_ids(self) -> set[int]:
        """Everybody with a fact."""
        rows = (self.bookings, self.registrations, self.events)
        return {row.user_id for table in rows for row in table}


def build(now: datetime, zone: ZoneInfo, seed: int = SEED) -> SampleSchool:
    """The school as it stands at ``now`` (aware): the same ``now``, zone and seed give the same school."""
    today = now.astimezone(zone).date()
    streams, lessons = calendar.streams(today), calendar.lessons(today, zone)
    diary = Diary(now)
    wishes: list[Wish] = []
    for person in people(now, zone, seed):
        story = get_acquainted(person, diary, lessons)
        wish = wish_of(person, story, streams, zone)
        if wish is not None:
            wishes.append(wish)
    Enrolment(diary, streams, zone, before=BOOKING).take(wishes)
    return SampleSchool(
        streams,
        [BOOKING, *diary.bookings],
        [REGISTRATION, *_registrations_in_order(diary.registrations)],
        [EVENT, *_events_in_order(diary.events)],
    )


def _registrations_in_order(rows: list[RegistrationRow]) -> list[RegistrationRow]:
    rows = sorted(rows, key=lambda row: (row.registered_at, row.user_id))
    return [row._replace(id=id_) for id_, row in enumerate(rows, REGISTRATION.id + 1)]


def _events_in_order(rows: list[EventRow]) -> list[EventRow]:
    rows = sorted(rows, key=lambda row: row.created_at)
    return [row._replace(id=id_) for id_, row in enumerate(rows, EVENT.id + 1)]
