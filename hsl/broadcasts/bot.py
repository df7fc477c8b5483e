"""How fast the bot may send."""

from django.conf import settings
from django.db import connection

FREE_RATE = 30.0
"""Messages a second that cost nothing (Bot API, allow_paid_broadcast): no others go faster."""
ALONE, WITH_ITS_PROGRAM = FREE_RATE, 20.0
"""Messages a second. A bot that lives in an adopted database answers people with the same token meanwhile."""
_ADOPTED = (
    "SELECT count(*) < 3 FROM own_tables WHERE name IN ('bookings', 'free_lesson_registrations', 'events')"
)


def rate_of(*, paid: bool) -> float:
    """Messages a second, at most, of those that are paid for, or of others."""
    return limit_of(send_rate(), paid=paid)


def limit_of(rate: float, *, paid: bool) -> float:
    """As ``rate_of``, where the bot may send ``rate`` a second."""
    return rate if paid else min(rate, FREE_RATE)


def send_rate() -> float:
    """Messages a second that the bot may send (``HSL_SEND_RATE``); above the free rate only those that are paid for."""
    if settings.SEND_RATE is not None:
        return settings.SEND_RATE
    with connection.cursor() as cursor:
        cursor.execute(_ADOPTED)
        return WITH_ITS_PROGRAM if cursor.fetchall()[0][0] else ALONE
