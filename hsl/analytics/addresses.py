"""Names that facts give, in addresses: a stream or a lesson may be called anything."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

PLAIN = re.compile(r"(?!\.{1,2}\Z)[\w.-]{1,100}\Z")
MARK = "~"


class AnyText:
    """A text in an address: as it is where an address can hold it and a person read it, else ``~`` and its base64
    (RFC 4648, 5). A slash, a dot that a browser would fold away, a line break and no text at all survive so."""

    regex = r"[\w.-]+|~[A-Za-z0-9_-]*"

    def to_python(self, shown: str) -> str:
        """Django's hook. Raises ValueError (404) for what no text is shown as."""
        if not shown.startswith(MARK):
            return shown
        packed = shown.removeprefix(MARK)
        return urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()

    def to_url(self, text: str) -> str:
        """Django's hook."""
        if PLAIN.match(text):
            return text
        return MARK + urlsafe_b64encode(text.encode()).decode().rstrip("=")
