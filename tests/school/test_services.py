"""Changing bookings: by the rules, on the record, and without standing in a bot's way."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.utils.translation import override

from hsl.accounts.models import AuditEntry
from hsl.school.booking_rows import Changes
from hsl.school.refusals import ConflictError, InvalidError, MissingError
from hsl.school.services import change_booking, move_person
from tests.elsewhere import elsewhere


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are in the reader's language."""
    with override("en"):
        yield


def book(conn: psycopg.Connection[Any], booking_id: int, **values: Any) -> None:
    """A booking of person 1 in the 3rd stream, pending, unless told otherwise."""
    row = {
        "id": booking_id,
        "user_id": 1,
        "course_id": 1,
        "course_stream": "3rd_stream",
        "confirmed": 1,
        **values,
    }
    marks = ", ".join(["%s"] * len(row))
    conn.execute(f"INSERT INTO public.bookings ({', '.join(row)}) VALUES ({marks})", [*row.values()])


def bookings(conn: psycopg.Connection[Any]) -> dict[int, tuple[str, int]]:
    """Stream and status of each booking."""
    rows = conn.execute("SELECT id, course_stream, confirmed FROM public.bookings")
    return {booking_id: (stream, confirmed) for booking_id, stream, confirmed in rows}


def loosen(conn: psycopg.Connection[Any]) -> None:
    """Make the table one that was there before us: without our rules."""
    conn.execute("DROP INDEX public.bookings_one_active")
    conn.execute("ALTER TABLE public.bookings DROP CONSTRAINT bookings_confirmed_check")
    conn.execute("ALTER TABLE public.bookings ALTER confirmed DROP NOT NULL")


@pytest.fixture
def loose(school: psycopg.Connection) -> Any:
    """A school whose bookings table has no rules of ours; they are back after the test."""
    loosen(school)
    yield school
    school.execute("TRUNCATE public.bookings")
    school.execute("ALTER TABLE public.bookings ALTER confirmed SET NOT NULL")
    school.execute(
        "ALTER TABLE public.bookings ADD CONSTRAINT bookings_confirmed_check CHECK (confirmed IN (-1, 1, 2))"
    )
    school.execute(
        "CREATE UNIQUE INDEX bookings_one_active ON public.bookings (user_id, course_id, course_stream)"
        " WHERE confirmed <> -1"
    )


def test_a_booking_is_confirmed_and_the_record_says_so(school: psycopg.Connection) -> None:
    book(school, 17)

    assert change_booking(17, {"confirmed": 2}, actor=None).booking.confirmed == 2
    assert bookings(school) == {17: ("3rd_stream", 2)}
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.subject) == ("booking.change", "booking:17")
    assert (entry.before, entry.after) == ({"booking": 17, "confirmed": 1}, {"booking": 17, "confirmed": 2})


def test_what_it_is_already_is_no_act(school: psycopg.Connection) -> None:
    book(school, 17)

    change_booking(17, {"confirmed": 1, "course_stream": "3rd_stream"}, actor=None)
    assert not AuditEntry.objects.exists()


def test_moving_takes_the_newest_active_booking(school: psycopg.Connection) -> None:
    book(school, 1, created_at="2025-09-01 10:00+00")
    book(school, 2, created_at="2025-09-03 10:00+00", course_id=2)
    book(school, 3, created_at="2025-09-05 10:00+00", course_stream="4th_stream", confirmed=-1)
    book(school, 4, created_at="2025-09-03 10:00+00", course_stream="4th_stream")

    assert move_person(1, "5th_stream", actor=None).booking.id == 4
    assert bookings(school)[4] == ("5th_stream", 1)
    assert AuditEntry.objects.get().subject == "person:1"


def test_who_can_t_be_moved(school: psycopg.Connection) -> None:
    with pytest.raises(ConflictError, match="no active booking"):
        move_person(1, "5th_stream", actor=None)
    book(school, 1, confirmed=-1)
    with pytest.raises(ConflictError, match="no active booking"):
        move_person(1, "5th_stream", actor=None)
    book(school, 2)
    with pytest.raises(ConflictError, match=r"booking 2 .* in 3rd_stream already"):
        move_person(1, "3rd_stream", actor=None)


