"""Addresses of pages about people."""

from django.urls import path, register_converter

from hsl.people import export_views, move_views, person_views, views


class TelegramId:
    """A Telegram id in an address. A group chat's is negative (Bot API, Chat)."""

    regex = "-?[0-9]{1,19}"

    def to_python(self, digits: str) -> int:
        """Django's hook."""
        return int(digits)

    def to_url(self, telegram_id: int) -> str:
        """Django's hook."""
        return str(telegram_id)


register_converter(TelegramId, "telegram_id")

urlpatterns = [
    path("", views.people, name="people"),
    path("whole", views.people_whole, name="people_whole"),
    path("count", views.people_count, name="people_count"),
    path("export.csv", export_views.export, name="people_export"),
    path("lookup", views.lookup, name="people_lookup"),
    path("move", move_views.move, name="people_move"),
    path("moves/<int:entry_id>", move_views.moving, name="people_moving"),
    path("moves/<int:entry_id>/undo", move_views.undo, name="people_undo"),
    path("<telegram_id:user_id>", person_views.person, name="person"),
    path("<telegram_id:user_id>/move", person_views.move, name="person_move"),
    path("bookings/<int:booking_id>", person_views.change_booking, name="booking_change"),
    path("acts/<int:entry_id>/undo", person_views.undo, name="undo"),
]
