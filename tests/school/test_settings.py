"""Настройки: the school, its streams and courses, its lessons' names."""

import re

import psycopg
import pytest
from django.conf import LazySettings
from django.test import Client

from hsl.accounts.models import AuditEntry
from hsl.projections.fold import fold
from hsl.school.lessons import lesson_titles
from hsl.school.models import Course, CourseStream, School
from hsl.school.zone import forget_school
from tests import cast

SCHOOL = {"name": "Школа", "time_zone": "Europe/Moscow", "language": ""}


@pytest.fixture
def client(school: psycopg.Connection) -> Client:
    """The owner's browser, in English."""
    client = cast.signed_in(cast.hire().owner)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    forget_school()
    return client


def undo_of(client: Client, address: str) -> str:
    """Where the last toast on the next page posts to undo."""
    *_, found = re.findall(r'action="(/settings/undo/\d+/)"', client.get(address).content.decode())
    return str(found)


def test_the_school_s_name_stands_over_every_page(client: Client) -> None:
    client.post("/settings/", {**SCHOOL, "name": "  Школа <b>  "})

    assert School.objects.get().name == "Школа <b>"
    assert "Школа &lt;b&gt;" in client.get("/account/").content.decode()


def test_what_was_saved_is_undone(client: Client) -> None:
    client.post("/settings/", SCHOOL)
    client.post("/settings/", {**SCHOOL, "name": "Ой", "time_zone": "Asia/Tbilisi"})
    client.post(undo_of(client, "/settings/"))

    assert (School.objects.get().name, School.objects.get().time_zone) == ("Школа", "Europe/Moscow")


def test_what_was_changed_again_since_is_not_undone(client: Client) -> None:
    client.post("/settings/", {**SCHOOL, "name": "Первое"})
    undo = undo_of(client, "/settings/")
    client.post("/settings/", {**SCHOOL, "name": "Второе"})
    client.post(undo)

    assert School.objects.get().name == "Второе"
    assert "changed again since" in client.get("/account/").content.decode()


def test_saving_the_same_is_no_act(client: Client) -> None:
    client.post("/settings/", {**SCHOOL, "name": "Школа"})
    before = AuditEntry.objects.count()
    client.post("/settings/", {**SCHOOL, "name": "Школа"})

    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    "wrong",
    [{"name": "x" * 201}, {"name": "two\nlines"}, {"time_zone": "Mars/Olympus"}, {"language": "fr"}],
)
def test_what_can_t_be_is_refused_beside_its_field(client: Client, wrong: dict[str, str]) -> None:
    answer = client.post("/settings/", {**SCHOOL, **wrong})

    assert answer.status_code == 400
    assert "invalid-feedback" in answer.content.decode() or "alert-danger" in answer.content.decode()
    assert School.objects.get().name == ""


def test_the_zone_that_the_installation_holds_is_not_changed_here(
    client: Client, settings: LazySettings
) -> None:
    settings.SCHOOL_TIME_ZONE = "Europe/Moscow"
    client.post("/settings/", {**SCHOOL, "name": "Школа", "time_zone": "Asia/Tbilisi"})

    assert School.objects.get().time_zone == "Europe/Moscow"
    assert School.objects.get().name == "Школа"


def test_pages_speak_the_school_s_language_to_whoever_chose_none(client: Client) -> None:
    client.post("/settings/", {**SCHOOL, "language": "ru"})
    assert "Сменить пароль" in client.get("/account/").content.decode()

    client.post("/language/", {"language": "en", "next": "/account/"})
    assert "Change the password" in client.get("/account/").content.decode()


def test_a_course_and_a_stream_are_listed(client: Client) -> None:
    client.post("/settings/courses/new/", {"title": "Вайб дизайн"})
    client.post(
        "/settings/streams/new/",
        {"course": 2, "course_stream": "1st", "title": "Осень", "starts_on": "2026-12-01", "seats": "20"},
    )
    page = client.get("/settings/streams/").content.decode()

    assert Course.objects.get(id=2).title == "Вайб дизайн"
    assert CourseStream.objects.get(course_id=2).seats == 20
    for shown in ("Вайб дизайн", "Осень", "1st", "1 Dec 2026"):
        assert shown in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"course_stream": ""}, "required"),
        ({"course_stream": "3rd_stream"}, "listed already"),
        ({"course": "9"}, "Select a valid choice"),
        ({"seats": "many"}, "whole number"),
        ({"starts_on": "2026-02-02", "ends_on": "2026-02-01"}, "end before it starts"),
        ({"starts_on": "tomorrow"}, "YYYY-MM-DD"),
        ({"title": "a\nb"}, "one line"),
    ],
)
def test_a_stream_that_can_t_be_is_not_listed(client: Client, wrong: dict[str, str], said: str) -> None:
    before = CourseStream.objects.count()
    answer = client.post("/settings/streams/new/", {"course": "1", "course_stream": "6th", **wrong})

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert CourseStream.objects.count() == before


def test_a_stream_is_renamed_and_that_is_undone(client: Client) -> None:
    stream = CourseStream.objects.get(course_stream="3rd_stream")
    address = f"/settings/streams/{stream.pk}/"
    client.post(address, {"title": "Третий", "starts_on": "2026-01-15", "seats": "10"})
    stream.refresh_from_db()
    assert (stream.title, stream.seats) == ("Третий", 10)

    client.post(undo_of(client, "/settings/streams/"))
    stream.refresh_from_db()
    assert (stream.title, stream.seats, stream.starts_on) == ("3-й поток", None, None)


