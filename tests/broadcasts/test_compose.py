"""From the compose page to the message that waits for its time: what is written is kept, what can't be is refused."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from hsl.broadcasts import services
from hsl.broadcasts.audience import Audience, reach
from hsl.broadcasts.content import Content
from hsl.broadcasts.messages import broadcast
from hsl.broadcasts.models import Template
from hsl.broadcasts.spending import allow_paid
from hsl.broadcasts.statuses import Status
from hsl.projections.fold import fold
from hsl.school.refusals import ConflictError
from hsl.school.zone import forget_school
from hsl.telegram.messages import Button
from tests import cast
from tests.api.test_answers import book

TEXT = "Привет, {first_name|друг}! <b>Завтра</b> урок."
BUTTONS = json.dumps([[{"text": "Сайт", "url": "https://school.example", "callback_data": ""}]])
WHOLE = {"group": ["3rd_stream"], "text": TEXT, "buttons": BUTTONS, "link_preview": "on", "when": "now"}


@pytest.fixture
def people(school: psycopg.Connection, settings: LazySettings) -> Iterator[psycopg.Connection]:
    """Three members of a stream, one of them unreachable, and one of another."""
    settings.BOT_TOKEN = "42:" + "A" * 35
    for user_id, stream in ((1, "3rd_stream"), (2, "3rd_stream"), (3, "3rd_stream"), (4, "4th_stream")):
        book(school, user_id, stream, 2, first_name=f"Анна{user_id}")
    school.execute(
        "INSERT INTO unreachable (bot_id, user_id, since, reason) VALUES (42, 3, now(), 'blocked')"
    )
    fold(school)
    yield school
    forget_school()


@pytest.fixture
def client(people: psycopg.Connection) -> Client:
    """The manager's browser, in English."""
    client = cast.signed_in(cast.hire().manager)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def school_in(people: psycopg.Connection, zone: str) -> None:
    people.execute("UPDATE school SET time_zone = %s", [zone])
    forget_school()


def messages(people: psycopg.Connection) -> list[int]:
    return [row[0] for row in people.execute("SELECT id FROM public.message_history ORDER BY id")]


def written(client: Client, **changes: Any) -> int:
    """A draft that the page has led to its last page; gives its id."""
    answer = client.post("/broadcasts/new/", WHOLE | changes)
    assert answer.status_code == 302, answer.content.decode()
    return int(answer.headers["Location"].split("/")[2])


def last_page(client: Client, message_id: int) -> str:
    return client.get(f"/broadcasts/{message_id}/confirm/").content.decode()


def version(page: str) -> str:
    return page.split('name="version" value="')[1].partition('"')[0]


def send(client: Client, message_id: int) -> int:
    sent = {"version": version(last_page(client, message_id))}
    return client.post(f"/broadcasts/{message_id}/confirm/", sent).status_code


def test_what_was_written_is_a_draft_until_it_is_confirmed(client: Client) -> None:
    message_id = written(client, minus=["4th_stream"], silent="on", quiet="on")
    message = broadcast(message_id)

    assert message.status is Status.DRAFT
    assert message.audience == Audience(groups=("3rd_stream",), minus=("4th_stream",))
    assert message.content == Content(
        TEXT, buttons=((Button("Сайт", url="https://school.example"),),), silent=True
    )
    assert message.quiet


def test_the_last_page_says_in_one_sentence_what_will_happen(client: Client) -> None:
    page = last_page(client, written(client))

    assert "2 people (3-й поток) will get this now; about 1 s." in page
    assert "1 person is left out: the bot does not reach them" in page
    assert "Send to 2 people" in page


def test_the_last_page_says_when_the_quiet_hours_let_it_out(
    client: Client, people: psycopg.Connection
) -> None:
    school_in(people, "UTC")
    now = timezone.now()
    people.execute(
        "UPDATE school SET quiet_from = %s, quiet_until = %s",
        [
            (now - timedelta(hours=1)).time(),
            (now + timedelta(hours=1)).time().replace(second=0, microsecond=0),
        ],
    )
    forget_school()
    until = f"at {now + timedelta(hours=1):%H:%M}"

    waits = last_page(client, written(client, quiet="on"))
    assert "it goes out when they end" in waits
    assert f"{until}; about" in waits
    assert "Schedule for 2 people" in waits
    at_once = last_page(client, written(client))
    assert "will get this now" in at_once
    assert "Send to 2 people" in at_once


