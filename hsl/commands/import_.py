"""``hsl import``: facts from a CSV file, with a progress bar and what is wrong said line by line."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from stat import S_ISREG
from typing import IO, TYPE_CHECKING, BinaryIO

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hsl.commands import session
from hsl.commands.import_kinds import Kind
from hsl.commands.import_progress import progress_of_steps
from hsl.refusal import Refusal

if TYPE_CHECKING:
    from hsl.school.importing.service import ImportResult, Progress


def run(
    kind: Kind,
    file: Path,
    columns: list[str],
    maps: list[str],
    errors: Path | None,
    *,
    dry_run: bool,
    skip_bad: bool,
) -> None:
    """Import ``file`` and print what came of it.

    Raises:
        Refusal: a file can't be read or written, it does not fit, or there are bad lines that were not to be skipped.
    """
    named, mapped = _named(columns), _mapped(maps)
    with session.database():
        from django.utils import translation

        from hsl.school.importing.problems import ImportRefusedError, write_problems
        from hsl.school.importing.service import import_facts
        from hsl.school.importing.standing import Standing

        with translation.override("en"), _facts(file) as stream, _problems_file(errors) as error_file:
            try:
                with progress_of_steps() as progress:
                    result = import_facts(
                        kind.value,
                        stream,
                        columns=named,
                        maps=mapped,
                        dry_run=dry_run,
                        skip_bad=skip_bad,
                        keep=partial(write_problems, file=error_file) if error_file else None,
                        progress=progress,
                        standing=Standing(file_name=file.name, size=file.stat().st_size),
                    )
                    if result.inserted or result.updated:
                        _fold(progress)
            except ImportRefusedError as refused:
                raise Refusal(str(refused)) from refused
    _report(result, errors)
    if result.refused:
        raise Refusal("Nothing was imported: correct the file, or leave bad lines out with --skip-bad.")


@contextmanager
def _facts(file: Path) -> Iterator[BinaryIO]:
    """The file to import, open for reading. One that could not be read twice, such as a pipe, is refused."""
    try:
        if not S_ISREG(file.stat().st_mode):
            raise Refusal(f"{file} is no file that can be read twice: save the facts to a CSV file.")
        stream = file.open("rb")
    except OSError as error:
        raise Refusal(f"{file} can't be read: {error.strerror}.") from error
    with stream:
        yield stream


def _problems_file(errors: Path | None) -> AbstractContextManager[IO[str] | None]:
    """Where problems are written, if anywhere."""
    try:
        return errors.open("w", encoding="utf-8", newline="") if errors else nullcontext()
    except OSError as error:
        raise Refusal(f"--errors {errors} can't be written: {error.strerror}.") from error


def _fold(progress: "Progress") -> None:
    """Make the pages true, also where no worker runs."""
    from hsl.projections.connect import connect
    from hsl.projections.fold import fold_to_the_end

    progress("fold", 0, None)
    with closing(connect()) as conn:
        fold_to_the_end(conn, partial(progress, "fold"))


def _named(columns: list[str]) -> Mapping[str, str]:
    return dict(_split(given, "--column", "user_id=Telegram ID") for given in columns)


def _mapped(maps: list[str]) -> Mapping[tuple[str, str], str]:
    mapped = {}
    for given in maps:
        before, meant = _split(given, "--map", "confirmed:0=1")
        column, colon, value = before.partition(":")
        if not colon:
            raise Refusal(f"--map {given}: write it like --map confirmed:0=1")
        mapped[column.strip(), value.strip()] = meant.strip()
    return mapped


def _split(given: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals or not name.strip():
        raise Refusal(f"{option} {given}: write it like {option} “{example}”")
    return name.strip(), value.strip()


def _report(result: "ImportResult", errors: Path | None) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if result.ignored_headers:
        console.print(f"Left out, no column of ours: {', '.join(result.ignored_headers)}", markup=False)
    if result.problems:
        console.print(_problems(result))
        if result.problem_count > len(result.problems):
            console.print(f"… and {result.problem_count - len(result.problems):,} more.")
        console.print(
            f"All of them are in {errors}." if errors else "--errors FILE writes all of them to a file.",
            markup=False,
        )
    good = result.lines - result.bad
    summary = f"{result.lines:,} lines: {good:,} good, {result.bad:,} bad."
    if result.dry_run:
        console.print(f"{summary} A dry run: nothing was imported.")
    elif not result.refused:
        console.print(f"{summary} {result.inserted:,} inserted, {result.updated:,} updated.")
    else:
        console.print(summary)


def _problems(result: "ImportResult") -> Table:
    table = Table("line", "column", "value", "what is wrong", "how to fix it")
    for problem in result.problems:
        table.add_row(
            *(
                escape(part)
                for part in (str(problem.line), problem.column, problem.value, problem.wrong, problem.fix)
            )
        )
    return table
