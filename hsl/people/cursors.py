"""Orders of people, and the cursors of the API: a group, its order, and the person after whom a page begins."""

import base64
import json
from datetime import UTC, datetime
from enum import StrEnum

from hsl.ui.keyset import Cursor


class BadCursorError(ValueError):
    """The cursor is none of ours, or belongs to another group or order."""


class Order(StrEnum):
    """The order of a page; "-" means the latest or the last name first."""

    LAST_SEEN = "last_seen"
    LAST_SEEN_DESCENDING = "-last_seen"
    FIRST_SEEN = "first_seen"
    FIRST_SEEN_DESCENDING = "-first_seen"
    NAME = "name"
    NAME_DESCENDING = "-name"

    @property
    def by(self) -> str:
        """What it sorts by: last_seen, first_seen or name."""
        return self.removeprefix("-")

    @property
    def descends(self) -> bool:
        """Whether the latest, or the last name, comes first."""
        return self.startswith("-")


def pack(group: str, order: Order, key: datetime | str, user_id: int) -> str:
    """The cursor of the page that begins after the person ``user_id``, who stands at ``key`` in the order."""
    text = key.isoformat() if isinstance(key, datetime) else key
    packed = json.dumps([group, order, text, user_id], ensure_ascii=False)
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def unpack(cursor: str, group: str, order: Order) -> Cursor:
    """What ``cursor`` says. Raises BadCursorError where it says nothing about this group in this order."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        of_group, of_order, key, user_id = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        known = isinstance(key, str) and "\0" not in key and type(user_id) is int and abs(user_id) < 2**63
        if not known or (of_group, of_order) != (group, order):
            raise BadCursorError(cursor)
        if order.by == "name":
            key.encode()
            return Cursor((key, user_id))
        seen = datetime.fromisoformat(key)
        if seen.tzinfo is None:
            raise BadCursorError(cursor)
        return Cursor((seen.astimezone(UTC), user_id))  # PostgreSQL knows no offset of 16 hours
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise BadCursorError(cursor) from error
