"""What Telegram says against the formatting of a text, in the reader's language: its own words are English."""

import re
from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_AT = r" at byte offset (?P<byte>\d+)"
_SHAPES: tuple[tuple[str, Promise], ...] = (
    (
        rf'Unsupported start tag "(?P<tag>[^"]*)"{_AT}',
        _("Telegram knows no tag <%(tag)s> (byte %(byte)s). A < that begins no tag is written &lt;."),
    ),
    (
        r'Can\'t find end tag corresponding to start tag "?(?P<tag>[^"]*?)"?$',
        _("The tag <%(tag)s> is never closed: </%(tag)s> is missing."),
    ),
    (
        rf'Unclosed start tag "(?P<tag>[^"]*)"{_AT}',
        _("The tag <%(tag)s> is not finished: its > is missing (byte %(byte)s)."),
    ),
    (
        rf"Unclosed start tag{_AT}",
        _("A tag is not finished: its > or a quotation mark is missing (byte %(byte)s)."),
    ),
    (rf"Unclosed end tag{_AT}", _("A closing tag is not finished: its > is missing (byte %(byte)s).")),
    (rf"Unexpected end tag{_AT}", _("A tag is closed that was never opened (byte %(byte)s).")),
    (
        rf'Unmatched end tag{_AT}, expected "(?P<wanted>[^"]*)", found "(?P<found>[^"]*)"',
        _("%(found)s closes another tag than the one opened last (byte %(byte)s): %(wanted)s belongs there."),
    ),
    (
        rf"Unexpected end of name token{_AT}",
        _("The value of a tag can't be read (byte %(byte)s): put it in quotation marks."),
    ),
    (
        rf'Empty attribute name in the tag "(?P<tag>[^"]*)"{_AT}',
        _("In the tag <%(tag)s> something stands that is no attribute (byte %(byte)s)."),
    ),
    (
        rf'Expected equal sign in declaration of an attribute of the tag "(?P<tag>[^"]*)"{_AT}',
        _("In the tag <%(tag)s> an attribute has no value (byte %(byte)s)."),
    ),
    (
        rf'Tag "span" must have class "tg-spoiler"{_AT}',
        _('The tag <span> must have class="tg-spoiler" (byte %(byte)s).'),
    ),
)


def in_words(said: str) -> str:
    """What Telegram's words about a text's formatting say, in a sentence of ours that names the tag and its place:
    so many bytes of UTF-8 into the text. Empty for words that we don't know."""
    return next(_sentences(said), "")


def _sentences(said: str) -> Iterator[str]:
    for shape, sentence in _SHAPES:
        if "can't parse entities" in said.lower() and (found := re.search(shape, said.strip())):
            yield sentence % found.groupdict()
