"""What pages call the specification's columns."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

COLUMN_NAMES: "dict[str, StrPromise]" = {
    "id": _("Number in the table"),
    "user_id": _("Person's Telegram id"),
    "username": _("@username"),
    "first_name": _("First name"),
    "course_id": _("Number of the course"),
    "course_stream": _("Stream"),
    "confirmed": _("Status"),
    "created_at": _("When"),
    "registered_at": _("When"),
    "referral_code": _("Referral code"),
    "discount_percent": _("Discount, %"),
    "email": _("Email"),
    "notification_sent": _("Reminded"),
    "lesson_type": _("Lesson"),
    "lesson_date": _("Lesson's date"),
    "event_type": _("Event"),
    "details": _("Details"),
}
