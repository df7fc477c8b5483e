"""What a message and a delivery can be."""

from enum import StrEnum


class Status(StrEnum):
    """Of a message; one without a row of ours is external."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"
    FAILED = "failed"
    EXTERNAL = "external"


class Delivery(StrEnum):
    """``message_recipients.delivery_status``: the specification's three, and those of the design."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DELETED = "deleted"


class Pause(StrEnum):
    """Why a message is paused, where it is not for a reason of ``telegram/outcomes.py``."""

    OPERATOR = "operator"
    QUIET = "quiet"
    MISSED = "missed"
    NOBODY = "nobody"
    NOT_STARTED = "not_started"
    ALL_UNREACHABLE = "all_unreachable"
    TABLES = "tables"
    OTHER_BOT = "other_bot"


ERASED = "erased"
"""Reason of a failed delivery: the person had left the facts before their turn."""
LEFT_UNKNOWN = "left_unknown"
"""Reason of a failed delivery: nobody knows whether it arrived, and an operator let it be."""
LOST = "sender_lost"
"""Reason of an unknown delivery: the worker that had claimed it fell silent."""
UNNOTED = "unnoted"
"""Reason of an unknown delivery: Telegram answered, and the database refused to keep the answer."""

HEARTBEAT_AGE_SECONDS = 6
"""A worker whose heartbeat is older is taken for dead (docs/sender.md)."""
