"""What is wrong with a message, found before it is sent to anybody."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from hsl.broadcasts import links
from hsl.broadcasts.content import KINDS, Content, MediaRef
from hsl.broadcasts.models import Upload
from hsl.people import fields
from hsl.school.refusals import InvalidError
from hsl.telegram.markup import MarkupError, is_link, length
from hsl.telegram.markup_words import in_words
from hsl.telegram.messages import Button
from hsl.ui.templatetags.ui import number

LONGEST_TEXT, LONGEST_CAPTION = 4096, 1024
"""Characters as Telegram counts them: UTF-16 units of what people see (Bot API, sendMessage, sendPhoto)."""
LONGEST_COMMAND = 64
"""Bytes of ``callback_data``."""
MOST_IN_A_ROW, MOST_BUTTONS = 8, 100
LONGEST_BUTTON = 256
_FILE_ID = re.compile(r"[A-Za-z0-9_-]{10,300}")
_WITHIN_A_LINK = re.compile(r"<[^>]*\{[^>]*>|https?://[^\s<>]*\{", re.IGNORECASE)
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


def problems(content: Content) -> dict[str, str]:
    """What is wrong with a message, a sentence each, by field: ``text``, ``media``, ``buttons``; nothing where it is
    fit to be sent. The sentences are in the reader's language."""
    found = {
        "text": next(_of_text(content), ""),
        "media": _of_media(content.media) if content.media else "",
        "buttons": next(_of_buttons(content.buttons), ""),
    }
    return {field: sentence for field, sentence in found.items() if sentence}


def refuse_problems(content: Content) -> None:
    """Raise InvalidError, naming the field, where a message is not fit to be sent."""
    for field, problem in problems(content).items():
        raise InvalidError(gettext_noop("%(field)s: %(problem)s"), field=field, problem=problem)


def most_characters(content: Content) -> int:
    """How long the text may be."""
    return LONGEST_CAPTION if content.media else LONGEST_TEXT


def _of_text(content: Content) -> Iterator[str]:
    text = content.text
    if _NOT_TEXT.search(text):
        yield _("There are characters in the text that are none.")
        return
    yield from _of_fields(text)
    try:
        shown = length(fields.plain(text))
    except MarkupError as error:
        words = in_words(str(error))
        yield words or _("Telegram can't read the formatting: %(words)s") % {"words": error}
        return
    if not shown and not content.media:
        yield _("Write something: a message needs a text, or a photo, video or file.")
    for address in links.addresses(fields.plain(text)):
        if address and not is_link(address):
            yield _("The link to “%(address)s” leads nowhere: write it like https://school.example.") % {
                "address": address
            }
    yield from _too_long(text, shown, most_characters(content))


def _too_long(text: str, shown: int, most: int) -> Iterator[str]:
    if shown > most:
        yield ngettext(
            "The text has %(shown)s character; Telegram takes %(most)s at most.",
            "The text has %(shown)s characters; Telegram takes %(most)s at most.",
            shown,
        ) % {"shown": number(shown), "most": number(most)}
    longest = shown + sum(
        max(fields.LONGEST.get(field.name, 0) - len(field.fallback), 0) for field in fields.fields_of(text)
    )
    if longest > most:
        yield ngettext(
            "With the longest names the text has %(shown)s character; Telegram takes %(most)s at most.",
            "With the longest names the text has %(shown)s characters; Telegram takes %(most)s at most.",
            longest,
        ) % {"shown": number(longest), "most": number(most)}


def _of_fields(text: str) -> Iterator[str]:
    for field in fields.fields_of(text):
        if field.name not in fields.LONGEST:
            yield _(
                "There is no personal field {%(name)s}: there are %(names)s. To show it as text, double the braces."
            ) % {"name": field.name, "names": ", ".join(f"{{{name}}}" for name in fields.LONGEST)}
        if "<" in field.fallback or ">" in field.fallback:
            yield _(
                "What stands in for {%(name)s} can't be formatted: put the formatting around the braces."
            ) % {"name": field.name}
    for found in _WITHIN_A_LINK.finditer(text):
        if fields.fields_of(found[0] + text[found.end() :].partition("}")[0] + "}"):
            yield _("A link is the same for everybody: no personal field can stand in it.")


def _of_media(media: MediaRef) -> str:
    if media.kind not in KINDS:
        return _("It is a photo, a video or a document.")
    if media.upload is not None and media.file_id:
        return _("Either upload a file or paste a file_id, not both.")
    if media.upload is not None:
        known = Upload.objects.filter(pk=media.upload, kind=media.kind).exists()
        return "" if known else _("This file is here no more: upload it anew.")
    return "" if _FILE_ID.fullmatch(media.file_id) else _("This is no file_id that Telegram gives.")


def _of_buttons(rows: tuple[tuple[Button, ...], ...]) -> Iterator[str]:
    if any(len(row) > MOST_IN_A_ROW for row in rows):
        yield _("Telegram shows at most %(most)s buttons in a row.") % {"most": MOST_IN_A_ROW}
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        yield _("Telegram takes at most %(most)s buttons.") % {"most": MOST_BUTTONS}
    for row in rows:
        for button in row:
            if sentence := next(_of_button(button), ""):
                yield _("Button “%(button)s”: %(sentence)s") % {"button": button.text, "sentence": sentence}


def _of_button(button: Button) -> Iterator[str]:
    if any(_NOT_TEXT.search(text) for text in (button.text, button.url, button.callback_data)):
        yield _("there are characters in it that are none")
    if not button.text.strip():
        yield _("it needs a text")
    if len(button.text) > LONGEST_BUTTON:
        yield _("its text is longer than %(most)s characters") % {"most": LONGEST_BUTTON}
    if any(fields.fields_of(text) for text in (button.text, button.url)):
        yield _("buttons are the same for everybody: no personal field can stand there")
    if bool(button.url) == bool(button.callback_data):
        yield _("give it either an address or a command")
    if button.url and not is_address(button.url):
        yield _("this is no address: write it like https://school.example")
    if len(button.callback_data.encode(errors="replace")) > LONGEST_COMMAND:
        yield _("its command is longer than %(most)s bytes") % {"most": LONGEST_COMMAND}


def is_address(url: str) -> bool:
    """Whether Telegram takes it for the address of a button: of a site, or ``tg://``."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    if any(character.isspace() for character in url) or not host:
        return False
    return parts.scheme == "tg" or (parts.scheme in ("http", "https") and "." in host.strip("."))
