"""Import on a page: a file is uploaded, looked at, mapped, checked, imported as a job, and undone as one step."""

import io
import threading
from http import HTTPStatus
from pathlib import Path

import psycopg
import pytest
from django.test import Client

from hsl.accounts.models import AuditEntry
from hsl.jobs.models import Job, State
from hsl.jobs.running import run
from hsl.jobs.services import MOST_ATTEMPTS, take_up_lost
from hsl.school.importing import jobs, uploads
from hsl.school.importing.column_names import COLUMN_NAMES
from hsl.school.importing.kinds import KINDS, Kind
from hsl.school.models import Booking, Import
from tests import cast

FILE = "Telegram ID;поток;статус;заметка\n1;3rd_stream;оплачено;=cmd\n2;3rd_stream;1;\n3;нет такого;1;\n"


@pytest.fixture
def staff(school: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> cast.Cast:
    monkeypatch.setenv("HSL_DATA_DIR", str(tmp_path))
    return cast.hire()


@pytest.fixture
def client(staff: cast.Cast) -> Client:
    client = cast.signed_in(staff.manager)
    client.cookies["hsl_language"] = "en"
    return client


def upload(client: Client, text: str = FILE, kind: str = "bookings") -> Import:
    file = io.BytesIO(text.encode())
    file.name = "заявки <b>.csv"
    answer = client.post("/import/", {"kind": kind, "file": file})
    assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()
    return Import.objects.latest("id")


def work() -> None:
    """Run the jobs that wait, as a worker does."""
    for job in Job.objects.filter(state=State.WAITING).order_by("id"):
        run(job.pk, threading.Event())


def text(client: Client, one: Import) -> str:
    answer = client.get(f"/import/{one.pk}/")
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def checked(client: Client, one: Import, **mapping: str) -> str:
    """The page after a check with the headers that were guessed, and ``mapping``."""
    columns = {f"column_{name}": header for name, header in one.columns.items()}
    answer = client.post(f"/import/{one.pk}/check/", {**columns, **mapping})
    assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()
    work()
    return text(client, one)


def test_an_uploaded_file_is_shown_with_what_its_headers_likely_are(client: Client) -> None:
    one = upload(client)
    assert one.columns == {"user_id": "Telegram ID", "course_stream": "поток", "confirmed": "статус"}
    page = text(client, one)
    assert "заявки &lt;b&gt;.csv" in page
    assert "оплачено" in page
    assert '<option value="Telegram ID" selected>' in page


def test_from_the_upload_to_the_rows_and_back(client: Client) -> None:
    one = upload(client)
    page = checked(client, one, means_2="оплачено, paid")
    assert "2 good rows" in page
    assert "1 bad row" in page
    assert "Import 2 good, leave out 1 bad" in page
    assert not Booking.objects.exists()

    client.post(f"/import/{one.pk}/run/", {"skip_bad": "yes"})
    work()
    assert sorted(Booking.objects.values_list("user_id", "confirmed")) == [(1, 2), (2, 1)]
    assert f'href="/bookings/?import={one.pk}"' in text(client, one)
    assert 'data-total="2"' in client.get(f"/bookings/?import={one.pk}").content.decode()
    assert not list(uploads.folder().iterdir())

    assert "2 rows will be deleted." in client.get(f"/import/{one.pk}/undo/").content.decode()
    client.post(f"/import/{one.pk}/undo/")
    work()
    assert not Booking.objects.exists()
    assert "Undone" in text(client, one)
    assert AuditEntry.objects.filter(act="facts.undo_import", actor="Борис").exists()


def test_nothing_is_imported_where_a_row_is_bad_and_nobody_said_to_leave_it_out(client: Client) -> None:
    one = upload(client)
    checked(client, one, means_2="оплачено")
    client.post(f"/import/{one.pk}/run/")
    work()
    assert not Booking.objects.exists()
    one.refresh_from_db()
    assert one.state == Import.State.UPLOADED


def test_what_is_wrong_is_fetched_as_a_file_that_runs_nothing(client: Client) -> None:
    one = upload(client, "user_id,confirmed,stream\n=1+1,1,3rd_stream\n")
    checked(client, one)
    lines = b"".join(client.get(f"/import/{one.pk}/errors.csv")).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("line,column,value")
    assert lines[1].startswith("2,user_id,'=1+1,")


def test_a_column_can_be_left_out_though_its_header_is_known(client: Client) -> None:
    one = upload(client, "user_id,confirmed,stream,id\n1,1,3rd_stream,900\n")
    checked(client, one, column_id="")
    client.post(f"/import/{one.pk}/run/")
    work()
    assert Booking.objects.get().pk != 900


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_column_has_a_word_beside_its_code(kind: Kind) -> None:
    assert {column.name for column in kind.columns} <= set(COLUMN_NAMES)


def test_a_needed_column_must_be_mapped(client: Client) -> None:
    one = upload(client)
    answer = client.post(f"/import/{one.pk}/check/", {"column_user_id": "", "column_confirmed": "nonsense"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "Choose the header that holds it" in answer.content.decode()
    assert not Job.objects.exists()


@pytest.mark.parametrize("content", ["", "\n\n", "\0"])
def test_a_file_that_cannot_be_read_is_refused_at_once_and_not_kept(client: Client, content: str) -> None:
    answer = client.post("/import/", {"kind": "bookings", "file": io.BytesIO(content.encode())})
    assert answer.status_code == HTTPStatus.BAD_REQUEST or content == "\0"
    assert Import.objects.count() == (content == "\0")


def test_a_file_that_is_too_large_is_refused_and_not_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    answer = client.post("/import/", {"kind": "bookings", "file": io.BytesIO(b"x" * 200_000)})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "at most 1 GB" in answer.content.decode()
    assert not list(uploads.folder().iterdir())


def test_a_second_click_begins_no_second_job(client: Client) -> None:
    one = upload(client)
    for _ in range(2):
        client.post(f"/import/{one.pk}/check/", {f"column_{name}": of for name, of in one.columns.items()})
    assert Job.objects.count() == 1
    assert "hx-trigger" in text(client, one)


def test_an_import_whose_worker_was_killed_after_its_commit_is_not_written_twice(
    client: Client, staff: cast.Cast
) -> None:
    one = upload(client)
    checked(client, one, means_2="оплачено")
    job = jobs.begin(one.pk, staff.manager, skip_bad=True)
    assert job
    work()
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, attempts=MOST_ATTEMPTS - 1)
    assert [lost.pk for lost in take_up_lost()] == [job.pk]
    work()
    assert Booking.objects.count() == 2
    job.refresh_from_db()
    assert job.state == State.DONE


def test_a_file_that_is_gone_is_said_in_words(client: Client) -> None:
    one = upload(client)
    uploads.file_of(one.pk).unlink()
    assert "upload it again" in checked(client, one)


def test_a_file_is_thrown_away_on_request_and_by_itself_after_a_week(client: Client) -> None:
    one = upload(client)
    client.post(f"/import/{one.pk}/discard/")
    assert not Import.objects.exists()
    assert not list(uploads.folder().iterdir())
    old = upload(client)
    Import.objects.filter(pk=old.pk).update(created_at="2020-01-01T00:00Z")
    uploads.throw_away_old()
    assert not Import.objects.exists()


def test_what_was_imported_is_not_thrown_away(client: Client) -> None:
    one = upload(client)
    Import.objects.update(state=Import.State.IMPORTED, result={"inserted": 0, "updated": 0, "bad": 0})
    client.post(f"/import/{one.pk}/discard/")
    assert Import.objects.exists()


def test_imports_are_listed_newest_first_also_the_commands(client: Client) -> None:
    upload(client)
    page = client.get("/import/").content.decode()
    assert 'data-total="1"' in page
    assert "not checked yet" in page


def test_an_analyst_imports_nothing(staff: cast.Cast) -> None:
    assert cast.signed_in(staff.analyst).get("/import/").status_code == HTTPStatus.FORBIDDEN


def test_a_check_that_runs_is_of_the_headers_that_were_chosen_for_it(client: Client) -> None:
    one = upload(client)
    columns = {f"column_{name}": header for name, header in one.columns.items()}
    client.post(f"/import/{one.pk}/check/", columns)
    client.post(f"/import/{one.pk}/check/", {**columns, "column_course_stream": "заметка"})
    work()
    one.refresh_from_db()

    assert one.columns["course_stream"] == "поток"
    assert Job.objects.count() == 1


def test_a_form_with_nothing_in_it_is_refused(client: Client) -> None:
    answer = client.post("/import/")

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "Choose a file" in answer.content.decode()


def test_a_file_of_more_columns_than_a_page_can_show_is_refused(client: Client) -> None:
    file = io.BytesIO(";".join(f"h{n}" for n in range(uploads.MOST_HEADERS + 1)).encode())
    file.name = "wide.csv"
    answer = client.post("/import/", {"kind": "events", "file": file})

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "The first line names 501 columns" in answer.content.decode()


def test_of_a_row_much_too_long_the_page_shows_the_beginning(client: Client) -> None:
    one = upload(client, FILE + "x;" * 1000)

    assert [len(row) for row in one.preview["rows"]] == [4, 4, 4, 5]


BAD = (
    "user_id,confirmed,stream,id\n"
    + "".join(f"{n},оплачено,3rd_stream,\n" for n in range(1, 9))
    + "x,1,3rd_stream,\n"
)


def test_a_mistake_of_many_lines_is_shown_once_with_how_many_and_the_first(client: Client) -> None:
    page = checked(client, upload(client, BAD))
    assert page.count("not one of -1, 1, 2") == 1
    assert "8 lines" in page
    assert "2: <bdi" in page
    assert "6: <bdi" in page
    assert "7: <bdi" not in page
    assert "and 3 more" in page


def test_what_is_wrong_is_said_in_the_reader_s_language_by_the_page_s_fields(client: Client) -> None:
    one = upload(client, BAD)
    page = checked(client, one)
    assert "Person&#x27;s Telegram id" in page
    assert "write below what it means" in page
    assert "--map" not in page

    client.cookies["hsl_language"] = "ru"
    page = text(client, one)
    assert "не целое число" in page
    assert "впишите ниже" in page
    file = b"".join(client.get(f"/import/{one.pk}/errors.csv")).decode("utf-8-sig")
    assert "не целое число" in file
    assert "not a whole number" not in file


def test_lines_that_each_break_a_rule_in_their_own_way_are_said_one_by_one(client: Client) -> None:
    page = checked(
        client,
        upload(client, "user_id,confirmed,stream,id\n1,1,3rd_stream,5\n2,1,3rd_stream,5\n3,1,3rd_stream,5\n"),
    )
    assert "choose “not in the file” for the number in the table" in page


def test_a_refusal_of_the_whole_file_names_the_page_s_fields(client: Client) -> None:
    one = upload(client, "user_id,статус,confirmed,stream\n1,1,1,3rd_stream\n")
    Import.objects.filter(pk=one.pk).update(columns={"user_id": ""})
    job = jobs.begin_check(one.pk, one.operator, {"user_id": ""}, [])  # type: ignore[arg-type] # there is one
    assert job is not None
    work()
    page = text(client, one)
    assert "Choose the header that holds: “Person&#x27;s Telegram id”" in page
    assert "--column" not in page


def test_the_result_leads_to_the_rows_that_stand(client: Client, bot: psycopg.Connection) -> None:
    one = upload(client)
    checked(client, one, means_2="оплачено")
    client.post(f"/import/{one.pk}/run/", {"skip_bad": "yes"})
    work()
    bot.execute("DELETE FROM bookings WHERE user_id = 1")
    assert f'data-count="1" href="/bookings/?import={one.pk}"' in text(client, one)
    assert 'data-total="1"' in client.get(f"/bookings/?import={one.pk}").content.decode()
