"""What settings.py reads from the environment, checked: what can't be used is refused in a sentence that names it."""

import ipaddress
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured


def public_url(text: str) -> SplitResult:
    """``HSL_PUBLIC_URL``: the address under which people reach the pages; empty where there is none.

    Raises:
        ImproperlyConfigured: it is not the address of a site.
    """
    wrong = ImproperlyConfigured(
        f"HSL_PUBLIC_URL is not the address of a site ({text!r}): write it like https://school.example"
    )
    try:
        found = urlsplit(text)
        usable = found.scheme in {"http", "https"} and found.hostname and found.port != 0
        if found.hostname and ":" in found.hostname:
            ipaddress.IPv6Address(found.hostname)
    except ValueError:
        raise wrong from None
    if text and not usable:
        raise wrong
    return found


def trusted_proxies(text: str) -> int:
    """``HSL_TRUSTED_PROXIES``: how many proxies before us add to ``X-Forwarded-For``.

    Raises:
        ImproperlyConfigured: it is not a number of proxies.
    """
    if not (text.isascii() and text.isdigit()):
        raise ImproperlyConfigured(
            f"HSL_TRUSTED_PROXIES is not a number of proxies ({text!r}): give 0, or how many stand before us"
        )
    return int(text)


def time_zone(text: str) -> str:
    """``HSL_TIME_ZONE``: the school's time zone by its name in the tz database; empty where the school keeps its own.

    Raises:
        ImproperlyConfigured: no zone is called so.
    """
    if text:
        try:
            ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ImproperlyConfigured(
                f"HSL_TIME_ZONE is no time zone ({text!r}): give a name of the tz database, like Europe/Moscow"
            ) from None
    return text
