"""A person's phone, live, where Telegram is simulated."""

from collections.abc import Iterator

import httpx
import psycopg
import pytest
from django.test import override_settings
from playwright.sync_api import expect

from hsl.projections.fold import fold
from tests import cast
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows
from tests.people import schools
from tests.telegram.simulated import SimulatedTelegram

TEXT = """<b>Сегодня в 19:00</b> — бесплатный урок.

Покажу, как за вечер собрать <i>своего бота</i>. <tg-spoiler>Будет подарок</tg-spoiler>
<blockquote>Прошлый раз было 240 человек</blockquote>
Подробности: <a href="https://school.example/lesson">на странице урока</a>"""


@pytest.fixture
def phone(telegram: SimulatedTelegram, school: psycopg.Connection) -> Iterator[str]:
    """The address of our bot's methods; Anna is in the school."""
    schools.add_person(school, 7, "anna_k", "Анна")
    fold(school)
    with override_settings(TELEGRAM_API_URL=telegram.url, BOT_TOKEN=telegram.token):
        yield f"{telegram.url}/bot{telegram.token}/"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_message_appears_by_itself(windows: Windows, staff: cast.Cast, phone: str, language: str) -> None:
    markup = {
        "inline_keyboard": [
            [{"text": "Записаться на урок", "url": "https://school.example/r/abc"}],
            [{"text": "Приду", "callback_data": "yes"}, {"text": "Не смогу", "callback_data": "no"}],
        ]
    }
    photo = {
        "chat_id": 7,
        "photo": "https://school.example/cover.jpg",
        "caption": "Обложка",
        "disable_notification": True,
    }
    page = windows.open(staff.owner, language=language, viewport=PHONE)
    page.goto("/phone/7/")
    look(page, f"phone-empty-{language}")
    httpx.post(f"{phone}sendPhoto", json=photo)
    httpx.post(
        f"{phone}sendMessage", json={"chat_id": 7, "text": TEXT, "parse_mode": "HTML", "reply_markup": markup}
    )
    expect(page.get_by_text("Сегодня в 19:00")).to_be_visible()
    expect(page.get_by_role("link", name="Записаться на урок")).to_be_in_viewport()
    look(page, f"phone-{language}")
    assert barriers(page) == []
    page.set_viewport_size({"width": 1440, "height": 900})
    look(page, f"phone-laptop-{language}")
