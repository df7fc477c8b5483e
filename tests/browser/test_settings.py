"""Настройки in a browser."""

import psycopg
import pytest
from playwright.sync_api import expect

from hsl.accounts import operators
from hsl.accounts.api_keys import create_api_key, find_api_key
from hsl.accounts.permissions import Role
from hsl.jobs.services import start
from hsl.projections.connect import connect
from hsl.projections.fold import fold
from hsl.projections.verifications import verify_and_keep
from hsl.school.models import Course, CourseStream
from tests import cast
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows

UGLY = "<b>ЖЩ🎈</b> שלום " * 12
PAGES = {
    "school": "",
    "streams": "streams/",
    "stream": "streams/new/",
    "lessons": "lessons/",
    "operators": "operators/",
    "keys": "api-keys/",
    "integrity": "integrity/",
    "record": "record/",
    "jobs": "jobs/",
}


@pytest.fixture
def ugly(school: psycopg.Connection) -> psycopg.Connection:
    """A school with names as long as they may be."""
    Course.objects.create(id=2, title=UGLY[:200])
    CourseStream.objects.create(course_id=2, course_stream="x" * 300, title=UGLY[:200], seats=1_000_000)
    for lesson_type in ("vibe_intro", "y" * 300, "<i>z</i>"):
        school.execute(
            "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type, lesson_date)"
            " VALUES (1, 'a@b.example', %s, '2026-01-01')",
            [lesson_type],
        )
    school.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed)"
        " VALUES (1, 1, %s, 2), (2, 1, '<b>' || repeat('z', 300), 1)",
        [UGLY],
    )
    school.execute(
        "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type) VALUES (3, 'a@b.example', 'x')"
    )
    fold(school)
    school.execute("UPDATE hsl.user_activity SET events = 5")
    school.execute(
        "INSERT INTO set_aside (user_id, reason) VALUES (77, 'invalid input syntax for type bigint')"
    )
    with connect() as conn:
        verify_and_keep(conn)
    start("verify", None, {})
    operators.add("Ж" * 64, Role.ANALYST, email=f"{'e' * 60}@school.example")
    for name in ("Сайт", "<b>" * 20):
        create_api_key(name, Role.MANAGER)
    return school


@pytest.mark.parametrize("language", ["ru", "en"])
def test_everybody_can_use_them(
    ugly: psycopg.Connection, windows: Windows, staff: cast.Cast, language: str
) -> None:
    page = windows.open(staff.owner, language=language)
    for name, address in PAGES.items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"/settings/{address}")
        assert barriers(page) == [], name
        look(page, f"settings-{name}")
        page.set_viewport_size(PHONE)
        assert barriers(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name


def test_a_stream_is_archived_and_the_toast_takes_it_back(
    school: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.owner)
    page.goto("/settings/streams/")
    page.get_by_role("button", name="В архив: 3-й поток").click()
    expect(page.get_by_text("1 поток в архиве")).to_be_visible()
    page.get_by_role("button", name="Отменить").click()

    expect(page.get_by_role("button", name="В архив: 3-й поток")).to_be_visible()
    expect(page.get_by_text("в архиве", exact=False)).to_have_count(0)


def test_a_key_is_made_copied_and_revoked_by_the_keyboard(
    school: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.owner)
    page.goto("/settings/api-keys/")
    page.get_by_role("link", name="Создать ключ").press("Enter")
    page.get_by_role("textbox", name="Имя").fill("Сайт")
    page.get_by_role("textbox", name="Имя").press("Enter")
    key = str(page.locator("code.user-select-all").text_content())
    assert barriers(page) == []
    look(page, "settings-key-once")
    assert find_api_key(key) is not None

    page.get_by_role("link", name="Готово").click()
    page.wait_for_load_state()
    page.get_by_role("link", name="Отозвать: Сайт").press("Enter")
    dialog = page.get_by_role("dialog", name="Отозвать ключ «Сайт»?")
    expect(dialog).to_be_visible()
    assert barriers(page) == []
    look(page, "settings-key-revoke")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert find_api_key(key) is not None

    page.get_by_role("link", name="Отозвать: Сайт").press("Enter")
    dialog.get_by_role("link", name="Не надо").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Отозвать: Сайт").press("Enter")
    dialog.get_by_role("button", name="Отозвать ключ").click()
    expect(page.get_by_text("1 отозванный ключ")).to_be_visible()
    assert find_api_key(key) is None
