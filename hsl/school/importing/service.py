"""The import of a file of facts, as commands and pages call it."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from heapq import merge
from operator import attrgetter
from typing import Any, BinaryIO

from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from django.utils.translation import gettext as _

from hsl.school.importing.headers import Headers, match_headers
from hsl.school.importing.kinds import KINDS, Kind, Surroundings
from hsl.school.importing.problems import ImportRefusedError, Mistake, Problem, Spool
from hsl.school.importing.reading import Line, Make, examine
from hsl.school.importing.reading import lines as lines_of
from hsl.school.importing.rows import Cell, Rows, cells_of
from hsl.school.importing.staging import check, rules_broken, stage
from hsl.school.importing.standing import UNKNOWN, Standing
from hsl.school.importing.tables import look_at
from hsl.school.importing.writing import remember, write
from hsl.school.models import Course
from hsl.school.zone import school_zone

SHOWN_PROBLEMS = 20
REPORT_EVERY = 2000
WAIT_SECONDS = 0.2

Progress = Callable[[str, int, int | None], None]
"""Called with the step ("read", "check", "write"), how much of it is done and how much there is: bytes of the file
while reading; None after that, since what the database does in one statement is not told in parts."""
Keep = Callable[[Iterable[Problem]], Iterator[Problem]]
"""Keeps each problem while it passes by: ``write_problems`` or ``keep_problems`` with its file."""


@dataclass(slots=True)
class ImportResult:
    """What an import did. ``lines`` are the file's records without the header; ``problems`` are the first of
    ``problem_count``, ``mistakes`` all of them by what is wrong; ``bad`` lines have one or more. Nothing is imported
    where there are bad lines, unless they were to be skipped, and nothing in a dry run. ``import_id``: under which it
    stands among the imports, if anything was written."""

    kind: str
    encoding: str
    delimiter: str
    ignored_headers: tuple[str, ...]
    dry_run: bool
    lines: int = 0
    inserted: int = 0
    updated: int = 0
    bad: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    refused: bool = False
    import_id: int | None = None

    def summary(self) -> dict[str, Any]:
        """All of it but the first problems, as JSON."""
        return {name: value for name, value in asdict(self).items() if name != "problems"}


def import_facts(
    kind: str,
    stream: BinaryIO,
    *,
    columns: Mapping[str, str] | None = None,
    maps: Mapping[tuple[str, str], str] | None = None,
    dry_run: bool = False,
    skip_bad: bool = False,
    keep: Keep | None = None,
    progress: Progress = lambda _step, _done, _total: None,
    standing: Standing = UNKNOWN,
) -> ImportResult:
    """Import a CSV file of ``kind`` ("bookings", "registrations", "events"), in one transaction, whole or
    not at all.

    Args:
        stream: the file, open for reading bytes, seekable.
        columns: the specification's name of a column to the header that the file has for it.
        maps: a column's name and a value of the file to the value it means.
        dry_run: check everything, write nothing.
        skip_bad: import the good lines though there are bad ones.
        keep: what every problem passes through, to be written down.
        progress: told how far the import is.
        standing: how the import stands among the imports, so that it can be undone.

    Raises:
        ImportRefusedError: the file as a whole can't be read or does not fit, or the database refused the
        rows.
    """
    make = examine(stream)
    options = _Options(columns or {}, maps or {}, dry_run, skip_bad, keep, progress, standing)
    try:
        with (
            transaction.atomic(),
            connection.cursor() as cursor,
            Spool() as spool,
            closing(lines_of(stream, make)) as lines,
        ):
            return _Import(KINDS[kind], cursor, spool, options).run(lines, stream, make)
    except DatabaseError as error:
        raise ImportRefusedError(
            _("The database refused the rows, nothing was imported: %(why)s") % {"why": str(error).strip()}
        ) from error


@dataclass(frozen=True, slots=True)
class _Options:
    columns: Mapping[str, str]
    maps: Mapping[tuple[str, str], str]
    dry_run: bool
    skip_bad: bool
    keep: Keep | None
    progress: Progress
    standing: Standing


class _Import:
    """One import while it runs, inside its transaction."""

    def __init__(self, kind: Kind, cursor: CursorWrapper, spool: Spool, options: _Options) -> None:
        self.kind = kind
        self.cursor = cursor
        self.spool = spool
        self.options = options
        self.table = look_at(cursor, kind.table)

    def run(self, lines: Iterator[Line], stream: BinaryIO, make: Make) -> ImportResult:
        options = self.options
        headers = match_headers(self.kind, self.table, _header(lines), options.columns)
        cells = cells_of(self.kind, self.table, headers, self._surroundings(), options.maps)
        result = ImportResult(self.kind.name, make.encoding, make.delimiter, headers.ignored, options.dry_run)
        counted = self._counted(lines, result, stream, make.size)
        rows = Rows(cells, headers.width, self.spool.add, spoilt=make.spoilt)
        stage(self.cursor, self.kind, rows.read(counted))
        options.progress("check", 0, None)
        if not options.dry_run:
            self._wait_for_others()
        check(self.cursor, self.kind)
        self._take_problems(result)
        result.refused = bool(result.problem_count) and not options.skip_bad
        if not result.refused and not options.dry_run:
            self._write(result, cells, headers)
        return result

    def _wait_for_others(self) -> None:
        """Until no other import into this table is being checked or written: each is held against what the others
        wrote, also where the table's own rules do not hold it (a bot's has none)."""
        table = f"import into {self.kind.table}"
        while True:
            self.cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [table])
            if self.cursor.fetchone() == (True,):
                return
            self.options.progress("check", 0, None)
            time.sleep(WAIT_SECONDS)

    def _write(self, result: ImportResult, cells: list[Cell], headers: Headers) -> None:
        self.options.progress("write", 0, None)
        columns = [
            cell.name
            for cell in cells
            if cell.name in self.table.columns and (cell.place is not None or cell.default is not None)
        ]
        result.inserted, result.updated = write(
            self.cursor, self.kind, self.table, columns, set(headers.places)
        )
        if result.inserted or result.updated:
            result.import_id = self.options.standing.keep(self.kind.name, result.summary())
            remember(self.cursor, self.kind, result.import_id)

    def _surroundings(self) -> Surroundings:
        courses = [str(id_) for id_ in Course.objects.values_list("id", flat=True)[:2]]
        return Surroundings(
            zone=school_zone(),
            only_course=courses[0] if len(courses) == 1 else None,
            now=timezone.now(),
            ours=self.table.ours,
            largest=self.table.largest,
        )

    def _counted(
        self, lines: Iterable[Line], result: ImportResult, stream: BinaryIO, size: int
    ) -> Iterator[Line]:
        """The lines, while they are counted and progress is told."""
        for result.lines, line in enumerate(lines, 1):
            if result.lines % REPORT_EVERY == 0:
                self.options.progress("read", stream.tell(), size)
            yield line
        self.options.progress("read", size, size)

    def _take_problems(self, result: ImportResult) -> None:
        problems: Iterator[Problem] = merge(self.spool, rules_broken(self.cursor), key=attrgetter("line"))
        if self.options.keep is not None:
            problems = self.options.keep(problems)
        last = 0
        mistakes: dict[tuple[str, str], Mistake] = {}
        for problem in problems:
            result.problem_count += 1
            kind = (problem.column, problem.code)
            mistakes.setdefault(kind, Mistake(*kind)).add(problem)
            if len(result.problems) < SHOWN_PROBLEMS:
                result.problems.append(problem)
            result.bad += problem.line != last
            last = problem.line
        result.mistakes = sorted(mistakes.values(), key=lambda mistake: -mistake.lines)


def _header(lines: Iterator[Line]) -> list[str]:
    first = next(lines, None)
    if first is None:
        raise ImportRefusedError(_("The file is empty: its first line must name the columns."))
    if first.error:
        raise ImportRefusedError(
            _("The first line is not readable as CSV: %(error)s") % {"error": _(first.error)}
        )
    return first.cells
