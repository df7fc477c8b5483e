"""Telegram's HTML, as Telegram parses it: the same text, the same entities, the same errors.

Source: the parser of TDLib (``parse_html``), which the Bot API server uses; the Bot API, "HTML style".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

MAX_ENTITIES = 100

#: Tags, and the type of entity that each makes (the Bot API's names).
TAGS = {
    "a": "text_link",
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
#: Which of two entities over the same text is the outer one.
_RANK = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "date_time": 95,
    "custom_emoji": 99,
}
#: What of each tag's attributes counts: its name, and what its value must begin with.
_ARGUMENTS = {
    "a": ("href", ""),
    "code": ("class", "language-"),
    "span": ("class", "tg-"),
    "tg-emoji": ("emoji-id", ""),
    "tg-time": ("unix", ""),
    "blockquote": ("expandable", ""),
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\r\n\v\0"
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*))")
_NEXT = re.compile(r"[<&]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_SCHEMES = {"http", "https", "ton", "tonsite", "tg"}


class MarkupError(ValueError):
    """Telegram can't parse the text; the sentence is Telegram's own, without its "Bad Request: "."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of text that is shown in a special way.

    Attributes:
        type: the Bot API's name, for example ``bold``, ``text_link``.
        offset: where it begins, in UTF-16 units.
        length: how many UTF-16 units it covers.
        argument: the URL of a link, the id of a mentioned user or an emoji, the language of code, the Unix time.
    """

    type: str
    offset: int
    length: int
    argument: str = ""

    def as_json(self) -> Mapping[str, object]:
        """The Bot API's ``MessageEntity``."""
        entity: dict[str, object] = {"offset": self.offset, "length": self.length, "type": self.type}
        match self.type:
            case "text_link":
                entity["url"] = self.argument
            case "text_mention":
                entity["user"] = {"id": int(self.argument), "is_bot": False, "first_name": ""}
            case "custom_emoji":
                entity["custom_emoji_id"] = self.argument
            case "date_time":
                entity["unix_time"] = int(self.argument)
            case "pre" if self.argument:
                entity["language"] = self.argument
        return entity


@dataclass(frozen=True, slots=True)
class Parsed:
    """What people see: text, and how it is shown. At most 100 entities: Telegram ignores the others."""

    text: str
    entities: tuple[Entity, ...]


@dataclass(slots=True)
class _Open:
    """A tag that waits for its end."""

    tag: str
    argument: str
    offset: int
    start: int


def escape(text: str) -> str:
    """HTML that shows ``text`` as it is; for what people call themselves."""
    return text.translate(_ESCAPED)


