"""A message in a line, where there is no room for more."""

import re
from html import unescape

LONGEST = 140
_TAG = re.compile(r"<[^>]*>")


def first_line(text: str) -> str:
    """The first line of a message that says anything, without its formatting."""
    plain = unescape(_TAG.sub("", text))
    line = next((line.strip() for line in plain.splitlines() if line.strip()), "")
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
