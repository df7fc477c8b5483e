"""Обзор in a browser: the range picker, the chart, the newest as it comes."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from playwright.sync_api import Page, expect

from hsl.projections.fold import fold, fold_to_the_end
from hsl.school.sample.load import load_sample_school
from tests import cast
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows

UGLY = [
    ("Ж" * 64, "zh" * 16),
    ("🦊🎉👩‍👩‍👧‍👦", None),
    ("مرحبا بالعالم", "marhaba"),
    ("<b>жирный</b>", "bold"),
    (None, "nameless"),
    (None, None),
]


@pytest.fixture
def sample(school: psycopg.Connection, staff: cast.Cast) -> psycopg.Connection:
    """The sample school, folded."""
    load_sample_school(datetime.now(UTC))
    fold_to_the_end(school)
    return school


def event(conn: psycopg.Connection, user_id: int, name: str | None, username: str | None = None) -> None:
    conn.execute(
        "INSERT INTO public.events (user_id, first_name, username, event_type, created_at)"
        " VALUES (%s, %s, %s, 'view_program', now())",
        [user_id, name, username],
    )


def pixels(page: Page) -> int:
    """How many different colours the chart's canvas holds: a blank one holds one."""
    return int(
        page.evaluate(
            """() => {
                const canvas = document.querySelector(".chart canvas");
                const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
                return new Set(new Uint32Array(data.buffer)).size;
            }"""
        )
    )


@pytest.mark.parametrize("language", ["ru", "en"])
def test_everybody_can_use_it(
    language: str, sample: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.owner, language=language)
    page.goto("/")

    assert barriers(page) == []
    assert pixels(page) > 10
    look(page, "overview")


def test_the_range_is_picked_by_the_keyboard_and_stays_in_the_address(
    sample: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.analyst)
    page.goto("/")
    page.get_by_role("link", name="90 дней").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?range=90")
    expect(page.get_by_role("link", name="90 дней")).to_have_attribute("aria-current", "true")

    page.get_by_text("Свой период").focus()
    page.keyboard.press("Enter")
    until = datetime.now(UTC).date() - timedelta(days=40)
    page.get_by_label("С", exact=True).fill((until - timedelta(days=6)).isoformat())
    page.get_by_label("По", exact=True).fill(until.isoformat())
    page.keyboard.press("Enter")
    page.wait_for_url("**/?range=custom&since=*&until=*")
    page.get_by_text("То же в таблице").click()
    expect(page.get_by_role("table").first.locator("tbody tr")).to_have_count(7)


def test_a_range_that_cannot_be_is_explained_beside_its_field(
    sample: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.owner)
    page.goto("/?range=custom&since=2026-03-31&until=2026-03-01")

    expect(page.get_by_text("Этот день позже последнего")).to_be_visible()
    assert barriers(page) == []


def test_a_line_of_the_chart_can_be_put_away(
    sample: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.owner)
    page.goto("/?range=90")
    page.mouse.move(*middle(page))
    line = page.get_by_role("button", name="Записи", exact=True)
    line.focus()
    page.keyboard.press("Space")

    expect(line).to_have_attribute("aria-pressed", "false")
    assert "Записи" not in page.evaluate(
        "Object.entries(chart().getOption().legend[0].selected)"
        ".filter(([, shown]) => shown).map(([name]) => name)".replace(
            "chart()", "echarts.getInstanceByDom(document.querySelector('.chart'))"
        )
    )


def middle(page: Page) -> tuple[float, float]:
    box = page.locator(".chart").bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_what_comes_shows_by_itself(
    sample: psycopg.Connection, windows: Windows, staff: cast.Cast, bot: psycopg.Connection
) -> None:
    page = windows.open(staff.owner)
    page.clock.install()
    page.goto("/")
    event(bot, 77, "Новенькая")
    page.clock.run_for(9_000)

    expect(page.get_by_text("Новенькая")).to_be_visible()


def test_a_school_that_catches_up_shows_its_numbers_by_itself_when_it_has(
    school: psycopg.Connection, windows: Windows, staff: cast.Cast, bot: psycopg.Connection
) -> None:
    school.execute("SELECT hsl.ask_recount('a test')")
    event(bot, 1, "Новенькая")
    page = windows.open(staff.owner)
    page.goto("/")
    expect(page.get_by_text("Пересчитываем факты")).to_be_visible()
    fold(school)

    expect(page.get_by_text("Пересчитываем факты")).to_have_count(0)
    expect(page.get_by_text("Новенькая")).to_be_visible()
    assert pixels(page) > 3


@pytest.mark.parametrize("language", ["ru", "en"])
def test_an_empty_school(
    language: str, school: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    fold(school)
    page = windows.open(staff.owner, language=language)
    page.goto("/")

    assert barriers(page) == []
    look(page, "overview-empty")


def test_ugly_names_break_nothing(
    school: psycopg.Connection, windows: Windows, staff: cast.Cast, bot: psycopg.Connection
) -> None:
    for user_id, (name, username) in enumerate(UGLY, 1):
        event(bot, user_id, name, username)
    for stream in ("<b>поток</b>", "Щ" * 64):
        bot.execute(
            "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed) VALUES (7, 1, %s, 2)",
            [stream],
        )
        bot.execute(
            "INSERT INTO public.free_lesson_registrations (user_id, email, lesson_type) VALUES (7, 'a@b.example', %s)",
            [stream],
        )
    fold(school)
    page = windows.open(staff.owner)
    page.goto("/")

    assert barriers(page) == []
    look(page, "overview-ugly")
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_targets_are_a_thumb_wide_and_nothing_overflows(
    sample: psycopg.Connection, windows: Windows, staff: cast.Cast
) -> None:
    page = windows.open(staff.owner, viewport=PHONE)
    page.goto("/?range=custom&since=2026-03-31&until=2026-03-01")

    small = page.evaluate(
        """[...document.querySelectorAll("main :is(a, button, summary, input:not([type=hidden]))")]
            .filter(each => each.checkVisibility())
            .filter(each => { const box = each.getBoundingClientRect(); return box.height < 44 || box.width < 44 })
            .map(each => each.outerHTML.slice(0, 120))"""
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
