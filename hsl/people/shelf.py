"""People packed in memory in the order of search results: some 80 bytes a person, all their names included.

Names lie in one string of bytes, each person's opened by NUL and each name by a line break, so that a text is looked
for by ``bytes.find``, at a gigabyte or two a second, and the first hits are the first people in order.
"""

import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, islice

from hsl.people.rows import User, in_order

GRAM_HITS = 64
_CHUNK = 1024
# People whose names are told apart by their fours of characters, and the bits that note those.
STRETCH = 8192
_BITS = 1 << 18
# People who are put in the order of their ids at once: a few milliseconds in which no other thread runs.
_SORTED = 16_384
_NULL = b"\xff"
_SPREAD = 0x9E3779B1


@dataclass(frozen=True)
class Entry:
    """A person to be put on a shelf."""

    user: User
    names: str
    letters: frozenset[str]
    streams: frozenset[str]
    non_course: bool


class Lists(Mapping[str, "array[int]"]):
    """Lists of people by name, made when one is first asked for: no page does. ``made_of`` takes the room till then."""

    def __init__(self, make: Callable[[], dict[str, "array[int]"]], made_of: "Iterable[array[int]]") -> None:
        self._make, self.made_of = make, tuple(made_of)

    @cached_property
    def _made(self) -> dict[str, "array[int]"]:
        return self._make()

    def __getitem__(self, name: str) -> "array[int]":
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)


@dataclass(frozen=True)
class Shelf:
    """Some people in order. Never changed once made, so any number of threads read it without a lock."""

    ids: "array[int]"
    names: bytes
    starts: "array[int]"  # of each person in names, and the end
    cards: bytes
    card_starts: "array[int]"
    by_id: "tuple[array[int], ...]"  # stretches of people, each in the order of their ids
    letters: Mapping[str, "array[int]"]
    streams: Mapping[str, "array[int]"]
    non_course: "array[int]"
    grams: Mapping[str, "array[int]"] = field(default_factory=dict)
    fours: bytes = b""  # for each four of characters a row of bits: in which stretches of people it is

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def size(self) -> int:
        """Bytes in memory."""
        lists = [*_room(self.letters), *_room(self.streams), *self.grams.values(), *self.by_id]
        parts = [self.ids, self.names, self.starts, self.cards, self.card_starts, self.non_course]
        return sum(map(sys.getsizeof, (*parts, *lists, *self.grams, self.fours, self.grams)))

    def user(self, position: int) -> User:
        """The person at ``position``."""
        card = self.cards[self.card_starts[position] : self.card_starts[position + 1]]
        username, first_name, stream = (
            None if text == _NULL else text.decode() for text in card.split(b"\0")
        )
        return User(self.ids[position], username, first_name, stream)

    def position(self, user_id: int) -> int | None:
        """Where the person ``user_id`` stands, if here."""
        return position(user_id, self.ids, self.by_id)

    def find(self, text: str, hidden: Set[int], limit: int, patience: int | None) -> tuple[list[int], bool]:
        """The first ``limit`` people not ``hidden`` in whose names ``text`` occurs, and whether these are all that
        were asked for.

        ``text`` may open with a line break: then a name must begin with the rest. ``patience`` is how many bytes of
        names may be read; None: all.
        """
        needle, listed = text.encode(), self._listed(text)
        if listed is None:
            return self._read(text, hidden, limit, 0, patience)
        found = [p for p in listed if p not in hidden and self._holds(p, needle)]
        if len(found) >= limit or len(listed) < GRAM_HITS:
            return found[:limit], True
        more, complete = self._read(text, hidden, limit - len(found), listed[-1] + 1, patience)
        return found + more, complete

    def _listed(self, text: str) -> "array[int] | None":
        """The shortest list of people that tells where ``text`` is first: all people with one of its pairs of
        characters where they are few, else the first people with it where it is one of those pairs itself."""
        if not self.grams:
            return None
        pairs = [text[i : i + 2] for i in range(len(text) - 1)] or [text]
        shortest = min((self.grams.get(pair, _NOBODY) for pair in pairs), key=len)
        return shortest if len(shortest) < GRAM_HITS or len(text) <= 2 else None

    def _holds(self, position: int, needle: bytes) -> bool:
        return self.names.find(needle, self.starts[position], self.starts[position + 1]) >= 0

    def _read(
        self, text: str, hidden: Set[int], limit: int, first: int, patience: int | None
    ) -> tuple[list[int], bool]:
        needle, left = text.encode(), sys.maxsize if patience is None else patience
        found: list[int] = []
        for stretch in self._stretches(text, first):
            at, last = self.starts[stretch.start], self.starts[stretch.stop]
            end = min(last, at + left)
            left -= end - at
            while len(found) < limit and (at := self.names.find(needle, at, end)) >= 0:
                position = bisect_right(self.starts, at) - 1
                if position not in hidden:
                    found.append(position)
                at = self.starts[position + 1]
            if len(found) == limit:
                break
            if end < last:
                return found, False
        return found, True

    def _stretches(self, text: str, first: int) -> Iterator[range]:
        """Ranges of people from ``first`` on that may hold ``text``: all in one, or of those that have its fours."""
        bits = _bits_of(text)
        if not self.fours or not bits:
            yield range(first, len(self))
            return
        row, holding = _row(len(self)), -1
        for bit in bits:
            holding &= int.from_bytes(self.fours[bit * row : (bit + 1) * row], "little")
        for start in range(first - first % STRETCH, len(self), STRETCH):
            if holding >> start // STRETCH & 1:
                yield range(max(first, start), min(start + STRETCH, len(self)))


