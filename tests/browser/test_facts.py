"""Lists of facts and imports in a browser: for everybody, on a phone, with ugly names, to their end."""

import threading
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect

from hsl.jobs.models import Job, State
from hsl.jobs.running import run
from hsl.school.models import Import
from tests import cast
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows

pytestmark = pytest.mark.browser

UGLY = ("<b>Мария</b> 🦊", "م" * 30, "Ё" * 64, "\u202eвперёд", "a" * 64)
FILE = "Telegram ID;ник;поток;статус;дата\n" + "".join(
    f"{number};user_{number};3rd_stream;{'оплачено' if number % 2 else '1'};0{number}.09.2025\n"
    for number in range(1, 8)
)


@pytest.fixture
def _facts(bot: psycopg.Connection) -> None:
    for number, name in enumerate(UGLY, 1):
        bot.execute(
            "INSERT INTO bookings (user_id, username, first_name, course_id, course_stream, confirmed, referral_code)"
            " VALUES (%s, 'user', %s, 1, '4th_stream', %s, 'FRIEND20')",
            [number, name, [-1, 1, 2, 1, 2][number - 1]],
        )
        bot.execute(
            "INSERT INTO free_lesson_registrations (user_id, first_name, email, lesson_type, lesson_date)"
            " VALUES (%s, %s, %s, 'intro_to_python', '2026-05-01')",
            [number, name, f"{'long' * 12}{number}@school.example"],
        )
        bot.execute(
            "INSERT INTO events (user_id, first_name, event_type, details)"
            " VALUES (%s, %s, 'view_program', jsonb_build_object('course_id', 1, 'from', repeat('x', 200)))",
            [number, name],
        )


@pytest.mark.usefixtures("_facts")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_lists_of_facts(windows: Windows, staff: cast.Cast, language: str) -> None:
    page = windows.open(staff.manager, language=language)
    for name in ("bookings", "registrations", "events"):
        page.goto(f"/{name}/")
        assert barriers(page) == []
        look(page, name)
        assert not _is_wider_than_its_window(page)
    phone = windows.open(staff.manager, language=language, viewport=PHONE)
    for name in ("bookings", "registrations", "events"):
        phone.goto(f"/{name}/")
        assert not _is_wider_than_its_window(phone)


def test_a_file_goes_all_the_way(
    windows: Windows, staff: cast.Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HSL_DATA_DIR", str(tmp_path))
    file = tmp_path / "заявки из CRM.csv"
    file.write_text(FILE + "8;;нет такого;1;\n" * 3, encoding="utf-8")
    page = windows.open(staff.manager, language="ru")
    page.goto("/import/")
    _seen(page, "imports-empty")
    page.get_by_label("Файл CSV").set_input_files(file)
    page.get_by_role("button", name="Загрузить и посмотреть").click()
    expect(page.get_by_role("heading", name="Первые строки")).to_be_visible()
    page.get_by_label("Значит «подтверждена»").fill("оплачено")
    _seen(page, "import-mapping")
    page.get_by_role("button", name="Проверить файл").click()
    expect(page.get_by_text("Ждёт очереди")).to_be_visible()
    _seen(page, "import-waiting")
    _work()
    expect(page.get_by_text("7 верных строк")).to_be_visible()
    _seen(page, "import-checked")
    page.get_by_role("button", name="Внести верные (7)").click()
    _work()
    expect(page.get_by_role("heading", name="Внесено")).to_be_visible()
    _seen(page, "import-done")
    page.get_by_role("link", name="Строки, которые он принёс").click()
    expect(page.get_by_text("7 заявок")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Отменить импорт").click()
    expect(page.get_by_text("Будет удалено 7 строк.")).to_be_visible()
    look(page, "import-undo")
    page.get_by_role("button", name="Отменить импорт").click()
    _work()
    expect(page.get_by_role("heading", name="Отменено")).to_be_visible()
    page.goto("/import/")
    _seen(page, "imports")
    assert Import.objects.get().state == Import.State.UNDONE


def _seen(page: Page, name: str) -> None:
    assert barriers(page) == []
    assert not _is_wider_than_its_window(page)
    look(page, name)


def _work() -> None:
    for job in Job.objects.filter(state=State.WAITING):
        run(job.pk, threading.Event())


def _is_wider_than_its_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
