"""Turns the text of a cell into a value, or says what is wrong with it.

Each reader takes the cell's text, never empty, and returns the text that PostgreSQL reads for the same value.
"""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NoReturn
from zoneinfo import ZoneInfo

from hsl.school.importing.problems import BadValueError

Reader = Callable[[str], str]

EARLIEST = date(2000, 1, 1)
FUTURE_MOMENT = timedelta(days=1)
FUTURE_LESSON = timedelta(days=5 * 366)
WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,30}")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
RUSSIAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)", re.DOTALL)
TRUTHS = {
    **dict.fromkeys(("true", "t", "yes", "y", "1", "да", "истина"), "true"),
    **dict.fromkeys(("false", "f", "no", "n", "0", "нет", "ложь"), "false"),
}
LARGEST_EXPONENT = 300


def whole_number(lowest: int, highest: int) -> Reader:
    """A reader of whole numbers from ``lowest`` to ``highest``."""

    def read(text: str) -> str:
        text = text.strip()
        if not WHOLE_NUMBER.fullmatch(text):
            raise BadValueError("not_whole")
        if not lowest <= int(text) <= highest:
            raise BadValueError("out_of_range", lowest=lowest, highest=highest)
        return text

    return read


def one_of(*allowed: int) -> Reader:
    """A reader of one of a few whole numbers."""
    choices = {str(number) for number in allowed}

    def read(text: str) -> str:
        if text.strip() not in choices:
            raise BadValueError("not_one_of", choices=", ".join(map(str, allowed)))
        return text.strip()

    return read


def text_of(longest: int) -> Reader:
    """A reader of text of at most ``longest`` characters, kept as it is."""

    def read(text: str) -> str:
        if len(text) > longest:
            raise BadValueError("too_long", length=len(text), longest=longest)
        return text

    return read


def username(text: str) -> str:
    """A Telegram username, without the @ that people write before it."""
    return text_of(255)(text.strip().removeprefix("@"))


def email(text: str) -> str:
    """An email address by its shape."""
    text = text.strip()
    if len(text) > 254 or not EMAIL.fullmatch(text):
        raise BadValueError("not_email")
    return text


def truth(text: str) -> str:
    """Yes or no, in the words of either language."""
    try:
        return TRUTHS[text.strip().lower()]
    except KeyError:
        raise BadValueError("not_truth") from None


def moment(zone: ZoneInfo, now: datetime) -> Reader:
    """A reader of moments from the year 2000 to tomorrow; one without an offset is in ``zone``."""
    latest = now + FUTURE_MOMENT

    def read(text: str) -> str:
        value = _parsed(datetime.fromisoformat, text)
        if value.tzinfo is None:
            value = value.replace(tzinfo=zone)
        if value.date() < EARLIEST or value > latest:
            _refuse_time(latest.date())
        return value.isoformat()

    return read


def day(now: datetime) -> Reader:
    """A reader of days from the year 2000 to five years ahead."""
    latest = (now + FUTURE_LESSON).date()

    def read(text: str) -> str:
        value = _parsed(datetime.fromisoformat, text).date()
        if not EARLIEST <= value <= latest:
            _refuse_time(latest)
        return value.isoformat()

    return read


def _parsed(parse: Callable[[str], datetime], text: str) -> datetime:
    """ISO 8601, or a Russian date (31.12.2025, with or without a time)."""
    text = text.strip()
    russian = RUSSIAN_DATE.fullmatch(text)
    if russian:
        day_, month, year, rest = russian.groups()
        text = f"{year}-{month:0>2}-{day_:0>2}{rest.replace(', ', ' ')}"
    try:
        return parse(text)
    except ValueError:
        raise BadValueError("not_time") from None


def _refuse_time(latest: date) -> NoReturn:
    raise BadValueError("too_far", earliest=EARLIEST, latest=latest)


def json_object(text: str) -> str:
    """A JSON object that PostgreSQL can keep: no NUL, no half of a surrogate pair, no NaN."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_sensible)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise BadValueError("not_json") from None
    if not isinstance(value, dict):
        raise BadValueError("not_object")
    if "\\u0000" in text and _has_nul(value):
        raise BadValueError("nul_in_json")
    return text


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _sensible(number: str) -> Decimal | float:
    if abs(Decimal(number).adjusted()) > LARGEST_EXPONENT:
        raise ValueError(number)
    return float(number)


def _has_nul(value: object) -> bool:
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(part) for key, part in value.items())
    if isinstance(value, list):
        return any(map(_has_nul, value))
    return isinstance(value, str) and "\0" in value
