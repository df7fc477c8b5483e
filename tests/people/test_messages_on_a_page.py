"""A person's page: the messages they got, whether the bot reaches them, and the box to write to them."""

import re
from typing import Any

import psycopg
import pytest
from django.test import Client

from hsl.projections.fold import fold
from tests import cast
from tests.broadcasts import messages_there as there


@pytest.fixture
def browser(school: psycopg.Connection, settings: Any) -> Client:
    """A manager's browser, in English, and three people."""
    settings.BOT_TOKEN = f"{there.BOT}:secret"
    there.people(school, 3)
    fold(school)
    client = cast.signed_in(cast.hire().manager)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_messages_stand_in_the_timeline_with_what_became_of_them(
    school: psycopg.Connection, browser: Client
) -> None:
    sent = there.message(school, [(3, "sent", "")], text="{first_name|You}, come <b>tomorrow</b>\nplease")
    there.message(school, [(1, "failed", "blocked")], text="Pay")
    theirs = there.external(school, [(2, "pending", "")], text="{first_name|You} from elsewhere")
    there.message(school, [(1, "pending", "")], text="Never mind", status="cancelled")
    page = browser.get("/people/1?kind=message").content.decode()

    assert "Message, cancelled before it was sent" in page
    page = page.replace("Message, cancelled before it was sent", "")
    assert re.findall(r"Message, [^<]*", page) == [
        "Message, still to be sent",
        "Message, did not arrive",
        "Message, sent",
    ] or set(re.findall(r"Message, [^<]*", page)) == {
        "Message, still to be sent",
        "Message, did not arrive",
        "Message, sent",
    }
    assert f'<a href="/broadcasts/{sent}/"><bdi>You, come tomorrow</bdi></a>' in page
    assert f'<a href="/broadcasts/{theirs}/"><bdi>{{first_name|You}} from elsewhere</bdi></a>' in page
    assert "Pay · The person has blocked the bot." in page
    assert "Message, sent" in browser.get("/people/3").content.decode()
    assert "Message, sent" not in browser.get("/people/3?kind=event").content.decode()


def test_a_hundred_messages_come_page_by_page(school: psycopg.Connection, browser: Client) -> None:
    for number in range(60):
        there.message(school, [(1, "sent", "")], text=f"Message number {number}")
    page = browser.get("/people/1?kind=message").content.decode()
    further = re.findall(r'rel="next" href="([^"]+)"', page)[0].replace("&amp;", "&")
    seen = {
        number
        for text in (page, browser.get(further).content.decode())
        for number in re.findall(r"<bdi>Message number (\d+)", text)
    }

    assert len(seen) == 60


def test_the_page_says_since_when_and_why_the_bot_does_not_reach_them(
    school: psycopg.Connection, browser: Client
) -> None:
    assert "does not reach them" not in browser.get("/broadcasts/person/1/").content.decode()
    school.execute(
        "INSERT INTO unreachable (bot_id, user_id, since, reason) VALUES (%s, 1, now(), 'blocked')",
        [there.BOT],
    )
    panel = browser.get("/broadcasts/person/1/").content.decode()

    assert "The bot does not reach them:" in panel
    assert "The person has blocked the bot." in panel


def test_the_box_makes_a_draft_and_leads_to_one_more_look(
    school: psycopg.Connection, browser: Client
) -> None:
    panel = browser.get("/broadcasts/person/2/").content.decode()
    fields = dict(re.findall(r'name="(key|person|link_preview)" value="([^"]*)"', panel))
    for _twice in range(2):
        answer = browser.post("/broadcasts/new/", {**fields, "text": "Hello"})
        assert answer.headers["Location"] == "/broadcasts/1/confirm/"
    assert school.execute("SELECT audience -> 'people' FROM broadcasts").fetchall() == [([2],)]


def test_an_analyst_sees_the_panel_without_the_box(school: psycopg.Connection, browser: Client) -> None:
    from hsl.accounts.models import Operator

    analyst = cast.signed_in(Operator.objects.get(role="analyst"))
    assert "<textarea" not in analyst.get("/broadcasts/person/1/").content.decode()
