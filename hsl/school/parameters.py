"""What endpoints take: kinds of values that PostgreSQL can hold, and no others."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

USER_ID_LIMIT, ROW_ID_LIMIT = 2**63 - 1, 2**31 - 1


def _text(text: str) -> str:
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds a character that is no text: leave out NUL and lone surrogates")
    return text


def _whole(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,20}", value):
        raise ValueError("give a whole number in digits")
    return value


def _day(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("give a day as YYYY-MM-DD")
    return value


Text = Annotated[str, AfterValidator(_text), Field(max_length=1000)]
"""Text that PostgreSQL can hold."""
UserId = Annotated[int, BeforeValidator(_whole), Field(ge=-USER_ID_LIMIT, le=USER_ID_LIMIT)]
"""A Telegram user id: a BIGINT."""
RowId = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=ROW_ID_LIMIT)]
"""An id of one of the specification's tables: a positive INTEGER."""
Day = Annotated[date, BeforeValidator(_day)]
"""A day of the school's time zone."""
Limit = Annotated[
    int, BeforeValidator(_whole), Field(ge=1, le=200, description="How many at most: 1 to 200.")
]
"""How long a page is."""
