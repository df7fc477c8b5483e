"""The sample school is a believable one: the same for a seed, and its stories hold together."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hsl.school.sample.bookings import CANCELLED, CODES, CONFIRMED, PENDING
from hsl.school.sample.facts import EventRow
from hsl.school.sample.names import ODD
from hsl.school.sample.school import SampleSchool, build
from hsl.school.sample.specification import BOOKING, EVENT, REGISTRATION

ZONE = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
EVENT_TYPES = {
    "start_command",
    "view_program",
    "free_lesson_info_viewed",
    "free_lesson_registration_started",
    "free_lesson_registered",
    "free_lesson_reminder_sent",
    "lesson_link_clicked",
    "booking_created",
    "payment_proof_uploaded",
    "booking_status_changed",
    "payment_approved",
    "booking_cancelled",
    "referral_code_used",
}


@pytest.fixture(scope="module", params=[NOW, NOW - timedelta(days=150, hours=7)])
def school(request: pytest.FixtureRequest) -> SampleSchool:
    return build(request.param, ZONE)


def invented(events: list[EventRow], event_type: str) -> Iterator[tuple[EventRow, dict[str, object]]]:
    """The events of a type with their details, the specification's own left out."""
    return (
        (row, json.loads(row.details)) for row in events if row.event_type == event_type and row is not EVENT
    )


def times(school: SampleSchool, event_type: str, key: str) -> dict[tuple[int, object], list[datetime]]:
    """When events of a type happened, by person and a field of their details."""
    found: dict[tuple[int, object], list[datetime]] = defaultdict(list)
    for row, details in invented(school.events, event_type):
        found[row.user_id, details[key]].append(row.created_at)
    return found


def test_the_same_seed_and_moment_give_the_same_school() -> None:
    assert build(NOW, ZONE) == build(NOW, ZONE)


def test_another_seed_gives_another_school() -> None:
    assert build(NOW, ZONE, seed=1).bookings != build(NOW, ZONE, seed=2).bookings


def test_it_has_about_two_thousand_people_over_fourteen_months(school: SampleSchool) -> None:
    assert 1900 <= len(school.user_ids) <= 2000
    moments = [row.created_at for row in school.events[1:]]
    assert timedelta(days=420) < max(moments) - min(moments) <= timedelta(days=427)


def test_nothing_happens_in_the_future() -> None:
    school = build(NOW, ZONE)
    assert max(row.created_at for row in school.events) <= NOW
    assert max(row.created_at for row in school.bookings) <= NOW
    assert max(row.registered_at for row in school.registrations) <= NOW


def test_it_knows_the_event_types_of_a_real_bot_and_no_other(school: SampleSchool) -> None:
    assert {row.event_type for row in school.events} == EVENT_TYPES


def test_everybody_begins_with_the_start_command(school: SampleSchool) -> None:
    first = {row.user_id: row for row in reversed(school.events) if row is not EVENT}
    assert {row.event_type for row in first.values()} == {"start_command"}


def test_who_registers_is_in_the_table_and_the_other_way_round(school: SampleSchool) -> None:
    told = Counter(
        (row.user_id, details["lesson_type"], details["lesson_date"], row.created_at)
        for row, details in invented(school.events, "free_lesson_registered")
    )
    kept = Counter(
        (row.user_id, row.lesson_type, row.lesson_date.isoformat(), row.registered_at)
        for row in school.registrations
        if row is not REGISTRATION
    )
    assert told == kept


@pytest.mark.parametrize("event_type", ["lesson_link_clicked", "free_lesson_reminder_sent"])
def test_who_comes_or_is_reminded_has_registered(school: SampleSchool, event_type: str) -> None:
    registered = {
        (row.user_id, row.lesson_type, row.lesson_date.isoformat()): row.registered_at
        for row in school.registrations
    }
    for row, details in invented(school.events, event_type):
        key = row.user_id, str(details["lesson_type"]), str(details["lesson_date"])
        assert registered[key] < row.created_at


def test_who_starts_to_register_has_read_about_the_lesson(school: SampleSchool) -> None:
    read: dict[int, datetime] = {}
    for row in school.events:
        if row.event_type == "free_lesson_info_viewed":
            read.setdefault(row.user_id, row.created_at)
        if row.event_type == "free_lesson_registration_started":
            assert read[row.user_id] < row.created_at


def test_every_booking_was_created_in_the_bot_at_its_time(school: SampleSchool) -> None:
    created = times(school, "booking_created", "booking_id")
    bookings = {(row.user_id, row.id): [row.created_at] for row in school.bookings if row is not BOOKING}
    assert created == bookings


def test_who_books_has_seen_the_program(school: SampleSchool) -> None:
    seen: dict[int, datetime] = {}
    for row in school.events:
        if row.event_type == "view_program":
            seen.setdefault(row.user_id, row.created_at)
        if row.event_type == "booking_created":
            assert seen[row.user_id] < row.created_at


def test_a_payment_is_approved_after_its_proof_and_the_proof_after_the_booking(school: SampleSchool) -> None:
    created = times(school, "booking_created", "booking_id")
    proofs = times(school, "payment_proof_uploaded", "booking_id")
    approved = times(school, "payment_approved", "booking_id")
    assert approved
    for booking, moments in proofs.items():
        assert min(moments) > created[booking][0]
    for booking, moments in approved.items():
        assert moments[0] > max(proofs[booking])


