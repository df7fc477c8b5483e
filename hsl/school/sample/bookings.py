"""How bookings of the sample school are made, paid, confirmed and cancelled, while the streams fill."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from zoneinfo import ZoneInfo

from hsl.school.sample.calendar import Stream, enrolment_closes
from hsl.school.sample.facts import BookingRow, Diary, later
from hsl.school.sample.lessons import Acquaintance
from hsl.school.sample.people import Person

COURSE_ID = 1
PRICE = 39_900
"""Roubles, before a discount."""

CANCELLED, PENDING, CONFIRMED = -1, 1, 2

CODES = {"FRIEND20": 20, "START10": 10, "EARLY15": 15, "VIBE25": 25, "STUDENT30": 30}
"""Referral codes and their discount in percent."""

HOUR, DAY = 60.0, 24 * 60.0


@dataclass(frozen=True, slots=True, order=True)
class Wish:
    """A person who will book a stream at a moment; ordered by moment."""

    moment: datetime
    user_id: int
    person: Person = field(compare=False)
    stream: Stream = field(compare=False)


@dataclass(slots=True)
class _Booking:
    """A booking while its story is written."""

    id: int
    wish: Wish
    code: str | None
    confirmed: int = PENDING


def wish_of(person: Person, story: Acquaintance, streams: tuple[Stream, ...], zone: ZoneInfo) -> Wish | None:
    """When, and which stream, a person books after their free lessons; None where they do not."""
    if person.rng.random() > story.keenness:
        return None
    return _draw_wish(person, story.decides_from, streams, zone)


def _draw_wish(
    person: Person, decides_from: datetime, streams: tuple[Stream, ...], zone: ZoneInfo
) -> Wish | None:
    """Half decide within days, half in the last weeks before enrolment closes."""
    earliest = later(person, decides_from, minutes=(10, 90))
    quick = earliest + timedelta(days=person.rng.expovariate(1 / 2.0))
    lateness = timedelta(days=person.rng.expovariate(1 / 9.0))
    decides_late = person.rng.random() < 0.45
    for stream in streams:
        closes = enrolment_closes(stream, zone)
        moment = max(earliest, closes - lateness) if decides_late else quick
        if moment < closes:
            return Wish(moment.replace(microsecond=0), person.user_id, person, stream)
    return None


class Enrolment:
    """The school's office: takes bookings in the order they come and confirms them while there are seats.

    ``before`` is the booking that was there before; the others follow its id.
    """

    def __init__(self, diary: Diary, streams: tuple[Stream, ...], zone: ZoneInfo, before: BookingRow) -> None:
        self.diary = diary
        self.streams = streams
        self.zone = zone
        self.next_id = before.id + 1
        self.taken = Counter([before.course_stream])

    def take(self, wishes: list[Wish]) -> None:
        """Write the bookings of ``wishes``, and those that people make again for a later stream."""
        waiting = list(wishes)
        heapify(waiting)
        while waiting:
            again = self._book(heappop(waiting))
            if again is not None:
                heappush(waiting, again)

    def _book(self, wish: Wish) -> Wish | None:
        """Write one booking's story; returns the wish to book a later stream, if the person has one."""
        if wish.moment > self.diary.now or self.taken[wish.stream.course_stream] >= wish.stream.seats:
            return None
        booking = self._create(wish)
        settled_at = self._settle(booking)
        self._append(booking)
        chance = {CANCELLED: 0.16, CONFIRMED: 0.07, PENDING: 0.0}[booking.confirmed]
        later_streams = tuple(s for s in self.streams if s.starts_on > wish.stream.starts_on)
        if wish.person.rng.random() < chance:
            return _draw_wish(wish.person, settled_at + timedelta(days=20), later_streams, self.zone)
        return None

    def _create(self, wish: Wish) -> _Booking:
        person = wish.person
        code = person.rng.choice(tuple(CODES)) if person.rng.random() < 0.27 else None
        booking = _Booking(self.next_id, wish, code)
        self.next_id += 1
        self.diary.event(person, "view_program", wish.moment - timedelta(minutes=9), course_id=COURSE_ID)
        if code is not None:
            self._note(
                booking,
                "referral_code_used",
                wish.moment - timedelta(seconds=20),
                referral_code=code,
                discount_percent=CODES[code],
            )
        self._note(booking, "booking_created", wish.moment, course_stream=wish.stream.course_stream)
        return booking

    def _settle(self, booking: _Booking) -> datetime:
        """Pay, drop out or linger, as far as that had come by now; returns the moment of the last step."""
        fate = booking.wish.person.rng.random()
        if fate < 0.70:
            return self._pay(booking)
        closes = enrolment_closes(booking.wish.stream, self.zone)
        if fate < 0.93:
            given_up = later(booking.wish.person, booking.wish.moment, minutes=(2 * HOUR, 9 * DAY))
            return self._cancel(booking, min(given_up, closes), "not_paid")
        return self._cancel(booking, later(booking.wish.person, closes, minutes=(0, DAY)), "enrolment_closed")

    def _pay(self, booking: _Booking) -> datetime:
        person, moment = booking.wish.person, booking.wish.moment
        proofs = 2 if person.rng.random() < 0.06 else 1
        for _ in range(proofs):
            moment = later(person, moment, minutes=(6, 40 * HOUR))
            self._note(
                booking, "payment_proof_uploaded", moment, file_type=person.rng.choice(("photo", "pdf"))
            )
        moment = later(person, moment, minutes=(5, 14 * HOUR))
        if self._full(booking):
            return self._cancel(booking, moment, "no_seats")
        if not self._change(booking, CONFIRMED, moment):
            return moment
        self.taken[booking.wish.stream.course_stream] += 1
        self._note(
            booking,
            "payment_approved",
            moment + timedelta(seconds=2),
            amount=_amount(booking.code),
            currency="RUB",
        )
        if person.rng.random() < 0.04:
            return self._cancel(booking, later(person, moment, minutes=(2 * DAY, 20 * DAY)), "refund")
        return moment

    def _full(self, booking: _Booking) -> bool:
        return self.taken[booking.wish.stream.course_stream] >= booking.wish.stream.seats

    def _cancel(self, booking: _Booking, moment: datetime, reason: str) -> datetime:
        was = booking.confirmed
        if self._change(booking, CANCELLED, moment):
            self.taken[booking.wish.stream.course_stream] -= was == CONFIRMED
            self._note(booking, "booking_cancelled", moment + timedelta(seconds=2), reason=reason)
        return moment

    def _change(self, booking: _Booking, status: int, moment: datetime) -> bool:
        """Change the booking's status, if ``moment`` has come."""
        if moment + timedelta(seconds=2) > self.diary.now:
            return False
        self._note(booking, "booking_status_changed", moment, was=booking.confirmed, now=status)
        booking.confirmed = status
        return True

    def _note(self, booking: _Booking, event_type: str, moment: datetime, **details: object) -> None:
        self.diary.event(booking.wish.person, event_type, moment, booking_id=booking.id, **details)

    def _append(self, booking: _Booking) -> None:
        person, moment = booking.wish.person, booking.wish.moment
        name = person.name_at(moment)
        self.diary.bookings.append(
            BookingRow(
                booking.id,
                person.user_id,
                name.username,
                name.first_name,
                COURSE_ID,
                booking.wish.stream.course_stream,
                booking.confirmed,
                moment,
                booking.code,
                CODES[booking.code] if booking.code else None,
            )
        )


def _amount(code: str | None) -> int:
    return PRICE * (100 - (CODES[code] if code else 0)) // 100
