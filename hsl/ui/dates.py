"""Days: in the page's language, as short as can be read; and the moments in which they begin and end."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language


def short_day(day: date, *, year: bool = True) -> str:
    """The day, the month's first three letters, the year: “24 ноя 2026”, “9 мая 2026”, “24 Nov 2026”."""
    month = _month(day.month, get_language())
    return f"{day.day} {month} {day.year}" if year else f"{day.day} {month}"


@cache
def _month(number: int, language: str) -> str:  # noqa: ARG001 - the word is the language's
    return date_format(date(2000, number, 1), "E")[:3]


def moments(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """The moment (UTC) in which ``first`` begins, and the one right after ``last`` has ended, in the zone that pages
    are shown in, the school's. What is a moment already stays so, as None does."""
    since = first if first is None or isinstance(first, datetime) else _start(first)
    until = last if last is None or isinstance(last, datetime) else _start(last + timedelta(days=1))
    return since, until


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone()).astimezone(UTC)