_NOBODY: "array[int]" = array("I")


def _room(lists: Mapping[str, "array[int]"]) -> "Iterable[array[int]]":
    return lists.made_of if isinstance(lists, Lists) else lists.values()


def position(user_id: int, ids: "array[int]", by_id: "Iterable[array[int]]") -> int | None:
    """Where in ``ids`` the person stands, if there."""
    for stretch in by_id:
        found = bisect_left(stretch, user_id, key=ids.__getitem__)
        if found < len(stretch) and ids[stretch[found]] == user_id:
            return stretch[found]
    return None


def in_order_of_ids(ids: "array[int]") -> "tuple[array[int], ...]":
    """The places of ``ids``, a stretch at a time, each in the order of the ids."""
    return tuple(
        array("I", sorted(range(first, min(first + _SORTED, len(ids))), key=ids.__getitem__))
        for first in range(0, len(ids), _SORTED)
    )


def lists_by_letter(
    firsts: "tuple[array[int], array[int]]", letter_of: Mapping[int, str]
) -> dict[str, "array[int]"]:
    """People by the letter with which their username or first name begins. ``firsts``: each person's first characters
    of both, by code; 0 for no name. ``letter_of``: under which letter a character is listed."""
    lists: dict[str, array[int]] = {}
    for place, codes in enumerate(zip(*firsts, strict=True)):
        for letter in {letter_of[code] for code in codes if code}:
            lists.setdefault(letter, array("I")).append(place)
    return lists


def lists_by_stream(
    members: Mapping[str, "array[int]"], ids: "array[int]", by_id: "tuple[array[int], ...]"
) -> dict[str, "array[int]"]:
    """Members by stream, in order. ``members``: their ids, in any order."""
    found = {name: (position(user_id, ids, by_id) for user_id in them) for name, them in members.items()}
    return {
        name: array("I", sorted({place for place in places if place is not None}))
        for name, places in found.items()
    }


def shelf_of(entries: Iterable[Entry]) -> Shelf:
    """A shelf of a few people, without the lists of pairs of characters: reading all their names is as quick."""
    ordered = sorted(entries, key=lambda entry: in_order(entry.user))
    names, cards = [b"\0\n" + e.names.encode() for e in ordered], [_card(e.user) for e in ordered]
    ids = array("q", (e.user.user_id for e in ordered))
    return Shelf(
        ids=ids,
        names=b"".join(names) + b"\0",
        starts=array("I", accumulate(map(len, names), initial=0)),
        cards=b"".join(cards),
        card_starts=array("I", accumulate(map(len, cards), initial=0)),
        by_id=in_order_of_ids(ids),
        letters=_lists(ordered, lambda entry: entry.letters),
        streams=_lists(ordered, lambda entry: entry.streams),
        non_course=array("I", (n for n, entry in enumerate(ordered) if entry.non_course)),
    )