def units(text: str) -> int:
    """How many UTF-16 units a text has, which is how Telegram measures."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def length(html: str) -> int:
    """The length that Telegram holds against 4,096, or 1,024 of a caption: of the text that people see, without
    white space around it.

    Raises:
        MarkupError: it can't be parsed.
    """
    return units(parse(html).text.strip(_SPACE))


@lru_cache(maxsize=256)
def parse(html: str) -> Parsed:
    """What Telegram makes of a text with ``parse_mode=HTML``.

    Raises:
        MarkupError: in Telegram's words.
    """
    if "<" not in html and "&" not in html:
        text, entities = html, list[Entity]()
    else:
        text, entities = _Parser(html).run()
    if _SURROGATE.search(text):
        raise MarkupError(
            "can't parse entities: Text contains invalid Unicode characters after decoding HTML entities, check for "
            "unmatched surrogate code units"
        )
    entities.sort(key=lambda entity: (entity.offset, -entity.length, _RANK[entity.type]))
    return Parsed(text, tuple(entities[:MAX_ENTITIES]))


def is_link(address: str) -> bool:
    """Whether Telegram makes a link of ``<a>`` with this address; else it shows the text alone, and says nothing."""
    return bool(_link(address)[0])


def _reference(text: str, at: int) -> tuple[str, int]:
    """The character for which the reference at ``at`` stands, and where it ends; the ampersand itself where it is none
    that Telegram knows. The semicolon may be missing."""
    found = _REFERENCE.match(text, at)
    if found is None:
        return "&", at + 1
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        character = _NAMED.get(name, "")
    else:
        code = int(hexadecimal or "0", 16) if hexadecimal is not None else int(decimal or "0")
        # a reference of ten characters and more is text, whatever it says
        character = chr(code) if 0 < code < 0x10FFFF and found.end() - at < 10 else ""
    if not character:
        return "&", at + 1
    return character, found.end() + text.startswith(";", found.end())


class _Parser:
    """One pass over a text. Past its end stands NUL, which counts as a space, as in TDLib."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._at = 0
        self._pieces: list[str] = []

        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []
        self._code_languages: dict[int, str] = {}

    def run(self) -> tuple[str, list[Entity]]:
        html = self._html
        while (found := _NEXT.search(html, self._at)) is not None:
            begin = found.start()
            self._add(html[self._at : begin])
            if found[0] == "&":
                character, self._at = _reference(html, begin)
                self._add(character)
            elif self._peek(begin + 1) == "/":
                self._end_tag(begin)
            else:
                self._start_tag(begin)
        self._add(html[self._at :])
        if self._open:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return "".join(self._pieces), self._entities

    def _add(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._offset += units(text)

    def _peek(self, at: int) -> str:
        return self._html[at] if at < len(self._html) else "\0"

    def _over(self, end: str) -> str:
        """What stands from here to a space or one of the characters ``end``."""
        begin = self._at
        while self._peek(self._at) not in _SPACE + end:
            self._at += 1
        return self._html[begin : self._at]

    def _over_spaces(self) -> None:
        while self._at < len(self._html) and self._html[self._at] in _SPACE:
            self._at += 1

    def _byte(self, at: int) -> int:
        return len(self._html[:at].encode("utf-8", "surrogatepass"))

    def _start_tag(self, begin: int) -> None:
        self._at = begin + 1
        tag = self._over(">").lower()
        if self._at >= len(self._html):
            raise _error(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag not in TAGS:
            raise _error(f'Unsupported start tag "{tag}" at byte offset {self._byte(begin)}')
        argument = ""
        while True:
            self._over_spaces()
            if self._peek(self._at) == ">":
                break
            name, value = self._attribute(tag, begin)
            wanted, prefix = _ARGUMENTS.get(tag, ("", ""))
            if name == wanted and value.startswith(prefix):
                argument = value[len(prefix) :]
        self._at += 1
        if tag == "span" and argument != "spoiler":
            raise _error(f'Tag "span" must have class "tg-spoiler" at byte offset {self._byte(begin)}')
        self._open.append(_Open(tag, argument, self._offset, len(self._pieces)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._over("=>")
        if not name:
            raise _error(f'Empty attribute name in the tag "{tag}" at byte offset {self._byte(begin)}')
        self._over_spaces()
        if self._peek(self._at) != "=":
            if tag == "blockquote" and name == "expandable" and self._at < len(self._html):
                return name, "1"
            raise _error(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" at byte offset '
                f"{self._byte(begin)}"
            )
        self._at += 1
        self._over_spaces()
        if self._at >= len(self._html):
            raise _error(f'Unclosed start tag "{tag}" at byte offset {self._byte(begin)}')
        value = self._quoted() if self._html[self._at] in "'\"" else self._token()
        if self._at >= len(self._html):
            raise _error(f"Unclosed start tag at byte offset {self._byte(begin)}")
        if tag == "blockquote" and name == "expandable":
            value = "1"
        return name, value

    def _token(self) -> str:
        begin = self._at
        found = _TOKEN.match(self._html, begin)
        self._at = found.end() if found else begin
        if self._peek(self._at) not in _SPACE + ">":
            raise _error(f"Unexpected end of name token at byte offset {self._byte(begin)}")
        return self._html[begin : self._at].lower()

    def _quoted(self) -> str:
        quote = self._html[self._at]
        self._at += 1
        value = ""
        while (character := self._peek(self._at)) not in (quote, "\0"):
            if character == "&":
                character, self._at = _reference(self._html, self._at)
            else:
                self._at += 1
            value += character
        if character == quote:
            self._at += 1
        return value

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise _error(f"Unexpected end tag at byte offset {self._byte(begin)}")
        self._at = begin + 2
        found = self._over(">")
        self._over_spaces()
        if self._peek(self._at) != ">":
            raise _error(f"Unclosed end tag at byte offset {self._byte(begin)}")
        self._at += 1
        opened = self._open.pop()
        if found and found != opened.tag:
            raise _error(
                f'Unmatched end tag at byte offset {self._byte(begin)}, expected "</{opened.tag}>", '
                f'found "</{found}>"'
            )
        if self._offset > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        kind, argument = TAGS[opened.tag], opened.argument
        if kind == "text_link":
            kind, argument = _link(argument or "".join(self._pieces[opened.start :]))
        elif kind == "custom_emoji" and not _positive(argument):
            raise _error("Invalid custom emoji identifier specified")
        elif kind == "date_time" and not _positive(argument):
            raise _error("Invalid date specified")
        elif kind == "blockquote":
            kind, argument = ("expandable_blockquote" if argument else kind), ""
        elif kind == "spoiler":
            argument = ""
        entity = Entity(kind, opened.offset, self._offset - opened.offset, argument)
        if kind in {"pre", "code"}:
            self._add_code(entity)
        elif kind:
            self._entities.append(entity)

    def _add_code(self, entity: Entity) -> None:
        """``pre`` and ``code`` with a language, one in the other, make one entity."""
        language = entity.argument if entity.type == "code" else ""
        last = self._entities[-1] if self._entities else None
        if last is not None and (last.offset, last.length) == (entity.offset, entity.length):
            inner = self._code_languages.get(len(self._entities) - 1, "")
            if entity.type == "pre" and last.type == "code" and inner:
                self._entities[-1] = Entity("pre", entity.offset, entity.length, inner)
                return
            if entity.type == "code" and last.type == "pre" and not last.argument and language:
                self._entities[-1] = Entity("pre", entity.offset, entity.length, language)
                return
        if language:
            self._code_languages[len(self._entities)] = language
        self._entities.append(Entity(entity.type, entity.offset, entity.length))


def _error(words: str) -> MarkupError:
    return MarkupError(f"can't parse entities: {words}")


def _positive(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) > 0


def _link(address: str) -> tuple[str, str]:
    """The type and argument of a link's entity; an address that is none makes no entity, and no error."""
    given = address.strip()
    try:
        parts = urlsplit(given if "://" in given else f"http://{given}")
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "", ""
    if parts.scheme.lower() not in _SCHEMES or not host or any(space in given for space in _SPACE):
        return "", ""
    if parts.scheme == "tg":
        user = parse_qs(parts.query).get("id", [""])[0]
        return ("text_mention", user) if host == "user" and _positive(user) else ("text_link", given)
    if "." not in host.strip("."):
        return "", ""
    return "text_link", parts._replace(path=parts.path or "/").geturl()
