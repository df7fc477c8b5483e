"""A message is written with keys and hands, shown as it will arrive, and sent after one more look."""

import psycopg
import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from hsl.broadcasts.messages import broadcast
from hsl.broadcasts.statuses import Status
from hsl.projections.fold import fold
from hsl.telegram.messages import Button
from tests import cast
from tests.api.test_answers import book
from tests.browser.axe import barriers
from tests.browser.look import look
from tests.browser.windows import PHONE, Windows
from tests.telegram.simulated import SimulatedTelegram


@pytest.fixture
def people(
    school: psycopg.Connection, telegram: SimulatedTelegram, settings: LazySettings
) -> psycopg.Connection:
    """Members of two streams, one of whom the bot does not reach, and a bot."""
    settings.BOT_TOKEN, settings.TELEGRAM_API_URL = telegram.token, telegram.url
    book(school, 1, "3rd_stream", 2, username="anna_k", first_name="Анна")
    book(school, 2, "3rd_stream", 2, username="x" * 32, first_name="Ж" * 64)
    book(school, 3, "4th_stream", 2, first_name="<b>Борис</b>")
    bot = int(telegram.token.partition(":")[0])
    school.execute(
        "INSERT INTO unreachable (bot_id, user_id, since, reason) VALUES (%s, 2, now(), 'blocked')", [bot]
    )
    fold(school)
    return school


@pytest.fixture
def page(people: psycopg.Connection, windows: Windows, staff: cast.Cast) -> Page:
    """The manager's window, with a new message."""
    staff.manager.telegram_id = 77
    staff.manager.save()
    page = windows.open(staff.manager, language="ru")
    page.goto("/broadcasts/new/")
    return page


def add_button(page: Page, text: str, value: str, kind: str = "url") -> None:
    page.locator("[data-add-row]").click()
    page.locator("#button-text").fill(text)
    page.locator("#button-kind").select_option(kind)
    page.locator("#button-value").fill(value)
    page.locator("#button-dialog [data-ok]").click()


def test_a_message_is_written_tried_and_sent(
    page: Page, people: psycopg.Connection, telegram: SimulatedTelegram
) -> None:
    page.get_by_label("3-й поток").first.check()
    expect(page.locator("#reach")).to_contain_text("Получит 1 человек")
    expect(page.locator("#reach")).to_contain_text("Не получит 1 человек: бот до него не достаёт")
    page.locator("#find-person").press_sequentially("бор")
    page.locator("#find-person-found [data-pick]").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("#reach")).to_contain_text("Получат 2 человека")

    text = page.locator("#text")
    text.press_sequentially("Привет, друг")
    for _letter in "друг":
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Control+b")
    expect(text).to_have_value("Привет, <b>друг</b>")
    page.keyboard.press("Control+b")
    expect(text).to_have_value("Привет, друг")
    page.get_by_role("button", name="Поле").click()
    page.get_by_text("Имя или «друг»").click()
    expect(text).to_have_value("Привет, {first_name|друг}")
    expect(page.locator(".phone-text")).to_have_text("Привет, <b>Борис</b>")

    add_button(page, "Сайт", "school.example")
    add_button(page, "Да", "yes", "callback_data")
    page.locator(".keyboard-button").nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator(".phone-row")).to_have_count(1)
    expect(page.locator(".phone-button")).to_have_text(["Да", "Сайт"])
    page.wait_for_url("**/edit/")

    page.get_by_role("button", name="Сначала себе").click()
    expect(page.locator("#tried")).to_contain_text("Оно у вас в Telegram")
    assert len(telegram.texts(77)) == 1
    page.get_by_role("button", name="Дальше").click()
    expect(page.locator(".last-sentence")).to_contain_text(
        "2 человека (3-й поток, выбранные по одному: 1) получат это"
    )
    page.get_by_role("button", name="Отправить 2 людям").click()
    page.wait_for_load_state()

    ((message_id,),) = people.execute("SELECT id FROM public.message_history").fetchall()
    message = broadcast(message_id)
    assert message.status is Status.SCHEDULED
    assert message.content.buttons == (
        (Button("Да", callback_data="yes"), Button("Сайт", url="https://school.example")),
    )


def test_a_draft_is_there_when_one_comes_back(page: Page) -> None:
    page.locator("#text").fill("Не дописано <b>ещё")
    page.get_by_label("Без звука").check()
    page.wait_for_url("**/edit/")
    expect(page.locator("#text-said")).to_contain_text("Тег <b> не закрыт")
    page.locator("#text").fill("Дописано")
    expect(page.locator("#text-said .invalid-feedback")).to_have_count(0)
    with page.expect_response("**/new/save/"):
        page.locator("#text").press("Tab")
    page.reload()

    expect(page.locator("#text")).to_have_value("Дописано")
    expect(page.get_by_label("Без звука")).to_be_checked()


