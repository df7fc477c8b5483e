"""Bookings come in from a file whole or not at all, each line held against the rules."""

import io
from datetime import UTC, datetime
from functools import partial

import psycopg
import pytest

from hsl.school.importing.problems import ImportRefusedError, write_problems
from hsl.school.models import Booking, Course
from tests.school.importing.conftest import Import

HEADER = "user_id,course_stream,confirmed,created_at"


def test_a_file_in_the_specifications_columns_is_imported_as_it_is(load: Import) -> None:
    result = load(
        "bookings",
        "id,user_id,username,first_name,course_id,course_stream,confirmed,created_at,referral_code,discount_percent",
        "1001,123456789,alex_smith,Alex,1,3rd_stream,2,2025-09-01T10:30:00Z,FRIEND20,20",
    )
    assert (result.lines, result.inserted, result.refused) == (1, 1, False)
    booking = Booking.objects.get(id=1001)
    assert (booking.user_id, booking.username, booking.first_name) == (123456789, "alex_smith", "Alex")
    assert (booking.course_id, booking.course_stream, booking.confirmed) == (1, "3rd_stream", 2)
    assert booking.created_at == datetime(2025, 9, 1, 10, 30, tzinfo=UTC)
    assert (booking.referral_code, booking.discount_percent) == ("FRIEND20", 20)


def test_ids_that_a_file_gives_are_never_drawn_again(load: Import) -> None:
    load("bookings", "id," + HEADER, "50,1,3rd_stream,2,", ",2,3rd_stream,2,", "7,3,3rd_stream,2,")
    load("bookings", HEADER, "4,3rd_stream,2,")
    ids = dict(Booking.objects.values_list("user_id", "id"))
    assert (ids[1], ids[2], ids[3], ids[4]) == (50, 51, 7, 52)


def test_the_only_course_is_meant_where_the_file_names_none(load: Import) -> None:
    load("bookings", HEADER, "1,3rd_stream,2,")
    assert Booking.objects.get().course_id == 1


def test_the_course_must_be_named_where_there_are_several(load: Import) -> None:
    Course.objects.create(id=2, title="Data")
    result = load("bookings", HEADER, "1,3rd_stream,2,")
    assert result.refused
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("line", "column", "wrong"),
    [
        ("0,3rd_stream,2,", "user_id", "out of range"),
        ("9223372036854775808,3rd_stream,2,", "user_id", "out of range"),
        ("1.2E+08,3rd_stream,2,", "user_id", "not a whole number"),
        (",3rd_stream,2,", "user_id", "empty"),
        ("1,3rd_stream,0,", "confirmed", "not one of -1, 1, 2"),
        ("1,3rd_stream,,", "confirmed", "empty"),
        ("1,9th_stream,2,", "course_stream", "no such stream of course 1"),
        ("1,3rd_stream,2,infinity", "created_at", "not a date or time"),
        ("1,3rd_stream,2,2025-02-30", "created_at", "not a date or time"),
        ("1,3rd_stream,2,1970-01-01", "created_at", "too far away"),
        ("1,3rd_stream,2,9999-12-31", "created_at", "too far away"),
        ("1,3rd_stream,2", "", "3 values under 4 headers"),
        ('1,"3rd"_stream,2,', "", "not readable as CSV"),
        ("1,3rd\0_stream,2,", "course_stream", "contains a NUL character"),
        ("1," + "x" * 101 + ",2,", "course_stream", "101 characters long"),
    ],
)
def test_a_line_that_breaks_a_rule_is_named_and_nothing_is_imported(
    load: Import, line: str, column: str, wrong: str
) -> None:
    result = load("bookings", HEADER, "5,3rd_stream,2,", line)
    assert result.refused
    problem = result.problems[0]
    assert (problem.line, problem.column) == (3, column)
    assert wrong in problem.wrong
    assert problem.fix
    assert not Booking.objects.exists()


def test_the_good_lines_come_in_where_bad_ones_are_to_be_skipped(load: Import) -> None:
    result = load(
        "bookings", HEADER, "1,3rd_stream,2,", "x,3rd_stream,2,", "3,9th,2,", "4,3rd_stream,2,", skip_bad=True
    )
    assert (result.inserted, result.bad, result.refused) == (2, 2, False)
    assert set(Booking.objects.values_list("user_id", flat=True)) == {1, 4}


