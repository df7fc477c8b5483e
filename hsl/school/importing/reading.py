"""Reads a CSV file of unknown make: its encoding and delimiter are found out, lines come one at a time."""

import codecs
import csv
import io
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from hsl.school.importing.problems import ImportRefusedError

if TYPE_CHECKING:
    from _csv import Reader

CHUNK = 1 << 20
LONGEST_LINE = 1 << 20
"""In characters: a line longer than that is no line of a table, and would fill the memory."""
DELIMITERS = ",;\t"
SEPARATOR_LINE = re.compile(r'"?sep=.\s*"?\s*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Make:
    """How a file is made. ``spoilt``: some bytes do not fit the encoding, or there are NUL bytes."""

    encoding: str
    delimiter: str
    spoilt: bool
    size: int


@dataclass(frozen=True, slots=True)
class Line:
    """A record of the file: its first line's number, its cells, and what the CSV reader had against it."""

    number: int
    cells: list[str]
    error: str = ""


def examine(stream: BinaryIO) -> Make:
    """Find out how the file is made, reading it once from the start.

    Raises:
        ImportRefusedError: it is empty, or in an encoding that is not known.
    """
    encoding, spoilt = _encoding(stream)
    size = stream.seek(0, io.SEEK_END)
    text = _text(stream, encoding)
    first, second = text.readline(CHUNK), text.readline(CHUNK)
    text.detach()
    header = second if SEPARATOR_LINE.fullmatch(first) else first
    if not header.strip():
        raise ImportRefusedError(_("The file is empty: its first line must name the columns."))
    delimiter = max(DELIMITERS, key=re.sub(r'"[^"]*"', "", header).count)
    return Make(encoding, delimiter, spoilt, size)


def lines(stream: BinaryIO, make: Make) -> Generator[Line, None, None]:
    """The records of the file from its start, the header first; blank ones are left out."""
    text = _text(stream, make.encoding)
    reader = csv.reader(_bounded(text), delimiter=make.delimiter, strict=True)
    try:
        yield from _records(reader, make.delimiter)
    finally:
        text.detach()


class _LineTooLongError(Exception):
    """A line of the file is longer than LONGEST_LINE."""


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise _LineTooLongError
        yield line


def _records(reader: "Reader", delimiter: str) -> Iterator[Line]:
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _LineTooLongError:
            yield Line(number, [], gettext_noop("longer than a million characters"))
            return
        except csv.Error as error:
            yield Line(number, [], str(error))
            if "field limit" in str(error) or "end of data" in str(error):
                return
            continue
        separator_line = number == 1 and SEPARATOR_LINE.fullmatch(delimiter.join(cells))
        if any(cells) and not separator_line:
            yield Line(number, cells)


def _text(stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    stream.seek(0)
    return io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")


def _encoding(stream: BinaryIO) -> tuple[str, bool]:
    """UTF-8 (with or without its mark) where the bytes are that, for the most part; else Windows-1251."""
    stream.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    nul, seen_utf8 = False, False
    while chunk := stream.read(CHUNK):
        if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and stream.tell() == len(chunk):
            raise ImportRefusedError(_("The file is in UTF-16: save it as “CSV UTF-8”."))
        nul = nul or b"\0" in chunk
        try:
            decoded = decoder.decode(chunk, final=len(chunk) < CHUNK)
        except UnicodeDecodeError:
            return _other_than_utf8(chunk, seen_utf8=seen_utf8, nul=nul)
        seen_utf8 = seen_utf8 or not decoded.isascii()
    return "utf-8-sig", nul


def _other_than_utf8(chunk: bytes, *, seen_utf8: bool, nul: bool) -> tuple[str, bool]:
    decoded = chunk.decode("utf-8", "replace")
    broken = decoded.count("\ufffd")
    whole = sum(not letter.isascii() for letter in decoded) - broken
    if seen_utf8 or whole > broken:
        return "utf-8-sig", True
    letters = [letter for letter in chunk.decode("cp1251", "replace") if not letter.isascii()]
    if sum("а" <= letter.lower() <= "ё" for letter in letters) < len(letters) * 0.6:
        raise ImportRefusedError(_("The encoding of the file is not known: save it as “CSV UTF-8”."))
    return "cp1251", nul
