"""The bot in the frame: a dot and a word."""

from typing import Any

import psycopg
import pytest

from tests import cast
from tests.broadcasts import messages_there as there


@pytest.mark.parametrize(
    ("change", "said", "asks_again"),
    [
        ("UPDATE senders SET stopped_at = NULL", "the bot is there", False),
        ("UPDATE senders SET stopped_at = now()", "nobody sends", False),
        ("UPDATE bots SET held_until = now() + interval '1 hour'", "Telegram asks to wait", True),
        ("UPDATE bots SET probing_since = now()", "waiting for Telegram", True),
        ("UPDATE bots SET wrong = 'Unauthorized'", "token is refused", False),
    ],
)
def test_the_frame_says_how_the_bot_is(
    school: psycopg.Connection, settings: Any, change: str, said: str, asks_again: bool
) -> None:
    settings.BOT_TOKEN = f"{there.BOT}:very-secret"
    school.execute("INSERT INTO senders (host, pid) VALUES ('here', 1)")
    school.execute("INSERT INTO bots (bot_id, username) VALUES (%s, 'school_bot')", [there.BOT])
    school.execute(change)
    client = cast.signed_in(cast.hire().analyst)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    panel = client.get("/broadcasts/bot/").content.decode()

    assert said in panel
    assert ("every 2s" in panel) == asks_again
    assert "very-secret" not in panel
    assert "/broadcasts/bot/" in client.get("/people/").content.decode()


def test_without_a_token_it_says_so(school: psycopg.Connection, settings: Any) -> None:
    settings.BOT_TOKEN = ""
    client = cast.signed_in(cast.hire().owner)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    panel = client.get("/broadcasts/bot/").content.decode()
    assert "no bot's token" in panel or "no bot&#x27;s token" in panel
