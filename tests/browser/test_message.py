"""A broadcast is written, watched while it goes out, held up, let go on, and read when it is over."""

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows
from tests.databases import Database
from tests.faults.room import Room

PEOPLE = 150
BLOCKED = 7


@pytest.fixture
def room(school: object, session_database: Database, settings: LazySettings) -> Iterator[Room]:
    """The school that the browser sees, with members, and Telegram beside it; no worker yet."""
    with Room(session_database, rate=20) as room:
        settings.TELEGRAM_API_URL = room.telegram.url
        room.people(PEOPLE)
        room.telegram.people(blocked=[BLOCKED])
        yield room


def usable(page: Page, name: str) -> None:
    """The page as it stands has no barriers, and fits on a phone."""
    assert barriers(page) == []
    look(page, name)
    before = page.viewport_size
    page.set_viewport_size(PHONE)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert before is not None
    page.set_viewport_size(before)


def test_a_broadcast_is_watched_held_up_and_read(room: Room, windows: Windows, staff: cast.Cast) -> None:
    page = windows.open(staff.manager, language="ru")
    page.goto("/broadcasts/new/?group=3rd_stream")
    page.locator("#text").fill("Привет, {first_name|друг}!")
    page.wait_for_url("**/edit/")
    page.get_by_role("button", name="Дальше").click()
    page.get_by_role("button", name=f"Отправить {PEOPLE} людям").click()
    live = page.locator("#live")
    expect(live).to_contain_text("воркер не запущен")

    worker = room.worker()
    expect(live).to_contain_text("в секунду", timeout=30_000)
    live.get_by_role("button", name="Пауза").click()
    expect(live).to_contain_text("Поставлено на паузу вручную")
    usable(page, "message-paused")

    worker.terminate()
    worker.wait()
    room.rate = 1000
    room.worker()
    live.get_by_role("button", name="Продолжить").click()
    expect(live).to_contain_text(f"{PEOPLE - 1} отправлено", timeout=60_000)
    expect(live).to_contain_text("1 не дошло")
    expect(page.locator("#about")).to_contain_text("Закончено")
    usable(page, "message-sent")

    live.locator(".message-reasons").get_by_role("link", name="1").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("Человек заблокировал бота")
    page.goto("/broadcasts/")
    usable(page, "broadcasts")
    assert room.received()[BLOCKED] == 0
    assert sorted(room.received()) == [who for who in range(1, PEOPLE + 1) if who != BLOCKED]
