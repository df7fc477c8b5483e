"""What is written is a message, what can't be is refused beside its field, and other pages hand over to whom."""

import json
from typing import Any

import psycopg
import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.messages import broadcast
from hsl.broadcasts.statuses import Status
from hsl.projections.fold import fold
from hsl.telegram.messages import Button
from tests.api.test_answers import book
from tests.broadcasts.composing.conftest import TEXT, WHOLE, messages, school_in, send, written


def test_what_was_written_is_a_draft_until_it_is_confirmed(client: Client) -> None:
    message_id = written(client, minus=["4th_stream"], silent="on", quiet="on")
    message = broadcast(message_id)

    assert message.status is Status.DRAFT
    assert message.audience == Audience(groups=("3rd_stream",), minus=("4th_stream",))
    assert message.content == Content(
        TEXT, buttons=((Button("Сайт", url="https://school.example"),),), silent=True
    )
    assert message.quiet


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
    "buttons", ["[", "{}", "[1]", '[[{"text": null}]]', '[["x"]]', '[[{"url": {"a": 1}}]]', "null"]
)
def test_buttons_that_no_page_of_ours_sends_are_refused(
    client: Client, people: psycopg.Connection, buttons: str
) -> None:
    answer = client.post("/broadcasts/new/", WHOLE | {"buttons": buttons})

    assert answer.status_code == 400
    assert "it needs a text" in answer.content.decode()
    assert messages(people) == []


def test_a_time_that_the_clock_skips_is_refused(client: Client, people: psycopg.Connection) -> None:
    school_in(people, "Europe/Berlin")
    answer = client.post("/broadcasts/new/", WHOLE | {"when": "later", "day": "2027-03-28", "time": "02:30"})

    assert "The clock skips this time that day" in answer.content.decode()


def test_what_was_refused_says_why_as_long_as_it_stands_so(client: Client) -> None:
    sent = {"group": ["3rd_stream"], "text": "", "when": "later", "day": "", "time": ""}
    page = client.post("/broadcasts/new/", sent).content.decode()
    assert '<input type="hidden" name="refused" value="on">' in page

    look = client.post("/broadcasts/new/look/", sent | {"refused": "on"}).content.decode()
    assert "Write something" in look
    tell = client.post("/broadcasts/new/tell/", sent | {"refused": "on"}).content.decode()
    assert "Give a day and a time." in tell
    assert "Give a day and a time." not in client.post("/broadcasts/new/tell/", sent).content.decode()


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


def test_the_page_asks_few_questions_however_many_people_there_are(
    client: Client, people: psycopg.Connection, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for user_id in range(10, 40):
        book(people, user_id, "4th_stream", 2, first_name="Анна")
    fold(people)
    chosen = "&".join(f"person={user_id}" for user_id in range(10, 40))
    with django_assert_max_num_queries(22):
        assert client.get(f"/broadcasts/new/?group=3rd_stream&{chosen}").status_code == 200
