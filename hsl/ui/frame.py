"""What the frame around each page shows: the navigation, as far as it leads somewhere for this operator."""

from dataclasses import dataclass
from functools import cache

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
    Place("broadcasts", _("Broadcasts"), "send", "accounts.see_people"),
    Place("streams", _("Streams"), "users-group", "accounts.see_numbers"),
    Place("lessons", _("Lessons"), "school", "accounts.see_numbers"),
    Place("analytics", _("Analytics"), "chart-bar", "accounts.see_numbers"),
    Place("settings", _("Settings"), "settings", "accounts.manage_school"),
)


@cache
def _reverse(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def places(request: HttpRequest) -> list[dict[str, object]]:
    """The navigation of the signed-in operator: label, icon, url, and whether the page at hand is in it."""
    if not request.user.is_authenticated:
        return []
    return [
        {
            "label": place.label,
            "icon": place.icon,
            "url": place.url,
            "current": _holds(place.url, request.path),
        }
        for place in PLACES
        if place.url and request.user.has_perm(place.permission)
    ]


def _holds(url: str, path: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of every template: ``places``, ``lookup_url`` and ``health_url`` (None where there is none)."""
    return {
        "places": lambda: places(request),
        "lookup_url": _reverse("people_lookup"),
        "health_url": _reverse("health"),
    }
