"""Changes to people's bookings, folded at once, so that whoever made one sees it on the next page."""

import logging

import psycopg

from hsl.accounts.audit import Actor
from hsl.projections.fold import fold_people
from hsl.school import services
from hsl.school.rows import Booking

logger = logging.getLogger(__name__)


def change_booking(booking_id: int, changes: services.Changes, *, actor: Actor) -> Booking:
    """As :func:`hsl.school.services.change_booking`, and folded."""
    return _folded(services.change_booking(booking_id, changes, actor=actor))


def move_person(user_id: int, course_stream: str, *, actor: Actor) -> Booking:
    """As :func:`hsl.school.services.move_person`, and folded."""
    return _folded(services.move_person(user_id, course_stream, actor=actor))


def _folded(booking: Booking) -> Booking:
    if booking.user_id is not None:
        try:
            fold_people([booking.user_id])
        except psycopg.Error:
            # The change is made, and in the queue: the worker folds it.
            logger.exception("own_write_not_folded booking=%s", booking.id)
    return booking