def test_a_stream_must_be_listed_for_the_course(school: psycopg.Connection) -> None:
    book(school, 1)
    school.execute("INSERT INTO courses (id, title) VALUES (2, 'Another')")
    school.execute("INSERT INTO course_streams (course_id, course_stream, title) VALUES (2, 'evening', '')")

    with pytest.raises(InvalidError, match="give one of 3rd_stream, 4th_stream, 5th_stream"):
        change_booking(1, {"course_stream": "evening"}, actor=None)
    with pytest.raises(InvalidError, match="give -1"):
        change_booking(1, {"confirmed": 3}, actor=None)


@pytest.mark.parametrize("rules", ["ours", "none"])
def test_one_active_booking_a_person_course_and_stream(
    request: pytest.FixtureRequest, school: psycopg.Connection, rules: str
) -> None:
    if rules == "none":
        request.getfixturevalue("loose")
    book(school, 1)
    book(school, 2, course_stream="4th_stream")
    book(school, 3, confirmed=-1)
    book(school, 4, course_stream="4th_stream", user_id=2)

    changes: list[tuple[int, Changes]] = [
        (2, {"course_stream": "3rd_stream"}),
        (3, {"confirmed": 1}),
        (2, {"confirmed": 2, "course_stream": "3rd_stream"}),
    ]
    for booking, change in changes:
        with pytest.raises(ConflictError, match="booking 1 of this person in 3rd_stream is active"):
            change_booking(booking, change, actor=None)
    assert change_booking(1, {"confirmed": -1}, actor=None).booking.confirmed == -1
    assert change_booking(3, {"confirmed": 2}, actor=None).booking.confirmed == 2
    assert (
        change_booking(2, {"confirmed": -1, "course_stream": "3rd_stream"}, actor=None).booking.confirmed
        == -1
    )


def test_of_two_that_a_bot_made_each_can_be_confirmed_and_cancelled(loose: psycopg.Connection) -> None:
    book(loose, 1, confirmed=0)
    book(loose, 2, confirmed=None)

    assert change_booking(1, {"confirmed": 2}, actor=None).booking.confirmed == 2
    assert change_booking(2, {"confirmed": -1}, actor=None).booking.confirmed == -1


def test_nothing_of_a_refused_change_stays(school: psycopg.Connection) -> None:
    with pytest.raises(MissingError, match="no booking 17"):
        change_booking(17, {"confirmed": 2}, actor=None)
    book(school, 1)
    with pytest.raises(InvalidError):
        change_booking(1, {"confirmed": 2, "course_stream": "6th_stream"}, actor=None)
    assert bookings(school) == {1: ("3rd_stream", 1)}
    assert not AuditEntry.objects.exists()


def test_a_refusal_of_the_database_is_told(school: psycopg.Connection) -> None:
    book(school, 1)
    school.execute("ALTER TABLE public.bookings ADD CONSTRAINT no_second CHECK (confirmed <> 2)")
    try:
        with pytest.raises(ConflictError, match=r"confirmed: the database refuses it: .*no_second"):
            change_booking(1, {"confirmed": 2}, actor=None)
    finally:
        school.execute("ALTER TABLE public.bookings DROP CONSTRAINT no_second")


def test_a_booking_that_another_program_holds_is_not_waited_for_long(
    school: psycopg.Connection, bot: psycopg.Connection
) -> None:
    book(school, 1)
    with bot.transaction():
        bot.execute("UPDATE public.bookings SET confirmed = 1")
        with pytest.raises(ConflictError, match="try again"):
            change_booking(1, {"confirmed": 2}, actor=None)
    assert change_booking(1, {"confirmed": 2}, actor=None).booking.confirmed == 2


def test_a_booking_that_another_program_is_changing_is_not_judged_by_what_it_was(
    school: psycopg.Connection, bot: psycopg.Connection
) -> None:
    book(school, 17)
    with bot.transaction():
        bot.execute("UPDATE public.bookings SET confirmed = 2")
        with pytest.raises(ConflictError, match="try again"):
            change_booking(17, {"confirmed": 1}, actor=None)
    assert change_booking(17, {"confirmed": 1}, actor=None).booking.confirmed == 1
    assert AuditEntry.objects.get().before == {"booking": 17, "confirmed": 2}


def test_of_two_who_move_a_person_at_once_one_is_told(school: psycopg.Connection) -> None:
    book(school, 1)
    outcomes: list[str] = []

    @elsewhere
    def move() -> None:
        try:
            move_person(1, "5th_stream", actor=None)
            outcomes.append("moved")
        except ConflictError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=move) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("moved") == 1
    assert AuditEntry.objects.count() == 1
