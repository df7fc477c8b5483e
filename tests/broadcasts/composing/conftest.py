"""The manager's browser on the compose page, a school to write to, and the way to the last page."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.test import Client

from hsl.projections.fold import fold
from hsl.school.zone import forget_school
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
    """The school moves to another time zone."""
    people.execute("UPDATE school SET time_zone = %s", [zone])
    forget_school()


def messages(people: psycopg.Connection) -> list[int]:
    """The ids of all messages, the oldest first."""
    return [row[0] for row in people.execute("SELECT id FROM public.message_history ORDER BY id")]


def written(client: Client, **changes: Any) -> int:
    """A draft that the page has led to its last page; gives its id."""
    answer = client.post("/broadcasts/new/", WHOLE | changes)
    assert answer.status_code == 302, answer.content.decode()
    return int(answer.headers["Location"].split("/")[2])


def last_page(client: Client, message_id: int) -> str:
    """The page that asks once more before a message goes out."""
    return client.get(f"/broadcasts/{message_id}/confirm/").content.decode()


def version(page: str) -> str:
    """Which state of the message the last page showed."""
    return page.split('name="version" value="')[1].partition('"')[0]


def send(client: Client, message_id: int) -> int:
    """Confirm it on its last page; gives the answer's status code."""
    sent = {"version": version(last_page(client, message_id))}
    return client.post(f"/broadcasts/{message_id}/confirm/", sent).status_code
