"""What follows from an outcome for the recipient: how the delivery is settled. (For bot and message: delivering.py.)"""

from dataclasses import dataclass

from hsl.broadcasts.sender.store import Claimed, Settlement
from hsl.broadcasts.statuses import ERASED, Delivery
from hsl.telegram.outcomes import (
    BotWrong,
    MessageWrong,
    Migrated,
    Outcome,
    RecipientRejected,
    Sent,
    Unknown,
    Unreachable,
    Wait,
)

LONG_WAIT_SECONDS = 3.0
"""A 429 that asks to wait longer holds the whole bot."""
SEVERAL_SECONDS = 5.0
"""429s of several chats within this time hold the whole bot."""


def settlement(who: Claimed, outcome: Outcome) -> Settlement:
    """How a delivery is settled after the answer to its request."""
    match outcome:
        case Sent(message_id=message_id):
            return _of(who, Delivery.SENT, "", "", telegram_message_id=message_id)
        case Unreachable(reason=reason, words=words) | RecipientRejected(reason=reason, words=words):
            return _of(who, Delivery.FAILED, reason, words)
        case Unknown(reason=reason, words=words):
            return _of(who, Delivery.UNKNOWN, reason, words)
        case Wait(seconds=seconds, reason=reason, words=words):
            return _of(who, Delivery.PENDING, reason, words, wait=seconds)
        case MessageWrong(reason=reason, words=words) | BotWrong(reason=reason, words=words):
            return _of(who, Delivery.PENDING, reason, words)
        case Migrated():
            return _of(who, Delivery.PENDING, outcome.reason, "")
    raise TypeError(f"sending a message has no such outcome: {outcome}")


def rejected(who: Claimed, reason: str, words: str) -> Settlement:
    """Of a copy that is wrong for this person alone."""
    return _of(who, Delivery.FAILED, reason, words)


def skipped(who: Claimed, *, individual: bool) -> Settlement | None:
    """How a delivery is settled without a request: the person is erased, or the bot can't reach them. None where they
    are to be written to; a message to one person is tried all the same."""
    if who.gone:
        return _of(who, Delivery.FAILED, ERASED, "")
    if who.unreachable is not None and not individual:
        return _of(who, Delivery.FAILED, who.unreachable, "")
    return None


def _of(
    who: Claimed,
    status: Delivery,
    reason: str,
    words: str,
    *,
    telegram_message_id: int | None = None,
    wait: float = 0.0,
) -> Settlement:
    return Settlement(
        who.recipient_id, who.message_id, who.token, status, reason, words, telegram_message_id, wait
    )


@dataclass
class Throttling:
    """The 429s of late, to tell one chat's from the bot's."""

    at: float = float("-inf")
    chat: int | None = None

    def holds_bot(self, chat: int, seconds: float, now: float) -> bool:
        """Whether this 429 holds the whole bot: a long wait, or another chat's within some seconds."""
        other = self.chat is not None and self.chat != chat and now - self.at < SEVERAL_SECONDS
        self.at, self.chat = now, chat
        return seconds > LONG_WAIT_SECONDS or other