@pytest.mark.parametrize(
    ("rate", "told", "last"),
    [
        (30.0, "no Stars at this rate", "It costs nothing at this rate."),
        (60.0, "about 1 Star", "It costs about 1 Star."),
    ],
)
def test_what_it_costs_is_said_and_that_the_free_rate_costs_nothing(
    client: Client, settings: LazySettings, rate: float, told: str, last: str
) -> None:
    settings.SEND_RATE = rate
    allow_paid(True, actor=None)

    assert ("a second cost nothing" in client.get("/broadcasts/new/").content.decode()) is (rate <= 30)
    said = client.post("/broadcasts/new/tell/", WHOLE | {"paid": "on"}).content.decode()
    assert told in said
    assert last in last_page(client, written(client, paid="on"))
    nobody = client.post("/broadcasts/new/tell/", {"group": ["5th_stream"], "paid": "on"}).content.decode()
    assert "Star" not in nobody


def test_one_person_is_called_by_name(client: Client) -> None:
    page = last_page(client, written(client, group=[], person=["4"]))

    assert "1 person (Анна4) will get this now; about 1 s." in page


def test_a_confirmed_message_is_on_its_way(client: Client) -> None:
    message_id = written(client)

    assert send(client, message_id) == 302
    assert broadcast(message_id).status is Status.SCHEDULED
    assert client.get(f"/broadcasts/{message_id}/confirm/").status_code == 302
    assert client.get(f"/broadcasts/{message_id}/edit/").status_code == 409


