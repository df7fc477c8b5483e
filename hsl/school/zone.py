"""The school as pages show it: its name, and its time zone, in which every page tells the time."""

import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from hsl.refusal import Refusal
from hsl.school.models import School

_KEPT_SECONDS = 5.0


@dataclass(frozen=True)
class ShownSchool:
    """The school's name (empty until somebody gives it), time zone, and language (empty: the browser's)."""

    name: str
    zone: ZoneInfo
    language: str


_kept: tuple[float, ShownSchool] | None = None


def shown_school() -> ShownSchool:
    """The school, at most five seconds old: one query a process in that time, not one a page."""
    global _kept  # noqa: PLW0603 - one tuple, swapped whole
    now = monotonic()
    if _kept is None or now - _kept[0] > _KEPT_SECONDS:
        _kept = (now, _read())
    return _kept[1]


def forget_school() -> None:
    """Make the next page read the school anew; call it after changing it."""
    global _kept  # noqa: PLW0603 - one tuple, swapped whole
    _kept = None


def _read() -> ShownSchool:
    row = School.objects.first() or School()
    return ShownSchool(row.name, zone_called(row.time_zone), row.language)


def school_zone() -> ZoneInfo:
    """The time zone in which the school's days begin and end, as it is now."""
    return zone_called((School.objects.first() or School()).time_zone)


def zone_called(name: str) -> ZoneInfo:
    """The time zone of this name; UTC where this machine knows none."""
    try:
        return ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def set_time_zone(conn: psycopg.Connection[Any], name: str) -> None:
    """Make ``name`` the school's time zone, where it is not empty and differs; the next fold counts all days anew.

    Raises:
        Refusal: the server knows no such zone. It counts the days, by its own list.
    """
    if not name:
        return
    if conn.execute("SELECT FROM pg_timezone_names WHERE name = %s", [name]).fetchone() is None:
        raise Refusal(
            f"HSL_TIME_ZONE is no time zone of this PostgreSQL ({name!r}): "
            "give a name out of its list, pg_timezone_names."
        )
    conn.execute("UPDATE hsl.school SET time_zone = %s WHERE time_zone <> %s", [name, name])
    forget_school()


class ZoneMiddleware:
    """Tells the time of each page in the school's zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(shown_school().zone):
            return self.get_response(request)


def school(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001 - Django's signature
    """Context of every template: ``school``."""
    return {"school": shown_school}