def test_a_course_is_renamed_and_that_is_undone(client: Client) -> None:
    client.post("/settings/courses/1/", {"title": "Другой"})
    assert Course.objects.get(id=1).title == "Другой"

    client.post(undo_of(client, "/settings/streams/"))
    assert Course.objects.get(id=1).title == "Вайб кодинг"


def test_an_archived_stream_is_taken_back_by_the_toast_or_later(client: Client) -> None:
    stream = CourseStream.objects.get(course_stream="3rd_stream")
    client.post(f"/settings/streams/{stream.pk}/archive/")
    page = client.get("/settings/streams/").content.decode()
    assert "1 stream in the archive" in page

    client.post(f"/settings/streams/{stream.pk}/restore/", {"next": "/account/"})
    assert CourseStream.objects.get(pk=stream.pk).archived_at is None
    client.post(f"/settings/streams/{stream.pk}/archive/")
    client.post(undo_of(client, "/account/"))
    assert CourseStream.objects.get(pk=stream.pk).archived_at is None


def test_an_act_is_taken_back_once_and_never_a_later_one(client: Client) -> None:
    stream = CourseStream.objects.get(course_stream="3rd_stream")
    client.post(f"/settings/streams/{stream.pk}/archive/")
    undo = undo_of(client, "/settings/streams/")
    client.post(undo)
    client.post(f"/settings/streams/{stream.pk}/archive/")
    client.post(undo)

    assert CourseStream.objects.get(pk=stream.pk).archived_at is not None
    assert "taken back already" in client.get("/account/").content.decode()


def test_an_act_that_a_later_one_came_after_is_not_taken_back(client: Client) -> None:
    stream = CourseStream.objects.get(course_stream="3rd_stream")
    client.post(f"/settings/streams/{stream.pk}/archive/")
    undo = undo_of(client, "/settings/streams/")
    client.post(f"/settings/streams/{stream.pk}/restore/")
    client.post(f"/settings/streams/{stream.pk}/archive/")
    client.post(undo)

    assert CourseStream.objects.get(pk=stream.pk).archived_at is not None
    assert "changed again since" in client.get("/account/").content.decode()


def test_the_record_offers_to_take_back_what_still_can_be(client: Client) -> None:
    client.post("/settings/", SCHOOL)
    for name in ("Первое", "Второе"):
        client.post("/settings/", {**SCHOOL, "name": name})
    client.post("/settings/", {**SCHOOL, "name": "Второе", "time_zone": "Asia/Tbilisi"})
    zone, renamed, older, _first = list(AuditEntry.objects.filter(act="school.change").order_by("-id"))
    client.get("/account/")  # the toasts are read

    page = client.get("/settings/record/").content.decode()
    assert [f"/settings/undo/{act.pk}/" in page for act in (zone, renamed, older)] == [True, True, False]
    client.post(f"/settings/undo/{renamed.pk}/", {"next": "/settings/record/"})
    assert (School.objects.get().name, School.objects.get().time_zone) == ("Первое", "Asia/Tbilisi")
    page = client.get("/settings/record/").content.decode()
    assert f"/settings/undo/{renamed.pk}/" not in page
    assert "(taken back)" in page
    assert AuditEntry.objects.get(undoes=renamed).act == "school.change"


def test_an_act_leads_to_no_other_site(client: Client) -> None:
    stream = CourseStream.objects.get(course_stream="3rd_stream")
    answer = client.post(f"/settings/streams/{stream.pk}/archive/", {"next": "https://elsewhere.example/"})

    assert answer.headers["Location"] == "/settings/streams/"


def test_what_is_not_there_is_no_page(client: Client) -> None:
    for address in ("/settings/streams/99999/", "/settings/courses/99999/"):
        assert client.get(address).status_code == 404
    for address in (
        "/settings/streams/99999/archive/",
        "/settings/streams/99999/restore/",
        "/settings/undo/99999/",
        f"/settings/streams/{10**30}/archive/",
        f"/settings/undo/{10**30}/",
    ):
        assert client.post(address).status_code == 404


def test_lessons_of_the_facts_get_names(client: Client, school: psycopg.Connection) -> None:
    school.execute(
        "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, lesson_date)"
        " VALUES (1, 'a@b.example', 'vibe_<intro>', '2026-01-01')"
    )
    fold(school)
    assert "vibe_&lt;intro&gt;" in client.get("/settings/lessons/").content.decode()

    client.post("/settings/lessons/", {"lesson_type": "vibe_<intro>", "title": "Знакомство"})
    assert lesson_titles() == {"vibe_<intro>": "Знакомство"}
    client.post(undo_of(client, "/settings/lessons/"))
    assert lesson_titles() == {}


def test_a_lesson_s_name_that_can_t_be_changes_nothing(client: Client) -> None:
    for bad in ({"lesson_type": "x", "title": "y" * 201}, {"lesson_type": "", "title": "y"}, {}):
        assert client.post("/settings/lessons/", bad).status_code == 302
    assert lesson_titles() == {}
    assert "Give one line" in client.get("/account/").content.decode()


@pytest.mark.parametrize(
    "address", ["/settings/", "/settings/streams/", "/settings/streams/new/", "/settings/lessons/"]
)
def test_a_page_asks_few_questions(
    client: Client, address: str, django_assert_max_num_queries: object
) -> None:
    client.get(address)
    with django_assert_max_num_queries(5):  # type: ignore[operator] # pytest-django gives no type
        client.get(address)
