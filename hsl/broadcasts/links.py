"""The links of a text in Telegram's HTML, and of its buttons: what can be tracked."""

import re
from html import escape, unescape
from typing import NamedTuple

_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z-]+)(?P<attributes>[^>]*)>")
_HREF = re.compile(r"""(\shref\s*=\s*)("[^"]*"|'[^']*'|[^\s>"']+)""", re.IGNORECASE)
# An address that Telegram makes a link of by itself; a dot or a bracket at its end is the sentence's.
_BARE = re.compile(r"https?://[^\s<>\"'{}]+[^\s<>\"'{}.,:;!?)»]", re.IGNORECASE)
_NO_LINKS_WITHIN = frozenset({"a", "code", "pre"})


class Link(NamedTuple):
    """An address in a text; ``bare``: it stands there as text, without ``<a>`` around it."""

    url: str
    bare: bool

    @property
    def html(self) -> str:
        """What stands in the text for it."""
        return self.into(self.url)

    def into(self, url: str) -> str:
        """What stands in the text where it leads to ``url``."""
        href = f'"{escape(url)}"'
        return f"<a href={href}>{escape(self.url, quote=False)}</a>" if self.bare else href


def split(html: str) -> list[str | Link]:
    """``html`` as text and links to the web, in turn. A markup that is broken has none after the break."""
    parts: list[str | Link] = []
    at, closed = 0, ""
    for tag in _TAG.finditer(html):
        parts += _bare_links(html[at : tag.start()], closed)
        parts += _href(tag[0], tag["name"])
        at = tag.end()
        closed = _closed_after(tag, closed)
    parts += _bare_links(html[at:], closed)
    return parts


def addresses(html: str) -> list[str]:
    """Where each ``<a>`` leads, as it is written there."""
    tags = (tag for tag in _TAG.finditer(html) if tag["name"].lower() == "a")
    return [unescape(found[2].strip("\"'")) for tag in tags if (found := _HREF.search(tag[0]))]


def is_web(url: str) -> bool:
    """Whether it is an address of the web, rather than ``tg://`` or the like."""
    return url.lower().startswith(("http://", "https://"))


def _closed_after(tag: re.Match[str], closed: str) -> str:
    """The name of the element open after ``tag`` in which no text is made a link; empty for none."""
    name = tag["name"].lower()
    if closed:
        return "" if tag["close"] and name == closed else closed
    return name if not tag["close"] and name in _NO_LINKS_WITHIN else ""


def _href(tag: str, name: str) -> list[str | Link]:
    found = _HREF.search(tag) if name.lower() == "a" else None
    url = unescape(found[2].strip("\"'")) if found else ""
    if found is None or not is_web(url):
        return [tag]
    return [tag[: found.start(2)], Link(url, bare=False), tag[found.end(2) :]]


def _bare_links(text: str, closed: str) -> list[str | Link]:
    if closed:
        return [text]
    parts: list[str | Link] = []
    at = 0
    for found in _BARE.finditer(text):
        parts += [text[at : found.start()], Link(unescape(found[0]), bare=True)]
        at = found.end()
    return [*parts, text[at:]]
