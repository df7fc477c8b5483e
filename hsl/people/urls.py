"""Addresses of pages about people."""

from django.urls import path, register_converter

from hsl.people import views


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
    path("lookup", views.lookup, name="people_lookup"),
    path("<telegram_id:user_id>", views.person, name="person"),
]
