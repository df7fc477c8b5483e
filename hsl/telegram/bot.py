"""The bot whose token we were given: known by the id at its head."""

from django.conf import settings


def our_bot() -> int | None:
    """The id of the bot whose token we were given; None where we have none."""
    return int(settings.BOT_TOKEN.partition(":")[0]) if settings.BOT_TOKEN else None