def test_a_message_waits_for_its_time_in_the_schools_zone(client: Client, people: psycopg.Connection) -> None:
    school_in(people, "Asia/Vladivostok")
    day = timezone.now().date() + timedelta(days=400)
    message_id = written(client, when="later", day=f"{day}", time="18:00")
    page = last_page(client, message_id)

    assert f"{day.year} at 18:00" in page
    assert "Schedule for 2 people" in page
    assert send(client, message_id) == 302
    at = broadcast(message_id).scheduled_at
    assert at is not None
    assert f"{at:%Y-%m-%d %H:%M}" == f"{day} 08:00"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"group": []}, "Choose a group or at least one person"),
        ({"group": ["nowhere"]}, "There is no group called nowhere"),
        ({"group": ["5th_stream"]}, "nobody in this audience whom the bot reaches"),
        ({"group": [], "person": ["3"]}, "nobody in this audience whom the bot reaches"),
        ({"group": [], "person": ["99"]}, "Nobody in the school has the id 99"),
        ({"minus": ["all"]}, "nobody in this audience whom the bot reaches"),
        ({"filters": "status=king"}, "Status"),
        ({"text": " "}, "Write something"),
        ({"text": "x" * 4097}, "Telegram takes 4,096 at most"),
        ({"text": "<p>x</p>"}, "Telegram knows no tag &lt;p&gt;"),
        ({"text": "{lastname}"}, "There is no personal field {lastname}"),
        ({"buttons": json.dumps([[{"text": "x", "url": "nowhere"}]])}, "this is no address"),
        ({"media_kind": "photo", "media_upload": "77"}, "This file is here no more"),
        ({"when": "later", "day": "2026-01-01", "time": "10:00"}, "This time has passed"),
        ({"when": "later", "day": "2206-01-01", "time": "10:00"}, "This is more than ten years ahead"),
        ({"when": "later", "day": "", "time": "10:00"}, "Give a day and a time"),
        ({"when": "later", "day": "2026-02-30", "time": "10:00"}, "Give a day and a time"),
        ({"when": "later", "day": "0001-01-01", "time": "00:00"}, "Give a day and a time"),
        ({"paid": "on"}, "Paid broadcasting is off"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_made(
    client: Client, people: psycopg.Connection, changes: dict[str, Any], words: str
) -> None:
    answer = client.post("/broadcasts/new/", WHOLE | changes)

    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert messages(people) == []


@pytest.mark.parametrize(
    "buttons", ["", "[", "{}", "[1]", '[[{"text": null}]]', '[["x"]]', '[[{"url": {"a": 1}}]]', "null"]
)
def test_buttons_that_no_page_of_ours_sends_break_nothing(client: Client, buttons: str) -> None:
    assert client.post("/broadcasts/new/", WHOLE | {"buttons": buttons}).status_code in (302, 400)


def test_a_time_that_the_clock_skips_is_refused(client: Client, people: psycopg.Connection) -> None:
    school_in(people, "Europe/Berlin")
    answer = client.post("/broadcasts/new/", WHOLE | {"when": "later", "day": "2027-03-28", "time": "02:30"})

    assert "The clock skips this time that day" in answer.content.decode()


def test_a_draft_saves_itself_and_stays_one_message(client: Client, people: psycopg.Connection) -> None:
    page = WHOLE | {"key": "abc", "text": "<b>не дописано"}
    answer = client.post("/broadcasts/new/save/", page)
    (message_id,) = messages(people)

    assert answer.headers["HX-Replace-Url"] == f"/broadcasts/{message_id}/edit/"
    assert f'name="message" value="{message_id}"' in answer.content.decode()
    client.post("/broadcasts/new/save/", page | {"text": "два"})
    client.post("/broadcasts/new/save/", page | {"text": "три", "message": str(message_id)})
    client.post("/broadcasts/new/", page | {"text": "четыре"})
    assert messages(people) == [message_id]
    assert broadcast(message_id).content.text == "четыре"


def test_what_was_sent_is_saved_over_by_nobody(client: Client) -> None:
    message_id = written(client)
    send(client, message_id)
    answer = client.post("/broadcasts/new/save/", WHOLE | {"text": "другое", "message": str(message_id)})

    assert "no draft any more" in answer.content.decode()
    assert broadcast(message_id).content.text == TEXT


def test_a_message_that_was_changed_meanwhile_does_not_go_out(client: Client) -> None:
    message_id = written(client)
    seen = version(last_page(client, message_id))
    client.post("/broadcasts/new/save/", WHOLE | {"text": "другое", "message": str(message_id)})
    answer = client.post(f"/broadcasts/{message_id}/confirm/", {"version": seen})

    assert answer.status_code == 409
    assert "The message was changed meanwhile" in answer.content.decode()
    assert broadcast(message_id).status is Status.DRAFT


def test_a_draft_that_saves_itself_once_more_as_it_stands_goes_out(client: Client) -> None:
    message_id = written(client)
    page = last_page(client, message_id)

    client.post("/broadcasts/new/save/", WHOLE | {"message": message_id})
    answer = client.post(f"/broadcasts/{message_id}/confirm/", {"version": version(page)})
    assert answer.status_code == 302
    assert broadcast(message_id).status is Status.SCHEDULED


def posted(
    beside: ThreadPoolExecutor, client: Client, path: str, sent: dict[str, Any]
) -> "Future[HttpResponse]":
    """The answer to a form of another window, when it comes."""

    def post() -> HttpResponse:
        try:
            return client.post(path, sent)  # type: ignore[return-value] # the test client's is one
        finally:
            connection.close()

    return beside.submit(post)


def until_one_waits(people: psycopg.Connection) -> None:
    """Until somebody waits for what another has locked."""
    end = time.monotonic() + 5
    waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    while people.execute("SELECT pg_stat_clear_snapshot()") and people.execute(waiting).rowcount < 1:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_message_that_is_changed_as_it_is_confirmed_does_not_go_out(
    client: Client, people: psycopg.Connection
) -> None:
    message_id = written(client)
    seen = version(last_page(client, message_id))
    with ThreadPoolExecutor(1) as beside:
        with people.transaction():
            people.execute("""UPDATE broadcasts SET content = content || '{"text": "другое"}'""")
            confirmed = posted(beside, client, f"/broadcasts/{message_id}/confirm/", {"version": seen})
            until_one_waits(people)
        assert confirmed.result().status_code == 409

    assert broadcast(message_id).status is Status.DRAFT


HELD_UP = """
CREATE FUNCTION public.held_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF pg_backend_pid() <> TG_ARGV[0]::integer THEN PERFORM pg_advisory_xact_lock(77); END IF; RETURN NULL; END $$;
"""


def test_a_draft_that_saves_itself_late_does_not_take_the_time_of_what_was_scheduled(
    client: Client, people: psycopg.Connection
) -> None:
    message_id = written(client)
    at = timezone.now() + timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        ((ours,),) = cursor.fetchall()
    people.execute(HELD_UP)
    people.execute(
        f"""CREATE TRIGGER held_up BEFORE UPDATE OF scheduled_at ON broadcasts
            FOR EACH STATEMENT EXECUTE FUNCTION public.held_up({int(ours)})"""
    )
    try:
        with ThreadPoolExecutor(1) as beside:
            with people.transaction():
                people.execute("SELECT pg_advisory_xact_lock(77)")
                saved = posted(beside, client, "/broadcasts/new/save/", WHOLE | {"message": str(message_id)})
                until_one_waits(people)
                with suppress(ConflictError):
                    services.schedule(message_id, at, actor=None)
            saved.result()
    finally:
        people.execute("DROP FUNCTION public.held_up() CASCADE")

    message = broadcast(message_id)
    assert (message.status, message.scheduled_at) in [(Status.SCHEDULED, at), (Status.DRAFT, None)]


def test_without_a_bot_nothing_goes_out(client: Client, settings: LazySettings) -> None:
    message_id = written(client)
    settings.BOT_TOKEN = ""
    page = last_page(client, message_id)

    assert "There is no bot to send with" in page
    assert client.post(f"/broadcasts/{message_id}/confirm/", {"version": version(page)}).status_code == 400
    assert broadcast(message_id).status is Status.DRAFT


def test_a_file_goes_to_oneself_before_it_goes_to_others(client: Client, people: psycopg.Connection) -> None:
    from hsl.broadcasts import uploads

    upload = uploads.keep("document", "план.pdf", b"%PDF")
    message_id = written(client, media_kind="document", media_upload=str(upload.pk))
    assert "Send it to yourself first" in last_page(client, message_id)

    uploads.keep_file_id(upload.pk, 42, "BQACAgIAAxkDAAIB")
    assert send(client, message_id) == 302


def test_a_message_is_written_again(client: Client, people: psycopg.Connection) -> None:
    message_id = written(client)
    send(client, message_id)
    answer = client.post(f"/broadcasts/{message_id}/duplicate/")
    again = messages(people)[-1]

    assert answer.headers["Location"] == f"/broadcasts/{again}/edit/"
    assert broadcast(again).content == broadcast(message_id).content
    assert broadcast(again).status is Status.DRAFT


@pytest.mark.parametrize(
    ("query", "audience"),
    [
        ("group=3rd_stream", Audience(groups=("3rd_stream",))),
        ("person=1&person=4", Audience(people=(1, 4))),
        ("filters=status%3Dstudent", Audience(filters="status=student")),
        ("csrfmiddlewaretoken=x&query=q%3Dанна&person=1", Audience(people=(1,))),
        ("csrfmiddlewaretoken=x&everyone=yes&query=q%3Dанна&person=1", Audience(filters="q=анна")),
    ],
)
def test_other_pages_hand_over_whom_to_write_to(client: Client, query: str, audience: Audience) -> None:
    page = client.get(f"/broadcasts/new/?{query}", follow=True)

    assert page.status_code == 200
    assert page.context["written"].audience == audience


def test_an_address_that_names_nobody_says_so(client: Client) -> None:
    page = client.get("/broadcasts/new/?group=nowhere")

    assert page.status_code == 400
    assert "There is no group called nowhere" in page.content.decode()


def test_the_preview_is_filled_for_a_real_person(client: Client) -> None:
    of_the_audience = client.post("/broadcasts/new/look/", WHOLE | {"group": ["4th_stream"]}).content.decode()
    of_another = client.post("/broadcasts/new/look/", WHOLE | {"reader": "2"}).content.decode()

    assert "Привет, Анна4! <strong>Завтра</strong> урок." in of_the_audience
    assert "Привет, Анна2!" in of_another
    assert "27 of 4,096 characters" in of_another


def test_the_preview_of_what_is_broken_says_what_is_wrong(client: Client) -> None:
    look = client.post("/broadcasts/new/look/", {"text": "<p>{user_id}</p>"}).content.decode()

    assert "&lt;p&gt;&lt;/p&gt;" in look
    assert "There is no personal field {user_id}" in look


def test_an_empty_message_is_not_scolded(client: Client) -> None:
    look = client.post("/broadcasts/new/look/", {}).content.decode()

    assert "invalid-feedback" not in look
    assert "Nothing written yet" in look


def test_what_was_refused_says_why_as_long_as_it_stands_so(client: Client) -> None:
    sent = {"group": ["3rd_stream"], "text": "", "when": "later", "day": "", "time": ""}
    page = client.post("/broadcasts/new/", sent).content.decode()
    assert '<input type="hidden" name="refused" value="on">' in page

    look = client.post("/broadcasts/new/look/", sent | {"refused": "on"}).content.decode()
    assert "Write something" in look
    tell = client.post("/broadcasts/new/tell/", sent | {"refused": "on"}).content.decode()
    assert "Give a day and a time." in tell
    assert "Give a day and a time." not in client.post("/broadcasts/new/tell/", sent).content.decode()


def test_the_reach_is_told_as_it_changes(client: Client) -> None:
    told = client.post("/broadcasts/new/tell/", {"group": ["all"], "minus": ["4th_stream"]}).content.decode()

    assert "2 people will get it" in told
    assert "1 person is left out" in told


@pytest.mark.parametrize("group", ["all", "non_course_users", "3rd_stream", "4th_stream", "5th_stream"])
def test_a_group_is_told_out_of_the_sums_as_its_people_are_counted(
    client: Client, people: psycopg.Connection, group: str
) -> None:
    book(people, 5, "3rd_stream", 1, first_name="Не платил")
    people.execute(
        "INSERT INTO unreachable VALUES (DEFAULT, 42, 5, now(), 'blocked'), (DEFAULT, 42, 77, now(), '')"
    )
    fold(people)

    counted = reach(Audience(groups=(group,), people=(1,), minus=()), 42)
    alone = reach(Audience(groups=(group,)), 42)
    with_one_more = 0 if group in ("all", "3rd_stream") else 1
    assert alone == (counted.people - with_one_more, counted.unreachable)


def test_a_template_is_kept_and_written_from(client: Client) -> None:
    kept = client.post(
        "/broadcasts/templates/keep/", WHOLE | {"template_name": "Напоминание"}
    ).content.decode()
    assert "Kept as “Напоминание”" in kept
    kept_id = Template.objects.get().pk

    assert (
        "already"
        in client.post(
            "/broadcasts/templates/keep/", WHOLE | {"template_name": "Напоминание"}
        ).content.decode()
    )
    assert client.get(f"/broadcasts/new/?template={kept_id}").context["written"].content.text == TEXT
    assert (
        TEXT.replace("<", "&lt;").replace(">", "&gt;")
        in client.get(f"/broadcasts/templates/{kept_id}/use/").content.decode()
    )
    assert (
        client.post(f"/broadcasts/templates/{kept_id}/", {"template_name": "x", "text": ""}).status_code
        == 400
    )
    assert (
        client.post(
            f"/broadcasts/templates/{kept_id}/", {"template_name": "Итог", "text": "Конец"}
        ).status_code
        == 302
    )
    assert "Итог" in client.get("/broadcasts/templates/").content.decode()
    assert client.post(f"/broadcasts/templates/{kept_id}/delete/").status_code == 302
    assert client.get(f"/broadcasts/new/?template={kept_id}").context["written"].content.text == ""


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\nb"])
def test_a_template_has_a_name(client: Client, name: str) -> None:
    answer = client.post("/broadcasts/templates/keep/", WHOLE | {"template_name": name}).content.decode()

    assert "Give it a name" in answer


def test_the_page_asks_few_questions_however_many_people_there_are(
    client: Client, people: psycopg.Connection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for user_id in range(10, 40):
        book(people, user_id, "4th_stream", 2, first_name="Анна")
    fold(people)
    chosen = "&".join(f"person={user_id}" for user_id in range(10, 40))
    with django_assert_max_num_queries(22):
        assert client.get(f"/broadcasts/new/?group=3rd_stream&{chosen}").status_code == 200
