"""What ``hsl import`` can read, apart from it so that the other commands start without it."""

from enum import StrEnum


class Kind(StrEnum):
    """What a file holds."""

    bookings = "bookings"
    registrations = "registrations"
    events = "events"
