"""A message that Telegram would not take is refused, in a sentence, before anything is sent."""

import pytest
from django.utils import translation

from hsl.broadcasts import uploads
from hsl.broadcasts.content import Content, MediaRef
from hsl.broadcasts.validation import problems, refuse_problems
from hsl.school.refusals import InvalidError
from hsl.telegram.messages import Button

PHOTO = MediaRef("photo", file_id="AgACAgIAAxkBAAIB")


@pytest.fixture(autouse=True)
def _english() -> object:
    with translation.override("en"):
        yield


def rows(*widths: int) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(Button("x", callback_data="x") for _button in range(width)) for width in widths)


@pytest.mark.parametrize(
    "content",
    [
        Content("Привет"),
        Content("x" * 4096),
        Content("🙂" * 2048),
        Content("<b>" + "x" * 4096 + "</b>"),
        Content("&lt;" * 4096),
        Content("x" * (4096 - 64) + "{first_name}"),
        Content("{{lastname}} {} { }"),
        Content('<a href="school.example">x</a><a href="tg://user?id=7">y</a> <a>https://a.example</a>'),
        Content("", media=PHOTO),
        Content("x" * 1024, media=PHOTO),
        Content("x", buttons=rows(8, 8, 1)),
        Content("x", buttons=rows(*[8] * 12, 4)),
        Content(
            "x",
            buttons=((Button("Бот", url="tg://resolve?domain=bot"), Button("x", callback_data="я" * 32)),),
        ),
    ],
)
def test_what_telegram_takes_is_fit(content: Content) -> None:
    assert problems(content) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Write something"),
        (" \n ", "Write something"),
        ("{first_name}", "Write something"),
        ("x" * 4097, "The text has 4,097 characters; Telegram takes 4,096 at most."),
        ("🙂" * 2049, "The text has 4,098 characters"),
        ("x" * 4033 + "{first_name}", "With the longest names the text has 4,097 characters"),
        ("<p>x</p>", "Telegram knows no tag <p> (byte 0)."),
        ("<b>x", "The tag <b> is never closed: </b> is missing."),
        ("{lastname}, привет", "There is no personal field {lastname}"),
        ("{имя|друг}", "There is no personal field {имя}"),
        ("{first_name|<b>друг</b>}", "can't be formatted"),
        ('<a href="https://a.example/{username}">x</a>', "A link is the same for everybody"),
        ("x https://a.example/?u={username} y", "A link is the same for everybody"),
        ('<a href="school">x</a>', "The link to “school” leads nowhere"),
        ("<A HREF='javascript:alert(1)'>x</a>", "The link to “javascript:alert(1)” leads nowhere"),
        ("x\0y", "characters in the text that are none"),
    ],
)
def test_a_text_that_cannot_be_is_refused_in_words(text: str, words: str) -> None:
    assert words in problems(Content(text))["text"]


def test_a_text_under_media_is_shorter() -> None:
    assert problems(Content("x" * 1025, media=PHOTO))["text"].endswith("Telegram takes 1,024 at most.")


@pytest.mark.parametrize(
    ("button", "words"),
    [
        (Button(" ", url="https://a.example"), "needs a text"),
        (Button("x" * 257, url="https://a.example"), "longer than 256 characters"),
        (Button("x"), "either an address or a command"),
        (Button("x", url="https://a.example", callback_data="y"), "either an address or a command"),
        (Button("x", url="a.example"), "no address"),
        (Button("x", url="https://localhost"), "no address"),
        (Button("x", url="https://a b.example"), "no address"),
        (Button("x", url="https://a.example:x"), "no address"),
        (Button("x", url="javascript:alert(1)"), "no address"),
        (Button("x", callback_data="я" * 33), "longer than 64 bytes"),
        (Button("{first_name}", callback_data="x"), "the same for everybody"),
        (Button("x", callback_data="\0"), "characters in it that are none"),
    ],
)
def test_a_button_that_cannot_be_is_refused_by_its_name(button: Button, words: str) -> None:
    sentence = problems(Content("x", buttons=((button,),)))["buttons"]

    assert sentence.startswith(f"Button “{button.text}”: ")
    assert words in sentence


@pytest.mark.parametrize(("widths", "words"), [([9], "8 buttons in a row"), ([8] * 13, "100 buttons")])
def test_there_are_not_too_many_buttons(widths: list[int], words: str) -> None:
    assert words in problems(Content("x", buttons=rows(*widths)))["buttons"]


@pytest.mark.parametrize(
    "media",
    [MediaRef("photo"), MediaRef("photo", file_id="x y"), MediaRef("sticker", file_id="AgACAgIAAxkBAAIB")],  # type: ignore[arg-type] # what an API may be told
)
def test_media_that_cannot_be_is_refused(media: MediaRef) -> None:
    assert "media" in problems(Content("x", media=media))


@pytest.mark.django_db
def test_an_upload_is_one_that_is_here() -> None:
    upload = uploads.keep("document", "x.pdf", b"%PDF")

    assert problems(Content("", media=MediaRef("document", upload=upload.pk))) == {}
    assert "media" in problems(Content("", media=MediaRef("photo", upload=upload.pk)))
    assert "media" in problems(Content("", media=MediaRef("document", upload=upload.pk + 1)))
    assert "media" in problems(Content("", media=MediaRef("document", "AgACAgIAAxkBAAIB", upload.pk)))


def test_what_is_unfit_is_refused_by_its_field() -> None:
    with pytest.raises(InvalidError, match=r"^text: Write something"):
        refuse_problems(Content(""))
    refuse_problems(Content("x"))
