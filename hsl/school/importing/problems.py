"""What is wrong with a file or a line of it, said so that the reader can put it right."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from tempfile import TemporaryFile
from typing import IO, Self

from django.utils.translation import gettext as _

from hsl.ui.csv_file import harmless

SHOWN = 100
"""Characters of a wrong value that are shown."""


class ImportRefusedError(Exception):
    """The file as a whole can't be imported; the message says why and what to do."""


class BadValueError(Exception):
    """A cell that breaks a rule: what is wrong, and how to fix it."""

    def __init__(self, wrong: str, fix: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that a line of the file breaks. ``line`` counts from 1, the header's line included; ``column``
    is the specification's name, empty where the whole line is meant."""

    line: int
    column: str
    value: str
    wrong: str
    fix: str


class Spool:
    """Problems kept on disk, in the order in which they came: a million of them do not fill the memory."""

    def __init__(self) -> None:
        self.file = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 -- __exit__ closes it
        self.writer = csv.writer(self.file)

    def add(self, problem: Problem) -> None:
        self.writer.writerow(astuple(problem))

    def __iter__(self) -> Iterator[Problem]:
        self.file.seek(0)
        return (Problem(int(line), *rest) for line, *rest in csv.reader(self.file))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


def shown(value: str) -> str:
    """The beginning of a value, with what can't be printed made visible."""
    start = value[:SHOWN] + ("…" if len(value) > SHOWN else "")
    return start.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")


def write_problems(problems: Iterable[Problem], file: IO[str]) -> Iterator[Problem]:
    """Write each problem to ``file`` as a line of CSV while it passes by; no spreadsheet runs the values."""
    writer = csv.writer(file)
    writer.writerow([_("line"), _("column"), _("value"), _("what is wrong"), _("how to fix it")])
    for problem in problems:
        writer.writerow([harmless(value) for value in astuple(problem)])
        yield problem