def _lists(ordered: list[Entry], names: Callable[[Entry], Iterable[str]]) -> dict[str, "array[int]"]:
    lists: dict[str, array[int]] = {}
    for position, entry in enumerate(ordered):
        for name in names(entry):
            lists.setdefault(name, array("I")).append(position)
    return lists


def _card(user: User) -> bytes:
    texts = (user.username, user.first_name, user.course_stream)
    return b"\0".join(_NULL if text is None else text.encode() for text in texts)


def unpacked(typecode: str, packed: bytes) -> "array[int]":
    """Numbers that PostgreSQL packed: big-endian, 4 bytes ("I") or 8 ("q") each."""
    numbers = array(typecode, packed)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def count_grams(names: bytes, starts: "array[int]") -> dict[str, "array[int]"]:
    """For each character and pair of characters in ``names`` the first people who have it, at most 64.

    A list of fewer is complete. What a chunk of names holds is told by reading its text as numbers, a character or two
    each; only those whose list is not full are then looked for, so a common pair costs nothing further on.
    """
    lists: dict[int, array[int]] = {}
    full: set[int] = set()
    people = len(starts) - 1
    for first in range(0, people, _CHUNK):
        last = min(first + _CHUNK, people)
        for gram in _grams(names[starts[first] : starts[last]]) - full:
            found = lists.setdefault(gram, array("I"))
            needle = _characters(gram).encode()
            holders = _holders(names, starts, needle, range(first, last))
            found.extend(islice(holders, GRAM_HITS - len(found)))
            if len(found) == GRAM_HITS:
                full.add(gram)
    named = ((_characters(gram), found) for gram, found in lists.items())
    return {text: found for text, found in named if "\0" not in text and not text.endswith("\n")}


def _holders(names: bytes, starts: "array[int]", needle: bytes, people: range) -> Iterator[int]:
    at, end = starts[people.start], starts[people.stop]
    while (at := names.find(needle, at, end)) >= 0:
        position = bisect_right(starts, at, people.start) - 1
        yield position
        at = starts[position + 1]


def _grams(chunk: bytes) -> set[int]:
    """The characters and pairs of characters of a chunk of names, as numbers: the first one's code lowest."""
    coded = memoryview(chunk.decode().encode("utf-32-le"))
    grams = set(coded.cast("I"))
    for offset in (0, 4):
        whole = (len(coded) - offset) // 8 * 8
        grams.update(coded[offset : offset + whole].cast("Q"))
    return grams


def _characters(gram: int) -> str:
    first, second = gram & 0xFFFFFFFF, gram >> 32
    return chr(first) + chr(second) if second else chr(first)


def note_fours(names: bytes, starts: "array[int]") -> bytes:
    """For each four of characters in which stretches of people it is, as bits: most texts occur in few stretches, so a
    rare one is found as quickly among a million people as among a hundred thousand."""
    people = len(starts) - 1
    row = _row(people)
    noted = bytearray(_BITS * row)
    for n, first in enumerate(range(0, people, STRETCH)):
        place, bit = n >> 3, 1 << (n & 7)
        for of_text in _bits_of(names[starts[first] : starts[min(first + STRETCH, people)]].decode()):
            noted[of_text * row + place] |= bit
    return bytes(noted)


def _row(people: int) -> int:
    """Bytes with a bit for each stretch of so many people."""
    return -(-people // (STRETCH * 8))


def _bits_of(text: str) -> set[int]:
    return {four * _SPREAD >> 14 & (_BITS - 1) for four in _fours(text)}


def _fours(text: str) -> set[int]:
    """The fours of characters of a text, as numbers. A character is a byte here, those beyond Latin and Cyrillic all
    the same one: enough to rule out where a text can't be."""
    coded = memoryview(text.encode("cp1251", "replace"))
    fours: set[int] = set()
    for offset in range(4):
        whole = (len(coded) - offset) // 4 * 4
        if whole > 0:
            fours.update(coded[offset : offset + whole].cast("I"))
    return fours
