"""Days in the page's language, as short as can be read."""

from datetime import date

from django.utils.formats import date_format


def short_day(day: date, *, year: bool = True) -> str:
    """The day, the month's first three letters, the year: “24 ноя 2026”, “9 мая 2026”, “24 Nov 2026”."""
    month = date_format(day, "E")[:3]
    return f"{day.day} {month} {day.year}" if year else f"{day.day} {month}"
