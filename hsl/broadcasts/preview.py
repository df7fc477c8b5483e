"""A copy of a message as HTML, as a phone shows it."""

import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

from django.utils.safestring import SafeString, mark_safe

from hsl.broadcasts import links
from hsl.broadcasts.links import Link
from hsl.telegram.markup import Entity, MarkupError, parse
from hsl.telegram.messages import Copy

_TAGS = {
    "bold": ("<strong>", "</strong>"),
    "italic": ("<em>", "</em>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
    "spoiler": ('<span class="phone-spoiler" tabindex="0">', "</span>"),
    "text_mention": ('<span class="phone-link">', "</span>"),
}
# A block ends its line by itself.
_LINE_AFTER_A_BLOCK = re.compile(r"(</(?:pre|blockquote)>(?:</[a-z]+>)*)\n")
_WITHOUT_LINKS = frozenset({"text_link", "text_mention", "code", "pre"})
# What Telegram makes links of by itself: addresses, emails, mentions, hashtags, commands.
_FOUND = re.compile(
    r"(?:https?://|www\.)[^\s<>]+[^\s<>.,:;!?)»]|[\w.+-]+@[\w-]+\.[\w.-]*\w|(?<![\w@])@\w{4,32}|(?<![\w#])#\w+"
    r"|(?<![\w/])/[A-Za-z]\w{0,63}|(?<![\w.@])(?:[\w-]+\.)+(?:com|ru|me|org|net|io|рф)\b(?:/[^\s<>]*[^\s<>.,:;!?)»])?"
)


class Shown(NamedTuple):
    """A copy as it is shown. ``problem``: Telegram's words where it can't be read, and ``text`` is then as written.
    ``preview``: the site whose page Telegram would show below; empty for none."""

    text: SafeString
    problem: str
    preview: str


def shown(copy: Copy) -> Shown:
    """What a phone shows of ``copy``."""
    try:
        parsed = parse(copy.text)
    except MarkupError as error:
        return Shown(mark_safe(escape(copy.text)), str(error), "")  # noqa: S308 - escaped
    html = "".join(_pieces(parsed.text.strip(), _moved(parsed.text, parsed.entities)))
    html = _LINE_AFTER_A_BLOCK.sub(r"\1", html)
    preview = "" if copy.media or not copy.link_preview else _site(copy.text)
    return Shown(mark_safe(html), "", preview)  # noqa: S308 - every piece of it is escaped


def _moved(text: str, entities: tuple[Entity, ...]) -> Iterator[tuple[Entity, int, int]]:
    """The entities with their beginnings and ends in UTF-16 units of the text without white space around it."""
    before = _units(text[: len(text) - len(text.lstrip())])
    most = _units(text.strip())
    for entity in entities:
        begin = max(entity.offset - before, 0)
        end = min(entity.offset + entity.length - before, most)
        if begin < end:
            yield entity, begin, end


def _pieces(text: str, entities: Iterator[tuple[Entity, int, int]]) -> Iterator[str]:
    units = text.encode("utf-16-le")
    at = 0
    opened: list[tuple[Entity, int]] = []

    def upto(end: int) -> Iterator[str]:
        """The text to ``end``, with the ends of what closes on the way."""
        nonlocal at
        while opened and opened[-1][1] <= end:
            entity, closes = opened.pop()
            yield _text(units[2 * at : 2 * closes], opened, entity)
            yield _tags(entity)[1]
            at = max(at, closes)
        yield _text(units[2 * at : 2 * end], opened)
        at = max(at, end)

    for entity, begin, end in entities:
        yield from upto(begin)
        yield _tags(entity)[0]
        opened.append((entity, min(end, opened[-1][1]) if opened else end))
    yield from upto(len(units) // 2)


def _text(units: bytes, opened: list[tuple[Entity, int]], innermost: Entity | None = None) -> str:
    text = units.decode("utf-16-le")
    within = {entity.type for entity, _end in opened} | ({innermost.type} if innermost else set())
    if within & _WITHOUT_LINKS:
        return escape(text)
    parts, at = [], 0
    for found in _FOUND.finditer(text):
        parts += [escape(text[at : found.start()]), f'<span class="phone-link">{escape(found[0])}</span>']
        at = found.end()
    return "".join([*parts, escape(text[at:])])


def _tags(entity: Entity) -> tuple[str, str]:
    if entity.type != "text_link":
        return _TAGS.get(entity.type, ("<span>", "</span>"))
    href = escape(entity.argument)
    return f'<a class="phone-link" href="{href}" title="{href}" target="_blank" rel="noreferrer">', "</a>"


def _site(html: str) -> str:
    first = next((part for part in links.split(html) if isinstance(part, Link)), None)
    try:
        return "" if first is None else urlsplit(first.url).hostname or ""
    except ValueError:
        return ""


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