def test_a_booking_is_confirmed_exactly_when_its_payment_was_approved_and_it_was_not_cancelled(
    school: SampleSchool,
) -> None:
    approved = set(times(school, "payment_approved", "booking_id"))
    cancelled = set(times(school, "booking_cancelled", "booking_id"))
    by_status: dict[int, set[tuple[int, object]]] = {CONFIRMED: set(), CANCELLED: set(), PENDING: set()}
    for row in school.bookings:
        if row is not BOOKING:
            by_status[row.confirmed].add((row.user_id, row.id))
    assert by_status[CONFIRMED] == approved - cancelled
    assert by_status[CANCELLED] == cancelled
    assert not by_status[PENDING] & (approved | cancelled)


def test_the_last_change_of_status_told_is_the_status_kept(school: SampleSchool) -> None:
    told = {
        details["booking_id"]: details["now"]
        for _, details in invented(school.events, "booking_status_changed")
    }
    kept = {row.id: row.confirmed for row in school.bookings if row is not BOOKING}
    assert all(kept[int(str(booking_id))] == status for booking_id, status in told.items())
    assert {booking_id for booking_id, status in kept.items() if status != PENDING} == set(told)


def test_a_referral_code_is_used_in_the_bot_exactly_where_the_booking_carries_it(
    school: SampleSchool,
) -> None:
    used = {
        (details["booking_id"], details["referral_code"], details["discount_percent"])
        for _, details in invented(school.events, "referral_code_used")
    }
    kept = {
        (row.id, row.referral_code, row.discount_percent)
        for row in school.bookings
        if row.referral_code and row is not BOOKING
    }
    assert used == kept
    assert all(row.discount_percent == CODES.get(row.referral_code or "") for row in school.bookings)


def test_streams_fill_and_never_overflow(school: SampleSchool) -> None:
    confirmed = Counter(row.course_stream for row in school.bookings if row.confirmed == CONFIRMED)
    third, fourth, fifth = school.streams
    assert confirmed["3rd_stream"] == third.seats
    assert 0.8 * fourth.seats <= confirmed["4th_stream"] <= fourth.seats
    assert 0.2 * fifth.seats <= confirmed["5th_stream"] < fifth.seats
    pending = Counter(row.course_stream for row in school.bookings if row.confirmed == PENDING)
    assert set(pending) == {"5th_stream"}


def test_nobody_books_a_stream_after_its_enrolment_has_closed(school: SampleSchool) -> None:
    starts = {stream.course_stream: stream.starts_on for stream in school.streams}
    for row in school.bookings:
        assert (
            row.created_at.astimezone(ZONE).date() - starts[row.course_stream]
        ).days <= 3 or row is BOOKING


def test_some_people_are_in_two_streams_and_some_come_back_after_cancelling(school: SampleSchool) -> None:
    streams: dict[int, dict[str, int]] = defaultdict(dict)
    for row in school.bookings:
        streams[row.user_id][row.course_stream] = row.confirmed
    again = [list(statuses.values()) for statuses in streams.values() if len(statuses) > 1]
    assert any(statuses[0] == CONFIRMED for statuses in again)
    assert any(statuses[0] == CANCELLED for statuses in again)


def test_the_odd_ones_are_there(school: SampleSchool) -> None:
    names = {(row.username, row.first_name) for row in school.events}
    assert names >= {(odd.username, odd.first_name) for odd in ODD}


def test_most_first_names_are_russian_many_are_latin_and_few_are_neither(school: SampleSchool) -> None:
    names = {row.user_id: row.first_name for row in school.events if row.first_name}
    russian = sum(bool(re.search("[а-яё]", name, re.IGNORECASE)) for name in names.values())
    latin = sum(bool(re.fullmatch("[a-zÀ-ž]+", name, re.IGNORECASE)) for name in names.values())

    assert len(names) > 0.95 * len(school.user_ids)
    assert 0.6 < russian / len(names) < 0.85
    assert 0.15 < latin / len(names) < 0.4
    assert 0 < len(names) - russian - latin < 0.02 * len(names)


def test_some_people_changed_their_username(school: SampleSchool) -> None:
    names: dict[int, set[str]] = defaultdict(set)
    for row in school.events:
        if row.username:
            names[row.user_id].add(row.username)
    assert any(len(usernames) > 1 for usernames in names.values())


def test_ids_follow_time_after_the_sample_records(school: SampleSchool) -> None:
    assert [row.id for row in school.events] == list(range(4001, 4001 + len(school.events)))
    assert [row.id for row in school.registrations] == list(range(5001, 5001 + len(school.registrations)))
    assert [row.id for row in school.bookings] == list(range(1001, 1001 + len(school.bookings)))
    assert [row.created_at for row in school.bookings[1:]] == sorted(
        row.created_at for row in school.bookings[1:]
    )


def test_emails_belong_to_one_person_each_and_to_nobody_real(school: SampleSchool) -> None:
    owners: dict[str, set[int]] = defaultdict(set)
    for row in school.registrations:
        owners[row.email.lower()].add(row.user_id)
    assert all(len(people) == 1 for people in owners.values())
    assert all(email.endswith("@example.com") for email in owners)
