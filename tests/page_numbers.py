"""The numbers of a page: which of them lead to a list, and which digits stand there without leading anywhere."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNCOUNTED = {"bdi", "code", "label", "option", "pre", "script", "style", "svg", "textarea", "time", "title"}
"""What is in these counts nothing: names, times, commands, choices, what a control is called."""


@dataclass(frozen=True)
class Door:
    """A number that leads to the list of what it counts; ``address`` is empty where it leads nowhere."""

    count: int
    address: str


@dataclass
class Numbers(HTMLParser):
    """What stands in the ``main`` of a page, or in all of a part of one.

    ``doors``: its numbers; ``bare``: words with digits that no element claims; ``total``: of how many rows its list
    is; ``links`` and ``parts``: the addresses that it leads to, and those that it loads by itself.
    """

    doors: list[Door] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    total: int | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, bool]] = []

    @classmethod
    def of(cls, page: str) -> "Numbers":
        """The numbers of ``page``."""
        numbers = cls()
        start, end = page.find("<main"), page.find("</main>")
        numbers.feed(page[start:end] if start >= 0 else page)
        numbers.close()
        return numbers

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """The parser's hook."""
        given = dict(attrs)
        if (count := given.get("data-count")) is not None:
            self.doors.append(Door(int(count), given.get("href") or ""))
        elif tag == "a" and (address := given.get("href")):
            self.links.append(address)
        if given.get("hx-trigger") == "load" and (part := given.get("hx-get")):
            self.parts.append(part)
        if (total := given.get("data-total")) is not None:
            self.total = int(total)
        if tag not in VOID:
            claimed = tag in UNCOUNTED or "data-count" in given or "data-uncounted" in given
            self._open.append((tag, claimed))

    def handle_endtag(self, tag: str) -> None:
        """The parser's hook."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """The parser's hook."""
        if any(claimed for _, claimed in self._open):
            return
        if any(character.isdigit() for character in data):
            self.bare.append(" ".join(data.split()))
