"""The event types that bots of this kind write, by readable names."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EVENT_TYPES: dict[str, Promise] = {
    "start_command": _("Started the bot"),
    "view_program": _("Looked at the program"),
    "free_lesson_info_viewed": _("Read about the free lesson"),
    "free_lesson_registration_started": _("Began to register for a lesson"),
    "free_lesson_registered": _("Registered for a lesson"),
    "free_lesson_reminder_sent": _("Was reminded of the lesson"),
    "lesson_link_clicked": _("Came to the lesson"),
    "booking_created": _("Made a booking"),
    "payment_proof_uploaded": _("Sent proof of payment"),
    "booking_status_changed": _("Booking's status changed"),
    "payment_approved": _("Payment approved"),
    "booking_cancelled": _("Booking cancelled"),
    "referral_code_used": _("Used a referral code"),
    "broadcast_link_clicked": _("Followed a link of a message"),
}


def event_name(event_type: str | None) -> str:
    """What to call an event in the reader's language; a type that nobody told us of goes by its own name."""
    if not event_type:
        return str(_("Event without a type"))
    return str(EVENT_TYPES.get(event_type, event_type))
