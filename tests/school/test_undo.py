"""Taking back what was done to a booking: once, by the rules, and never over what somebody changed since."""

import threading
from collections.abc import Iterator

import psycopg
import pytest
from django.utils.translation import override

from hsl.accounts.models import AuditEntry
from hsl.school.refusals import ConflictError, InvalidError, MissingError
from hsl.school.services import change_booking, move_person
from hsl.school.undo import undo
from tests.elsewhere import elsewhere
from tests.school.test_services import book, bookings


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """Refusals are in the reader's language."""
    with override("en"):
        yield


def newest() -> AuditEntry:
    """The newest act on the record."""
    return AuditEntry.objects.latest("pk")


def test_what_was_done_is_taken_back_as_an_act_of_its_own(school: psycopg.Connection) -> None:
    book(school, 17)
    move_person(1, "5th_stream", actor=None)
    moved = newest()

    assert undo(moved.pk, actor=None).course_stream == "3rd_stream"
    assert bookings(school) == {17: ("3rd_stream", 1)}
    taken_back = newest()
    assert (taken_back.act, taken_back.subject, taken_back.undoes) == ("booking.undo", "person:1", moved)
    assert (taken_back.before, taken_back.after) == (moved.after, moved.before)


def test_an_act_is_taken_back_once_and_the_taking_back_too(school: psycopg.Connection) -> None:
    book(school, 17)
    change_booking(17, {"confirmed": 2}, actor=None)
    confirmed = newest()
    undo(confirmed.pk, actor=None)

    with pytest.raises(ConflictError, match="taken back already"):
        undo(confirmed.pk, actor=None)
    assert undo(newest().pk, actor=None).confirmed == 2


def test_a_booking_that_has_changed_since_stays_as_it_is(school: psycopg.Connection) -> None:
    book(school, 17)
    change_booking(17, {"confirmed": 2}, actor=None)
    confirmed = newest()
    school.execute("UPDATE public.bookings SET confirmed = -1")

    with pytest.raises(ConflictError, match=r"Booking 17 has changed since \(confirmed is -1 by now\)"):
        undo(confirmed.pk, actor=None)
    assert bookings(school) == {17: ("3rd_stream", -1)}


def test_what_the_act_did_not_touch_may_have_changed(school: psycopg.Connection) -> None:
    book(school, 17)
    change_booking(17, {"confirmed": 2}, actor=None)
    confirmed = newest()
    move_person(1, "4th_stream", actor=None)

    undo(confirmed.pk, actor=None)
    assert bookings(school) == {17: ("4th_stream", 1)}


def test_former_values_must_keep_the_rules(school: psycopg.Connection) -> None:
    book(school, 17)
    change_booking(17, {"confirmed": -1}, actor=None)
    cancelled = newest()
    book(school, 18)

    with pytest.raises(ConflictError, match="booking 18 of this person in 3rd_stream is active"):
        undo(cancelled.pk, actor=None)
    assert bookings(school)[17] == ("3rd_stream", -1)


@pytest.mark.parametrize("confirmed", [0, None])
def test_a_bot_s_own_values_are_put_back(
    request: pytest.FixtureRequest, school: psycopg.Connection, confirmed: int | None
) -> None:
    school.execute("ALTER TABLE public.bookings DROP CONSTRAINT bookings_confirmed_check")
    school.execute("ALTER TABLE public.bookings ALTER confirmed DROP NOT NULL")
    try:
        book(school, 17, confirmed=confirmed, course_stream="1st_stream")
        change_booking(17, {"confirmed": 2, "course_stream": "4th_stream"}, actor=None)
        undo(newest().pk, actor=None)
        assert bookings(school) == {17: ("1st_stream", confirmed)}
    finally:
        school.execute("TRUNCATE public.bookings")
        school.execute("ALTER TABLE public.bookings ALTER confirmed SET NOT NULL")
        school.execute(
            "ALTER TABLE public.bookings ADD CONSTRAINT bookings_confirmed_check CHECK (confirmed IN (-1, 1, 2))"
        )


def test_referral_code_and_discount_are_changed_and_taken_back(school: psycopg.Connection) -> None:
    book(school, 17, referral_code="OLD")
    changed = change_booking(17, {"referral_code": "NEW", "discount_percent": 15}, actor=None)

    assert (changed.booking.referral_code, changed.booking.discount_percent) == ("NEW", 15)
    back = undo(newest().pk, actor=None)
    assert (back.referral_code, back.discount_percent) == ("OLD", None)
    with pytest.raises(InvalidError, match="0 to 100"):
        change_booking(17, {"discount_percent": 101}, actor=None)


def test_what_is_no_act_on_a_booking_can_t_be_taken_back(school: psycopg.Connection) -> None:
    with pytest.raises(MissingError, match="no act 99"):
        undo(99, actor=None)
    other = AuditEntry.objects.create(actor="hsl", act="operator.add", subject="operator:1")
    with pytest.raises(ConflictError, match="can't be taken back"):
        undo(other.pk, actor=None)
    book(school, 17)
    change_booking(17, {"confirmed": 2}, actor=None)
    school.execute("DELETE FROM public.bookings")
    with pytest.raises(MissingError, match="no booking 17"):
        undo(newest().pk, actor=None)


def test_of_two_who_take_it_back_at_once_one_is_told(school: psycopg.Connection) -> None:
    book(school, 17)
    change_booking(17, {"confirmed": 2}, actor=None)
    act = newest().pk
    outcomes: list[str] = []

    @elsewhere
    def take_back() -> None:
        try:
            undo(act, actor=None)
            outcomes.append("taken back")
        except ConflictError as error:
            outcomes.append(str(error))

    threads = [threading.Thread(target=take_back) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("taken back") == 1
    assert AuditEntry.objects.filter(undoes=act).count() == 1
