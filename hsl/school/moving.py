"""Moving many people to a stream: a few hundred in one transaction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import groupby

from hsl.accounts.audit import Actor, entry_of
from hsl.accounts.models import AuditEntry
from hsl.school.booking_rows import (
    TableHeldError,
    active_bookings,
    hold_table,
    one_transaction,
    write,
)
from hsl.school.queries import listed_streams
from hsl.school.refusals import RefusedError
from hsl.school.rows import Booking


class Moved(StrEnum):
    """What came of moving a person."""

    MOVED = "moved"
    THERE_ALREADY = "there_already"
    NO_BOOKING = "no_booking"
    IN_THE_WAY = "in_the_way"
    NOT_LISTED = "not_listed"
    REFUSED = "refused"


def move_many(
    user_ids: Sequence[int], course_stream: str, *, actor: Actor, part_of: AuditEntry
) -> "Counter[Moved]":
    """Move people, each as :func:`hsl.school.services.move_person` does, in one transaction; who can't be moved is
    left out and counted by the reason. Each move is an act on the record, a part of ``part_of``.

    Where the database refuses a row, or another program holds one, halves are tried apart until the one is found.
    Raises TableHeldError where another program holds the whole table.
    """
    try:
        with one_transaction():
            hold_table()
            return _move(user_ids, course_stream, actor, part_of)
    except TableHeldError:
        raise
    except RefusedError:
        if len(user_ids) == 1:
            return Counter({Moved.REFUSED: 1})
        middle = len(user_ids) // 2
        halves = user_ids[:middle], user_ids[middle:]
        return sum(
            (move_many(half, course_stream, actor=actor, part_of=part_of) for half in halves), Counter()
        )


def _move(user_ids: Sequence[int], course_stream: str, actor: Actor, part_of: AuditEntry) -> "Counter[Moved]":
    found = groupby(active_bookings(list(user_ids)), key=lambda booking: booking.user_id)
    active = {user_id: list(bookings) for user_id, bookings in found}
    listed = _courses_with(course_stream, active.values())
    outcomes = {user_id: _outcome(active.get(user_id, []), course_stream, listed) for user_id in user_ids}
    moved = [active[user_id][0] for user_id, outcome in outcomes.items() if outcome is Moved.MOVED]
    if moved:
        write([booking.id for booking in moved], "course_stream", course_stream)
    AuditEntry.objects.bulk_create(
        entry_of(
            actor,
            "person.move",
            f"person:{booking.user_id}",
            {"booking": booking.id, "course_stream": booking.course_stream},
            {"booking": booking.id, "course_stream": course_stream},
            part_of=part_of,
        )
        for booking in moved
    )
    return Counter(outcomes.values())


def _courses_with(course_stream: str, people: Iterable[list[Booking]]) -> set[int | None]:
    """The courses of these bookings that list the stream."""
    courses = {bookings[0].course_id for bookings in people}
    return {course for course in courses if course_stream in listed_streams(course)}


def _outcome(active: list[Booking], course_stream: str, listed: set[int | None]) -> Moved:
    if not active:
        return Moved.NO_BOOKING
    newest, *others = active
    if newest.course_stream == course_stream:
        return Moved.THERE_ALREADY
    if newest.course_id not in listed:
        return Moved.NOT_LISTED
    there = ((one.course_id, one.course_stream) for one in others)
    return Moved.IN_THE_WAY if (newest.course_id, course_stream) in there else Moved.MOVED