@pytest.mark.parametrize("language", ["ru", "en"])
def test_everybody_can_write_a_message(
    people: psycopg.Connection, windows: Windows, staff: cast.Cast, language: str
) -> None:
    page = windows.open(staff.manager, language=language)
    page.goto("/broadcasts/new/?group=3rd_stream&person=2&person=3")
    page.locator("#text").fill(
        "<b>Привет</b>, {first_name}! <tg-spoiler>Тайна</tg-spoiler> https://school.example"
    )
    add_button(page, "Длинная кнопка, которая не помещается в строку телефона", "https://school.example")
    page.locator("[name=template_name]").evaluate("field => { field.closest('details').open = true; }")
    page.locator("[name=template_name]").fill("Напоминание")
    page.locator("[name=template_name] + button").click()
    expect(page.locator("#template-kept .text-green")).to_be_visible()
    page.wait_for_url("**/edit/")
    draft = page.url
    for name, address in {
        "compose": draft,
        "compose-refused": "/broadcasts/new/?group=nowhere",
        "last-page": draft.replace("edit", "confirm"),
        "templates": "/broadcasts/templates/",
    }.items():
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert barriers(page) == []
        look(page, name)
        page.set_viewport_size(PHONE)
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.set_viewport_size({"width": 1440, "height": 900})


PHOTO = {"name": "photo.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 100}
NO_PHOTO = {"name": "text.png", "mimeType": "image/png", "buffer": b"text"}


def test_a_file_is_tried_on_oneself_on_the_last_page_and_then_it_may_go(page: Page) -> None:
    page.get_by_label("3-й поток").first.check()
    page.locator("#text").fill("Смотрите")
    page.locator("#text").press("Tab")
    page.locator("#file-photo").set_input_files(PHOTO)  # type: ignore[arg-type] # Playwright's FilePayload
    expect(page.locator("#phone .phone-photo")).to_have_count(1)
    page.wait_for_url("**/edit/")  # what was written is looked at and saved
    page.locator("#file-photo").set_input_files(NO_PHOTO)  # type: ignore[arg-type] # as above
    expect(page.locator("#media-said")).to_have_text("Это не фото (JPEG, PNG, WebP); отправьте его файлом")
    expect(page.locator("#media")).to_contain_text("photo.png")
    page.locator(".compose-file-id summary").click()
    page.locator("[name=file_id]").fill("x")
    page.get_by_role("button", name="Взять").click()
    expect(page.locator("#media-said")).to_contain_text("Такого file_id Telegram не даёт")
    expect(page.locator("#media")).to_contain_text("photo.png")

    page.get_by_role("button", name="Дальше").click()
    page.wait_for_url(
        "**/confirm/"
    )  # loaded: a button that is there before its script is clicked for nothing
    send = page.get_by_role("button", name="Отправить 1 человеку")
    expect(send).to_be_disabled()
    expect(page.locator("#last-problems")).to_contain_text("Сначала отправьте себе")
    page.get_by_role("button", name="Сначала себе").click()
    expect(page.locator("#tried")).to_contain_text("Оно у вас в Telegram")
    expect(page.locator("#last-problems")).to_have_text("")
    send.click()
    expect(page.locator(".message-title")).to_have_text("Смотрите")


def test_the_page_is_written_with_keys_alone(page: Page) -> None:
    page.locator("#find-person").focus()
    for letters in ("бор", "анна"):
        page.keyboard.type(letters)
        page.locator("#find-person-found [data-pick]").wait_for()
        page.keyboard.press("Enter")
    expect(page.locator("#people [data-chip]")).to_have_count(2)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#people [data-chip]")).to_have_text(["Анна"])
    expect(page.locator("#people [data-chip] button")).to_be_focused()

    page.locator("#text").fill("друг")
    page.locator("#text").select_text()
    page.keyboard.press("Shift+Tab")
    expect(page.locator("[data-wrap=b]")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value("<i>друг</i>")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("[data-wrap=i]")).to_be_focused()

    page.locator("[data-add-row]").press("Enter")
    expect(page.locator("#button-dialog [data-delete]")).to_be_hidden()
    page.keyboard.type("Да")
    page.locator("#button-kind").select_option("callback_data")
    expect(page.get_by_label("Команда, до 64 байт")).to_be_visible()
    page.locator("#button-value").fill("yes")
    page.keyboard.press("Enter")
    expect(page.locator(".keyboard-button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#button-dialog [data-delete]")).to_be_visible()
