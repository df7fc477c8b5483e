"""Whether the bot may send above the free 30 a second, for Stars: the owner says so, once for all messages."""

from django.db import connection, transaction

from hsl.accounts.audit import Actor, record
from hsl.telegram.bot import our_bot

_PAID = "SELECT paid FROM bots WHERE bot_id = %s"
_SET = """
INSERT INTO bots (bot_id, paid) VALUES (%(bot)s, %(paid)s) ON CONFLICT (bot_id) DO UPDATE SET paid = %(paid)s
"""


def paid_allowed() -> bool:
    """Whether messages of our bot may be sent for Stars."""
    with connection.cursor() as cursor:
        cursor.execute(_PAID, [our_bot()])
        row = cursor.fetchone()
    return bool(row and row[0])


def allow_paid(paid: bool, *, actor: Actor) -> None:  # noqa: FBT001 - it is what the setting is
    """Let the bot spend Stars, or not. Without a bot nothing changes."""
    bot = our_bot()
    if bot is None or paid == paid_allowed():
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_SET, {"bot": bot, "paid": paid})
        record(actor, "bot.paid", f"bot:{bot}", {"paid": not paid}, {"paid": paid})
