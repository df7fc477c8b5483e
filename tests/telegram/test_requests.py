"""What we send is what the Bot API takes: aiogram, which follows each of its versions, knows every parameter."""

import pytest
from aiogram import methods
from aiogram.methods import TelegramMethod

from hsl.telegram import requests
from hsl.telegram.messages import Button, Copy, Media, MediaKind
from hsl.telegram.requests import Request

BUTTONS = ((Button("Открыть", url="https://a.example/"), Button("Да", callback_data="yes")),)
FULL = Copy("<b>a</b>", buttons=BUTTONS, silent=True, protected=True, link_preview=False, paid=True)


def media(kind: MediaKind) -> Copy:
    return Copy("a", Media(kind, "file"), BUTTONS, silent=True, protected=True, paid=True)


@pytest.mark.parametrize(
    ("request_", "method"),
    [
        (requests.send(1, FULL), methods.SendMessage),
        (requests.send(1, Copy("a")), methods.SendMessage),
        (requests.send(1, media("photo")), methods.SendPhoto),
        (requests.send(1, media("video")), methods.SendVideo),
        (requests.send(1, media("document")), methods.SendDocument),
        (requests.edit(1, 2, FULL), methods.EditMessageText),
        (requests.edit(1, 2, media("photo")), methods.EditMessageCaption),
    ],
)
def test_each_parameter_is_one_of_the_bot_api(
    request_: Request, method: type[TelegramMethod[object]]
) -> None:
    assert request_.method == method.__api_method__
    assert set(request_.parameters) <= set(method.model_fields)
    parsed = method.model_validate(request_.parameters)
    buttons = (parsed.model_dump(exclude_none=True).get("reply_markup") or {}).get("inline_keyboard", [])
    assert [list(button) for row in buttons for button in row] in (
        [],
        [["text", "url"], ["text", "callback_data"]],
    )


def test_nothing_is_said_that_is_so_anyway() -> None:
    assert requests.send(5, Copy("a")).parameters == {"chat_id": 5, "text": "a", "parse_mode": "HTML"}


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("отчёт за май.pdf", "отчёт за май.pdf"),
        ('a"b\r\nX: y.pdf', "abX: y.pdf"),
        ("../../etc/passwd", "....etcpasswd"),
        ("\n", "file"),
        ("", "file"),
    ],
)
def test_a_files_name_can_stand_in_a_header(name: str, safe: str) -> None:
    assert requests.safe_filename(name) == safe
