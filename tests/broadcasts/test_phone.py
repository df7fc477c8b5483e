"""Where Telegram is simulated, one can look at the phone of a person."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from django.test import Client, override_settings

from hsl.broadcasts import phone, uploads
from tests import cast
from tests.telegram.simulated import SimulatedTelegram


@pytest.fixture
def owner(school: psycopg.Connection, telegram: SimulatedTelegram) -> Iterator[Client]:
    """The owner's browser; Telegram is simulated."""
    with override_settings(TELEGRAM_API_URL=telegram.url, BOT_TOKEN=telegram.token):
        yield cast.signed_in(cast.hire().owner)


def tell(telegram: SimulatedTelegram, method: str = "sendMessage", token: str = "", **given: Any) -> Any:
    url = f"{telegram.url}/bot{token or telegram.token}/{method}"
    return httpx.post(url, json={"chat_id": 7} | given).json()["result"]


def test_the_phone_shows_what_came_from_our_bot(owner: Client, telegram: SimulatedTelegram) -> None:
    button = {"text": "Записаться", "url": "https://a.example/r/x"}
    tell(
        telegram,
        text="<b>Аня</b>, &lt;3",
        parse_mode="HTML",
        reply_markup={"inline_keyboard": [[button, {"text": "Да", "callback_data": "yes"}]]},
    )
    tell(telegram, "sendVideo", video="https://a.example/урок.mp4", caption="a < b")
    tell(telegram, text="от другого бота", token="5:another-bot")
    tell(telegram, text="другому человеку", chat_id=8)
    page = owner.get("/phone/7/").content.decode()
    assert "<strong>Аня</strong>, &lt;3" in page
    assert 'href="https://a.example/r/x"' in page
    assert "a &lt; b" in page
    assert "урок.mp4" in page
    assert "другого бота" not in page
    assert "другому человеку" not in page


def test_a_photo_that_was_uploaded_here_is_shown_as_it_was_sent(
    owner: Client, telegram: SimulatedTelegram
) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    upload = uploads.keep("photo", "план.png", png)
    url = f"{telegram.url}/bot{telegram.token}/sendPhoto"
    sent = httpx.post(url, data={"chat_id": "7"}, files={"photo": ("план.png", png)}).json()["result"]
    uploads.keep_file_id(upload.pk, int(telegram.token.partition(":")[0]), sent["photo"][-1]["file_id"])

    page = owner.get("/phone/7/").content.decode()

    address = f"/broadcasts/uploads/{upload.pk}/"
    assert f'<img class="phone-photo" src="{address}" alt="план.png">' in page
    assert "phone-file" not in page
    picture = owner.get(address)
    assert (picture.content, picture.headers["Content-Type"]) == (png, "image/png")
    assert Client().get(address).status_code == 302


def test_of_a_photo_that_is_not_ours_there_is_but_its_place(
    owner: Client, telegram: SimulatedTelegram
) -> None:
    tell(telegram, "sendPhoto", photo="https://a.example/чужое.png")

    page = owner.get("/phone/7/").content.decode()

    assert 'class="phone-file phone-photo"' in page
    assert "чужое.png" in page
    assert "<img" not in page.partition("phone-chat")[2]


def test_a_person_s_page_has_a_door_to_it_where_telegram_is_simulated(owner: Client) -> None:
    door = 'href="/phone/7/"'
    assert door in owner.get("/broadcasts/person/7/").content.decode()
    with override_settings(TELEGRAM_API_URL="https://api.telegram.org"):
        assert door not in owner.get("/broadcasts/person/7/").content.decode()


def test_it_follows_what_happens(owner: Client, telegram: SimulatedTelegram) -> None:
    def state(page: str) -> str:
        found = re.search(r"/phone/7/\?state=(\w+)", page)
        assert found
        return found[0]

    again = state(owner.get("/phone/7/").content.decode())
    assert owner.get(again).status_code == 204
    number = tell(telegram, text="Привет")["message_id"]
    part = owner.get(again).content.decode()
    assert "Привет" in part
    assert "<html" not in part
    again = state(part)
    assert owner.get(again).status_code == 204
    tell(telegram, "editMessageText", message_id=number, text="Увидимся")
    part = owner.get(again).content.decode()
    assert "Увидимся" in part
    assert "Привет" not in part
    tell(telegram, "deleteMessage", message_id=number)
    assert "Увидимся" not in owner.get(state(part)).content.decode()


@pytest.mark.parametrize(
    "url", ["https://api.telegram.org", "http://127.0.0.1:9", "http://telegram.invalid:8081"]
)
def test_there_is_no_phone_where_telegram_is_not_simulated(owner: Client, url: str) -> None:
    assert phone.in_use()
    with override_settings(TELEGRAM_API_URL=url):
        assert not phone.in_use()
        assert owner.get("/phone/7/").status_code == 404
