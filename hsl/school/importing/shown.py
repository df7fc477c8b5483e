"""What a check found, as its page says it: each mistake once, by the page's fields, in the reader's language."""

from typing import NamedTuple

from django.utils.functional import Promise

from hsl.school.importing.column_names import COLUMN_NAMES
from hsl.school.importing.problems import Problem
from hsl.school.models import Import


class ShownLine(NamedTuple):
    """A line that makes a mistake; ``wrong`` where each line's is worded by itself."""

    number: int
    value: str
    wrong: str


class ShownMistake(NamedTuple):
    """A mistake: the field (empty for the whole line), what is wrong (empty where it says so of each line), how to fix
    it, how many lines make it, the first of them, and how many more there are."""

    field: Promise | str
    wrong: str
    fix: str
    lines: int
    first: list[ShownLine]
    more: int


def mistakes(one: Import) -> list[ShownMistake]:
    """The mistakes that the check of an import found."""
    return [] if one.checked is None else [_mistake(kept) for kept in one.checked["mistakes"]]


def _mistake(kept: dict[str, object]) -> ShownMistake:
    first = [Problem(**problem) for problem in kept["first"]]  # type: ignore[attr-defined] # what JSON holds
    same = all(problem.wrong == first[0].wrong for problem in first)
    column, count = str(kept["column"]), int(str(kept["lines"]))
    return ShownMistake(
        field=COLUMN_NAMES.get(column, column),
        wrong=first[0].wrong if same else "",
        fix=first[0].fix_on_page,
        lines=count,
        first=[ShownLine(problem.line, problem.value, "" if same else problem.wrong) for problem in first],
        more=count - len(first),
    )