def test_a_dry_run_says_what_is_wrong_and_writes_nothing(load: Import) -> None:
    result = load("bookings", HEADER, "1,3rd_stream,2,", "1,3rd_stream,2,", dry_run=True, skip_bad=True)
    assert (result.problem_count, result.inserted) == (1, 0)
    assert not Booking.objects.exists()


def test_a_second_active_booking_of_a_person_and_stream_is_refused_within_the_file(load: Import) -> None:
    result = load("bookings", HEADER, "1,3rd_stream,-1,", "1,3rd_stream,2,", "1,3rd_stream,1,")
    assert [(p.line, p.wrong) for p in result.problems] == [
        (4, "line 3 is an active booking of the same person and stream")
    ]


def test_a_second_active_booking_is_refused_against_the_database_by_its_id(load: Import) -> None:
    load("bookings", HEADER, "1,3rd_stream,1,", "2,3rd_stream,-1,")
    result = load("bookings", HEADER, "1,3rd_stream,2,", "2,3rd_stream,2,")
    standing = Booking.objects.get(user_id=1).id
    assert [(p.line, p.wrong) for p in result.problems] == [
        (2, f"the person has an active booking of this stream: {standing}")
    ]


def test_an_id_is_refused_where_it_is_taken_in_the_file_or_the_database(load: Import) -> None:
    load("bookings", "id," + HEADER, "9,1,3rd_stream,2,")
    result = load("bookings", "id," + HEADER, "9,2,3rd_stream,2,", "10,3,3rd_stream,2,", "10,4,3rd_stream,2,")
    assert [(p.line, p.wrong) for p in result.problems] == [
        (2, "the database has a row with this id"),
        (4, "line 3 has the same id"),
    ]


def test_values_are_mapped_on_request(load: Import) -> None:
    maps = {("confirmed", "0"): "1", ("confirmed", ""): "1", ("confirmed", "оплачено"): "2"}
    load("bookings", HEADER, "1,3rd_stream,0,", "2,3rd_stream,,", "3,3rd_stream,оплачено,", maps=maps)
    assert dict(Booking.objects.values_list("user_id", "confirmed")) == {1: 1, 2: 1, 3: 2}


def test_every_problem_of_every_line_goes_into_the_error_file_in_order(load: Import) -> None:
    errors = io.StringIO()
    keep = partial(write_problems, file=errors)
    result = load("bookings", HEADER, "1,9th,2,", "x,3rd_stream,7,", "2,8th,2,", keep=keep)
    assert (result.bad, result.problem_count) == (3, 4)
    rows = errors.getvalue().splitlines()
    assert rows[0] == "line,column,value,what is wrong,how to fix it"
    assert [row.split(",")[:2] for row in rows[1:]] == [
        ["2", "course_stream"],
        ["3", "user_id"],
        ["3", "confirmed"],
        ["4", "course_stream"],
    ]


def test_what_the_database_refuses_is_said_in_a_sentence(load: Import, bot: psycopg.Connection) -> None:
    bot.execute("ALTER TABLE bookings ADD CONSTRAINT not_thirteen CHECK (user_id <> 13)")
    try:
        with pytest.raises(ImportRefusedError, match="not_thirteen"):
            load("bookings", HEADER, "12,3rd_stream,2,", "13,3rd_stream,2,")
        assert not Booking.objects.exists()
    finally:
        bot.execute("ALTER TABLE bookings DROP CONSTRAINT not_thirteen")


def test_progress_is_a_share_while_the_file_is_read_and_only_a_step_after_that(load: Import) -> None:
    told: list[tuple[str, int, int | None]] = []
    lines = [f"{n},3rd_stream,2," for n in range(1, 3001)]
    load("bookings", HEADER, *lines, progress=lambda *step: told.append(step))
    steps = [step for step, _, _ in told]
    assert sorted(set(steps), key=steps.index) == ["read", "check", "write"]
    reading = [(done, total) for step, done, total in told if step == "read"]
    assert all(total is not None and 0 < done <= total for done, total in reading)
    assert len(reading) == 2
    assert reading[-1][0] == reading[-1][1]
    assert told[-2:] == [("check", 0, None), ("write", 0, None)]
