"""Потоки and Уроки in a browser."""

from datetime import UTC, datetime

import psycopg
import pytest
from playwright.sync_api import expect

from hsl.projections.fold import fold, fold_to_the_end
from hsl.school.sample.load import load_sample_school
from tests import cast
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows

STREAM, LESSON = "/streams/1/5th_stream/", "/lessons/intro_to_python/"
PAGES = {"streams": "/streams/", "stream": STREAM, "lessons": "/lessons/", "lesson": LESSON}


@pytest.fixture
def sample(school: psycopg.Connection) -> psycopg.Connection:
    """The sample school, folded."""
    load_sample_school(datetime.now(UTC))
    fold_to_the_end(school)
    return school


@pytest.mark.parametrize("language", ["ru", "en"])
def test_everybody_can_use_them(
    language: str, sample: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.owner, language=language)
    for name, address in PAGES.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert barriers(page) == [], address
        look(page, name)


def test_ugly_names_break_nothing_on_a_phone(
    school: psycopg.Connection, windows: Windows, staff: cast.Cast, bot: psycopg.Connection
) -> None:
    for name in ("<b>поток</b>", "Щ" * 64, "مرحبا / 🦊"):
        bot.execute(
            "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed) VALUES (7, 1, %s, 2)",
            [name],
        )
        bot.execute(
            "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type) VALUES (7, 'a@b.example', %s)",
            [name],
        )
    fold(school)
    page = windows.open(staff.owner, viewport=PHONE)
    for number, address in enumerate(("/streams/", "/lessons/")):
        page.goto(address)
        look(page, f"ugly-{number}")
        page.get_by_role("link", name="🦊").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("🦊")
        page.wait_for_load_state("load")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_an_empty_school_is_told_what_will_be_here(
    school: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    school.execute("DELETE FROM hsl.course_streams")
    fold(school)
    page = windows.open(staff.owner)
    for name in ("streams", "lessons"):
        page.goto(PAGES[name])
        assert barriers(page) == []
        look(page, f"{name}-empty")


def test_on_a_phone_targets_are_a_thumb_wide(
    sample: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.owner, viewport=PHONE)
    for address in PAGES.values():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        small = page.evaluate(
            """[...document.querySelectorAll("main :is(a, button, summary, input:not([type=hidden]))")]
                .filter(each => each.checkVisibility())
                .filter(each => { const box = each.getBoundingClientRect(); return box.height < 44 || box.width < 44 })
                .map(each => each.outerHTML.slice(0, 120))"""
        )
        assert small == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
