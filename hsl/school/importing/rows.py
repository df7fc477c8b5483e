"""Turns the lines of a file into rows to stage, and says what is wrong with the others."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hsl.school.importing.headers import Headers
from hsl.school.importing.kinds import Column, Kind, Surroundings
from hsl.school.importing.problems import BadValueError, ImportRefusedError, Problem, shown
from hsl.school.importing.reading import Line
from hsl.school.importing.tables import Table
from hsl.school.importing.values import Reader

Row = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """How one column is read: the place of its cell (None where the file lacks it), the reader, what an
    empty cell means, whether it may be empty, and the values that are mapped to others."""

    name: str
    place: int | None
    read: Reader
    default: str | None
    required: bool
    mapped: Mapping[str, str]


class Rows:
    """Reads lines of a file: rows come out, what is wrong with the others goes to ``report``."""

    def __init__(
        self, cells: list[Cell], width: int, report: Callable[[Problem], None], *, spoilt: bool
    ) -> None:
        self.cells = cells
        self.width = width
        self.report = report
        self.spoilt = spoilt

    def read(self, lines: Iterable[Line]) -> Iterator[Row]:
        """The rows of ``lines`` that keep the rules of single values; each begins with its line's number."""
        for line in lines:
            row = self._row(line)
            if row is not None:
                yield row

    def _row(self, line: Line) -> Row | None:
        if line.error or len(line.cells) != self.width:
            self._refuse_line(line)
            return None
        row: list[str | None] = [str(line.number)]
        good = True
        for cell in self.cells:
            text = "" if cell.place is None else line.cells[cell.place]
            try:
                row.append(self._value(cell, text))
            except BadValueError as bad:
                good = False
                self.report(Problem(line.number, cell.name, shown(text), bad.code, bad.parameters))
        return tuple(row) if good else None

    def _value(self, cell: Cell, text: str) -> str | None:
        if cell.mapped:
            text = cell.mapped.get(text.strip(), text)
        if self.spoilt:
            _refuse_spoilt(text)
        if text and not text.isspace():
            return cell.read(text)
        if cell.required and cell.place is not None:
            raise BadValueError("empty")
        return cell.default

    def _refuse_line(self, line: Line) -> None:
        value = shown("; ".join(line.cells))
        if line.error:
            self.report(Problem(line.number, "", value, "not_csv", {"error": line.error}))
        else:
            sizes = {"found": str(len(line.cells)), "width": str(self.width)}
            self.report(Problem(line.number, "", value, "other_width", sizes))


def cells_of(
    kind: Kind, table: Table, headers: Headers, around: Surroundings, maps: Mapping[tuple[str, str], str]
) -> list[Cell]:
    """How each column of ``kind`` is read from a line. ``maps``: a column's name and a value to the value it
    means.

    Raises:
        ImportRefusedError: ``maps`` names a column that the kind does not have.
    """
    names = {column.name for column in kind.columns}
    for name, _value in maps:
        if name not in names:
            raise ImportRefusedError(
                _("--map names a column that does not exist: %(name)s") % {"name": shown(name)}
            )
    return [_cell(column, table, headers, around, maps) for column in kind.columns]


def _cell(
    column: Column, table: Table, headers: Headers, around: Surroundings, maps: Mapping[tuple[str, str], str]
) -> Cell:
    default = column.default(around) if column.default else None
    found = table.columns.get(column.name)
    not_null = column.name != "id" and found is not None and found.not_null
    return Cell(
        column.name,
        headers.places.get(column.name),
        column.reader(around),
        default,
        default is None and (column.default is None or not_null),
        {value.strip(): meant for (name, value), meant in maps.items() if name == column.name},
    )


def _refuse_spoilt(text: str) -> None:
    if "\0" in text:
        raise BadValueError("nul")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadValueError("not_utf8") from None
