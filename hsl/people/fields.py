"""Personal fields of a text: ``{first_name}``, ``{username}``, ``{course_stream}``, each with what stands there for
somebody without one: ``{first_name|друг}``. ``{{first_name}}`` is the text itself, in braces."""

import re
from typing import NamedTuple

from hsl.telegram.lines import first_line

LONGEST = {"first_name": 64, "username": 32, "course_stream": 64}
"""The fields that there are, and how long what fills them can be: Telegram's own limits, and a stream's title."""

_FIELD = re.compile(r"\{\{(\w+)\}\}|\{([^\W\d]\w*)(?:\|([^{}]*))?\}")


class Field(NamedTuple):
    """A field in a text; ``fallback`` is the operator's HTML."""

    name: str
    fallback: str


def split(text: str) -> list[str | Field]:
    """``text`` as what is the same for everybody, and fields, in turn. Unknown fields are among them."""
    parts: list[str | Field] = []
    at = 0
    for found in _FIELD.finditer(text):
        literal, name, fallback = found.groups()
        parts.append(text[at : found.start()])
        parts.append("{%s}" % literal if name is None else Field(name, fallback or ""))  # noqa: UP031 - braces
        at = found.end()
    parts.append(text[at:])
    return [part for part in parts if part != ""]


def fields_of(text: str) -> list[Field]:
    """The fields in ``text``, in the order in which they stand there."""
    return [part for part in split(text) if isinstance(part, Field)]


def line(text: str, *, ours: bool) -> str:
    """A message in a line: ours as somebody reads it of whom nothing is known; another program's has no fields."""
    return first_line(plain(text) if ours else text)


def plain(text: str) -> str:
    """``text`` as one reads it of whom nothing is known."""
    return "".join(part.fallback if isinstance(part, Field) else part for part in split(text))
