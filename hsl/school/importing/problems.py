"""What is wrong with a file or a line of it, said so that the reader can put it right."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Self

from django.utils.translation import gettext as _

from hsl.school.importing import sentences
from hsl.ui.csv_file import harmless

SHOWN = 100
"""Characters of a wrong value that are shown."""
EXAMPLES = 5
"""Of a mistake that many lines make, so many lines are shown."""


class ImportRefusedError(Exception):
    """The file as a whole can't be imported; the message says why and what to do, ``on_page`` so that it fits a page,
    whose ways to do it are others."""

    def __init__(self, message: str, on_page: str = "") -> None:
        super().__init__(message)
        self.on_page = on_page or message


class BadValueError(Exception):
    """A cell that breaks a rule: the code of a sentence, and what it names."""

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = {name: str(value) for name, value in parameters.items()}


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that a line of the file breaks, by the code of a sentence, and what that names: it is worded when it is
    shown. ``line`` counts from 1, the header's line included; ``column`` is the specification's name, empty where the
    whole line is meant."""

    line: int
    column: str
    value: str
    code: str
    parameters: dict[str, str] = field(default_factory=dict)

    @property
    def wrong(self) -> str:
        """What is wrong, in the language in use."""
        return sentences.wrong(self.code, self.parameters)

    @property
    def fix(self) -> str:
        """How to fix it, in a terminal."""
        return sentences.fix(self.code, self.parameters)

    @property
    def fix_on_page(self) -> str:
        """How to fix it, on a page."""
        return sentences.fix(self.code, self.parameters, on_page=True)


@dataclass(slots=True)
class Mistake:
    """One rule of a column that ``lines`` lines break, and the first of them."""

    column: str
    code: str
    lines: int = 0
    first: list[Problem] = field(default_factory=list)

    def add(self, problem: Problem) -> None:
        """Count one more."""
        self.lines += 1
        if len(self.first) < EXAMPLES:
            self.first.append(problem)


class Spool:
    """Problems kept on disk, in the order in which they came: a million of them do not fill the memory."""

    def __init__(self) -> None:
        self.file = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 -- __exit__ closes it
        self.writer = csv.writer(self.file)

    def add(self, problem: Problem) -> None:
        self.writer.writerow(_kept(problem))

    def __iter__(self) -> Iterator[Problem]:
        self.file.seek(0)
        return read_problems(self.file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


def _kept(problem: Problem) -> list[object]:
    parameters = json.dumps(problem.parameters)
    return [problem.line, problem.column, problem.value, problem.code, parameters]


def read_problems(file: IO[str]) -> Iterator[Problem]:
    """The problems that a file keeps."""
    for line, column, value, code, parameters in csv.reader(file):
        yield Problem(int(line), column, value, code, json.loads(parameters))


def keep_problems(problems: Iterable[Problem], file: IO[str]) -> Iterator[Problem]:
    """Keep each problem in ``file`` while it passes by, for ``read_problems``."""
    writer = csv.writer(file)
    for problem in problems:
        writer.writerow(_kept(problem))
        yield problem


def write_problems(problems: Iterable[Problem], file: IO[str]) -> Iterator[Problem]:
    """Write each problem to ``file`` as a line of CSV, in words, while it passes by; no spreadsheet runs the values."""
    writer = csv.writer(file)
    writer.writerow(header())
    for problem in problems:
        writer.writerow([harmless(value) for value in in_words(problem)])
        yield problem


def header() -> list[str]:
    """The heads of a file of problems."""
    return [_("line"), _("column"), _("value"), _("what is wrong"), _("how to fix it")]


def in_words(problem: Problem, *, on_page: bool = False) -> list[int | str]:
    """A problem as a line of such a file."""
    fix = problem.fix_on_page if on_page else problem.fix
    return [problem.line, problem.column, problem.value, problem.wrong, fix]


def shown(value: str) -> str:
    """The beginning of a value, with what can't be printed made visible."""
    start = value[:SHOWN] + ("…" if len(value) > SHOWN else "")
    return start.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
