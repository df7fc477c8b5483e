"""Which cell of a line is which column of the specification."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hsl.school.importing.column_names import COLUMN_NAMES
from hsl.school.importing.kinds import Kind
from hsl.school.importing.problems import ImportRefusedError, shown
from hsl.school.importing.tables import Table


@dataclass(frozen=True, slots=True)
class Headers:
    """``places``: where each column's cell stands in a line; ``ignored``: headers of no column of ours."""

    width: int
    places: dict[str, int]
    ignored: tuple[str, ...]


def match_headers(kind: Kind, table: Table, header: Sequence[str], given: Mapping[str, str]) -> Headers:
    """Match the header's cells with the columns of ``kind``: by ``given`` (a column's name to its header, to an empty
    text where the file has none), then by the specification's names, then by common other names in English and Russian.

    Raises:
        ImportRefusedError: two headers mean one column, a needed one is missing, or ``table`` lacks one.
    """
    normal = [_normal(cell) for cell in header]
    places = _given_places(kind, normal, given)
    open_ = [column for column in kind.columns if given.get(column.name) != ""]
    for column in open_:
        if column.name not in places:
            _place(column.name, (column.name,), normal, places)
    for column in open_:
        if column.name not in places:
            _place(column.name, column.aliases, normal, places)
    _refuse_missing(kind, places, header)
    _refuse_lacking(table, places)
    ignored = tuple(shown(cell) for place, cell in enumerate(header) if place not in places.values())
    return Headers(len(header), places, ignored)


def guess_headers(kind: Kind, header: Sequence[str]) -> dict[str, str]:
    """Which header is likely to be which column, as ``match_headers`` takes it: none where two could be it."""
    normal = [_normal(cell) for cell in header]
    places: dict[str, int] = {}
    for names_of in (lambda column: (column.name,), lambda column: column.aliases):
        for column in kind.columns:
            if column.name not in places:
                with suppress(ImportRefusedError):
                    _place(column.name, names_of(column), normal, places)
    return {name: header[place] for name, place in places.items()}


def _normal(header: str) -> str:
    return re.sub(r"[\s.\-]+", "_", header.strip().lower()).strip("_")


def _given_places(kind: Kind, normal: list[str], given: Mapping[str, str]) -> dict[str, int]:
    places: dict[str, int] = {}
    names = [column.name for column in kind.columns]
    for name, header in given.items():
        if name not in names:
            raise ImportRefusedError(
                _("There is no column “%(name)s”; the columns are %(names)s.")
                % {"name": shown(name), "names": ", ".join(names)}
            )
        if not header:
            continue
        _place(name, (_normal(header),), normal, places)
        if name not in places:
            raise ImportRefusedError(
                _("The file has no header “%(header)s”; its headers are %(headers)s.")
                % {"header": shown(header), "headers": shown(", ".join(normal))}
            )
    return places


def _place(name: str, wanted: Sequence[str], normal: list[str], places: dict[str, int]) -> None:
    taken = set(places.values())
    found = [place for place, header in enumerate(normal) if header in wanted and place not in taken]
    if len(found) > 1:
        said = {"headers": ", ".join(f"“{shown(normal[place])}”" for place in found), "name": name}
        raise ImportRefusedError(
            _("Headers %(headers)s both mean %(name)s: say which with --column %(name)s=HEADER.") % said,
            _("Headers %(headers)s both mean %(name)s: choose one of them.")
            % {**said, "name": f"“{COLUMN_NAMES[name]}”"},
        )
    if found:
        places[name] = found[0]


def _refuse_missing(kind: Kind, places: dict[str, int], header: Sequence[str]) -> None:
    missing = [column.name for column in kind.columns if column.default is None and column.name not in places]
    if missing:
        raise ImportRefusedError(
            _(
                "The file has no column %(missing)s; its headers are %(headers)s. "
                "Name them like the specification, or use --column NAME=HEADER."
            )
            % {"missing": ", ".join(missing), "headers": shown(", ".join(header))},
            _("Choose the header that holds: %(missing)s.") % {"missing": _on_page(missing)},
        )


def _refuse_lacking(table: Table, places: dict[str, int]) -> None:
    lacking = [name for name in places if name not in table.columns]
    if lacking:
        raise ImportRefusedError(
            _(
                "The table %(table)s of this database has no column %(lacking)s, and a bot's table is never "
                "altered: leave the column out of the file."
            )
            % {"table": table.name, "lacking": ", ".join(lacking)},
            _(
                "The table %(table)s of this database has no place for %(lacking)s, and a bot's table is never "
                "altered: choose “not in the file” for it."
            )
            % {"table": table.name, "lacking": _on_page(lacking)},
        )


def _on_page(columns: Sequence[str]) -> str:
    return ", ".join(f"“{COLUMN_NAMES[name]}”" for name in columns)
