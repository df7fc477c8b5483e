"""What the frame around each page shows: the navigation, and that of Настройки, as far as they lead somewhere for this
operator."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """An entry of the navigation: the name of its URL, and the permission without which it is not shown."""

    url_name: str
    label: Promise | str
    icon: str
    permission: str

    @property
    def url(self) -> str | None:
        """Where it leads; None while no room has such a page."""
        return _reverse(self.url_name)


PLACES = (
    Place("overview", _("Overview"), "home", "accounts.see_numbers"),
    Place("people", _("People"), "users", "accounts.see_people"),
    Place("broadcasts", _("Broadcasts"), "send", "accounts.see_broadcasts"),
    Place("streams", _("Streams"), "users-group", "accounts.see_numbers"),
    Place("lessons", _("Lessons"), "school", "accounts.see_numbers"),
    Place("analytics", _("Analytics"), "chart-bar", "accounts.see_numbers"),
    Place("settings", _("Settings"), "settings", "accounts.manage_school"),
)

SETTINGS = (
    Place("settings", _("School"), "building", "accounts.manage_school"),
    Place("settings_streams", _("Streams and courses"), "users-group", "accounts.manage_school"),
    Place("settings_lessons", _("Lessons' names"), "school", "accounts.manage_school"),
    Place("settings_bot", _("Bot and broadcasts"), "send", "accounts.manage_bot"),
    Place("operators", _("Operators"), "users", "accounts.manage_operators"),
    Place("api_keys", _("API keys"), "key", "accounts.manage_api_keys"),
    Place("integrity", _("Integrity"), "shield-check", "accounts.manage_school"),
    Place("jobs", _("Background work"), "loader", "accounts.move_people"),
    Place("record", _("Record of acts"), "history", "accounts.see_audit"),
)
"""The pages of Настройки; the first is where the navigation leads."""

ELSEWHERE = (
    Place("bookings", _("Bookings"), "ticket", "accounts.see_people"),
    Place("registrations", _("Registrations"), "school", "accounts.see_people"),
    Place("events", _("Events"), "bolt", "accounts.see_people"),
    Place("imports", _("Import"), "table", "accounts.import_facts"),
)
"""Pages behind doors of other pages, which the look-up finds too."""


@cache
def _reverse(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


class ShownPlace(NamedTuple):
    """An entry as a page shows it; ``current``: whether the page at hand is in it."""

    label: Promise | str
    icon: str
    url: str
    current: bool


def places(request: HttpRequest) -> list[ShownPlace]:
    """The navigation of the signed-in operator."""
    return _shown(request, PLACES, at=lambda url: url != "/" and request.path.startswith(url))


def settings_places(request: HttpRequest) -> list[ShownPlace]:
    """The navigation beside the pages of Настройки; nothing beside others."""
    first = SETTINGS[0].url
    if not first or not request.path.startswith(first):
        return []
    return _shown(request, SETTINGS, at=lambda url: url != first and request.path.startswith(url))


def found_places(request: HttpRequest, text: str) -> list[ShownPlace]:
    """The pages that this operator may open with ``text`` in their name."""
    everywhere = [*places(request), *_shown(request, ELSEWHERE + SETTINGS[1:], at=lambda _url: False)]
    return [place for place in everywhere if text.casefold() in str(place.label).casefold()]


def _shown(request: HttpRequest, entries: tuple[Place, ...], at: Callable[[str], bool]) -> list[ShownPlace]:
    if not request.user.is_authenticated:
        return []
    return [
        ShownPlace(place.label, place.icon, url, request.path == url or at(url))
        for place in entries
        if (url := place.url) and request.user.has_perm(place.permission)
    ]


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of every template: ``places``, ``settings_places``, ``sees_people`` (whether the operator may open lists
    of people, found once a page); ``lookup_url``, ``health_url`` and ``bot_url`` (None for none)."""
    return {
        "places": lambda: places(request),
        "settings_places": lambda: settings_places(request),
        "sees_people": cache(lambda: request.user.has_perm("accounts.see_people")),
        "lookup_url": _reverse("people_lookup"),
        "health_url": _reverse("health"),
        "bot_url": _reverse("bot_health"),
    }
