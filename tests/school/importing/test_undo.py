"""An import is undone as one step: what it wrote and nobody has changed since, and it says what it can't."""

import os
from typing import Any

import psycopg
import pytest
from django.db import connection

from hsl.accounts.models import AuditEntry
from hsl.school.importing.problems import ImportRefusedError
from hsl.school.importing.undoing import Undone, undo, undo_numbers
from hsl.school.models import Booking, FreeLessonRegistration, Import
from tests.school.importing.conftest import Import as Load

READER = f"hsl_test_reader_{os.getpid()}"
BOOKINGS = ["user_id,course_stream,confirmed,created_at", *(f"{n},3rd_stream,1," for n in range(1, 6))]


def rows() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("TABLE public.free_lesson_registrations")
        return sorted(cursor.fetchall())


def test_what_came_in_goes_again_and_what_stood_before_stays(load: Load, bot: psycopg.Connection) -> None:
    bot.execute("INSERT INTO bookings (user_id, course_id, course_stream) VALUES (77, 1, '3rd_stream')")
    result = load("bookings", *BOOKINGS)
    assert result.import_id
    assert undo_numbers(Import.objects.get()) == Undone(deleted=5, restored=0, changed=0, gone=0)
    assert undo(result.import_id, None) == Undone(5, 0, 0, 0)
    assert list(Booking.objects.values_list("user_id", flat=True)) == [77]


def test_rows_that_were_changed_since_stay_and_are_counted(load: Load, bot: psycopg.Connection) -> None:
    result = load("bookings", *BOOKINGS)
    bot.execute("UPDATE bookings SET confirmed = 2 WHERE user_id IN (1, 2)")
    bot.execute("DELETE FROM bookings WHERE user_id = 3")
    assert result.import_id
    assert undo(result.import_id, None) == Undone(deleted=2, restored=0, changed=2, gone=1)
    assert set(Booking.objects.values_list("user_id", flat=True)) == {1, 2}


def test_rows_that_were_updated_are_again_what_they_were(load: Load) -> None:
    header = "user_id,email,first_name,lesson_type,lesson_date,registered_at,notification_sent"
    load("registrations", header, "1,a@b.example,Анна,intro,2026-01-05,2026-01-01 10:00,true")
    before = rows()
    result = load(
        "registrations",
        header,
        "1,new@b.example,Аня,intro,2026-01-05,2026-02-02 10:00,false",
        "2,c@b.example,Боря,intro,2026-01-05,2026-01-02 10:00,false",
    )
    assert (result.inserted, result.updated) == (1, 1)
    assert result.import_id
    assert FreeLessonRegistration.objects.get(user_id=1).email == "new@b.example"
    assert undo(result.import_id, None) == Undone(deleted=1, restored=1, changed=0, gone=0)
    assert rows() == before


def test_an_undo_is_done_once_and_on_record(load: Load) -> None:
    result = load("bookings", *BOOKINGS)
    assert result.import_id
    undo(result.import_id, None)
    with pytest.raises(ImportRefusedError, match="undone already"):
        undo(result.import_id, None)
    acts = AuditEntry.objects.order_by("id").values_list("act", "after")
    assert [act for act, _ in acts] == ["facts.import", "facts.undo_import"]
    assert acts[1][1] == {"deleted": 5, "restored": 0, "changed": 0, "gone": 0}


def test_a_dry_run_and_a_refused_file_are_no_imports(load: Load) -> None:
    load("bookings", *BOOKINGS, dry_run=True)
    load("bookings", *BOOKINGS, "x,3rd_stream,1,")
    assert not Import.objects.exists()
    assert not Booking.objects.exists()


def test_a_role_that_may_not_delete_is_told_what_to_grant(load: Load, school: psycopg.Connection) -> None:
    result = load("bookings", *BOOKINGS)
    assert result.import_id
    with connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE IF EXISTS {READER}")
        cursor.execute(f"CREATE ROLE {READER}")
        cursor.execute(f"GRANT USAGE, CREATE ON SCHEMA hsl TO {READER}")
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA hsl TO {READER}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE ON public.bookings TO {READER}")
        cursor.execute(f"SET ROLE {READER}")
        try:
            with pytest.raises(ImportRefusedError, match=r"GRANT DELETE ON public\.bookings"):
                undo(result.import_id, None)
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute(f"DROP OWNED BY {READER}")
            cursor.execute(f"DROP ROLE {READER}")
    assert Booking.objects.count() == 5
