"""The bot that sends: known by the id at the head of its token; and how fast it may."""

from django.conf import settings
from django.db import connection

ALONE, WITH_ITS_PROGRAM = 30.0, 20.0
"""Messages a second. A bot that lives in an adopted database answers people with the same token meanwhile."""
_ADOPTED = (
    "SELECT count(*) < 3 FROM own_tables WHERE name IN ('bookings', 'free_lesson_registrations', 'events')"
)


def our_bot() -> int | None:
    """The id of the bot whose token we were given; None where we have none."""
    return int(settings.BOT_TOKEN.partition(":")[0]) if settings.BOT_TOKEN else None


def send_rate() -> float:
    """Messages a second that the bot may send (``HSL_SEND_RATE``)."""
    if settings.SEND_RATE is not None:
        return settings.SEND_RATE
    with connection.cursor() as cursor:
        cursor.execute(_ADOPTED)
        return WITH_ITS_PROGRAM if cursor.fetchall()[0][0] else ALONE
