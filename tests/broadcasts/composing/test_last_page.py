"""The last page says what will happen, to whom, when and at what cost, and sends; or says what stands in the way."""

from datetime import timedelta

import psycopg
import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from hsl.broadcasts.messages import broadcast
from hsl.broadcasts.spending import allow_paid
from hsl.broadcasts.statuses import Status
from hsl.school.zone import forget_school
from tests.broadcasts.composing.conftest import WHOLE, last_page, school_in, send, version, written


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
