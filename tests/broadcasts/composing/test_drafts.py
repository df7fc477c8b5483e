"""A draft saves itself and stays one message, and nothing goes out that was changed since somebody looked at it."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from hsl.broadcasts import services
from hsl.broadcasts.messages import broadcast
from hsl.broadcasts.statuses import Status
from hsl.school.refusals import ConflictError
from tests.broadcasts.composing.conftest import TEXT, WHOLE, last_page, messages, send, version, written
from tests.elsewhere import elsewhere
from tests.waiting import until_waiting


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

    @elsewhere
    def post() -> HttpResponse:
        return client.post(path, sent)  # type: ignore[return-value] # the test client's is one

    return beside.submit(post)


def test_a_message_that_is_changed_as_it_is_confirmed_does_not_go_out(
    client: Client, people: psycopg.Connection
) -> None:
    message_id = written(client)
    seen = version(last_page(client, message_id))
    with ThreadPoolExecutor(1) as beside:
        with people.transaction():
            people.execute("""UPDATE broadcasts SET content = content || '{"text": "другое"}'""")
            confirmed = posted(beside, client, f"/broadcasts/{message_id}/confirm/", {"version": seen})
            until_waiting(people, 1)
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
                until_waiting(people, 1)
                with suppress(ConflictError):
                    services.schedule(message_id, at, actor=None)
            saved.result()
    finally:
        people.execute("DROP FUNCTION public.held_up() CASCADE")

    message = broadcast(message_id)
    assert (message.status, message.scheduled_at) in [(Status.SCHEDULED, at), (Status.DRAFT, None)]
