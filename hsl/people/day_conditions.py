"""The conditions of days, or of moments: when a person was seen first and last."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from hsl.people.condition import Condition, counted
from hsl.people.filters import PeopleFilter
from hsl.school.selecting import value

_SEEN = "SELECT a.user_id FROM user_activity a WHERE {holds}"
_SINCE = "(%s::date)::timestamp AT TIME ZONE zone()"
_NEW_BY_DAY = """
SELECT coalesce(sum(n), 0)::bigint FROM activity_days_now
WHERE kind = %(kind)s AND type IS NOT DISTINCT FROM %(type)s AND day BETWEEN %(first)s AND %(last)s
"""
_NEW_BY_QUARTER = """
SELECT coalesce(sum(n), 0)::bigint FROM activity_now
WHERE kind = %(kind)s AND type IS NOT DISTINCT FROM %(type)s AND quarter >= %(first)s AND quarter < %(last)s
"""


def of_days(wanted: PeopleFilter, totals: Mapping[str, int], values: dict[str, Any]) -> list[Condition]:
    """The conditions of when people were seen first and last.

    Args:
        wanted: the filter.
        totals: the sums of people by name (totals_now).
        values: of the conditions' parameters; those of the days are put into them.
    """
    conditions = []
    first, seen = (wanted.first_from, wanted.first_to), (wanted.seen_from, wanted.seen_to)
    if first != (None, None):
        holds = _between("first_seen", *first, values)
        size = first_seen("person", None, *first, totals.get("people", 0))
        conditions.append(Condition(holds, _SEEN.format(holds=holds), size, exact=in_quarters(*first)))
    if seen != (None, None):
        holds = _between("last_seen", *seen, values)
        ids = _SEEN.format(holds=holds)
        conditions.append(Condition(holds, ids, counted(ids, values)))
    return conditions


def first_seen(kind: str, type_: str | None, first: date | None, last: date | None, of: int) -> int:
    """How many people were first seen then (kind "person"), or of them reached a stage; ``of``: how many there are. By
    sums of days, or of quarters of an hour. Whom nobody saw at any known time were there from the start."""
    if first is None and last is not None:
        return of - _new(kind, type_, last if isinstance(last, datetime) else last + timedelta(days=1), None)
    return _new(kind, type_, first, last)


def _new(kind: str, type_: str | None, first: date | None, last: date | None) -> int:
    named = {"kind": kind, "type": type_}
    if isinstance(first, datetime) or isinstance(last, datetime):
        bounds = {"first": beginning(first or date(1, 1, 2)), "last": _end(last or date(9999, 12, 29))}
        return int(value(_NEW_BY_QUARTER, named | bounds))
    days = {"first": first or date(1, 1, 2), "last": last or date(9999, 12, 31)}
    return int(value(_NEW_BY_DAY, named | days))


def in_quarters(*bounds: date | None) -> bool:
    """Whether sums count between these: days, or moments that begin a quarter of an hour."""
    return all(bound.minute % 15 == 0 for bound in bounds if isinstance(bound, datetime))


def _between(column: str, first: date | None, last: date | None, values: dict[str, Any]) -> str:
    """The condition of a range: of days, both included, or of moments, the last not included."""
    holds = []
    if first is not None:
        values[f"{column}_from"] = beginning(first)
        holds.append(f"a.{column} >= %({column}_from)s")
    if last is not None:
        values[f"{column}_before"] = _end(last)
        holds.append(f"a.{column} < %({column}_before)s")
    return " AND ".join(holds)


def beginning(day: date) -> datetime:
    """The moment in which a day begins, by the database, which counts days by its own zones; a moment as it is."""
    if isinstance(day, datetime):
        return day
    moment: datetime = value(f"SELECT clamped({_SINCE})", (day,))
    return moment


def _end(day: date) -> datetime:
    return day if isinstance(day, datetime) else beginning(min(day, date(9999, 12, 29)) + timedelta(days=1))
