"""What settings.py reads from the environment, checked: what can't be used is refused in a sentence that names it."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

FASTEST = 1000
"""Messages a second with paid broadcasts (Bot API, allow_paid_broadcast)."""


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


def bot_token(text: str) -> str:
    """``HSL_BOT_TOKEN``: the token of the bot that sends; empty where nothing is sent.

    Raises:
        ImproperlyConfigured: it is not a bot's token. The message does not repeat it: it is a secret.
    """
    if text and not re.fullmatch(r"[0-9]{1,18}:[A-Za-z0-9_-]+", text):
        raise ImproperlyConfigured(
            "HSL_BOT_TOKEN is not a bot's token: give it as BotFather wrote it, a number, a colon and letters"
        )
    return text


def telegram_api_url(text: str) -> str:
    """``HSL_TELEGRAM_API_URL``: the address of the Bot API server, without a slash at its end; by default Telegram's.

    Raises:
        ImproperlyConfigured: it is not such an address.
    """
    found = urlsplit(text or "https://api.telegram.org")
    if found.scheme not in {"http", "https"} or not found.hostname or found.query or found.fragment:
        raise ImproperlyConfigured(
            f"HSL_TELEGRAM_API_URL is not the address of a Bot API server ({text!r}): write it like http://127.0.0.1:8081"
        )
    return found.geturl().rstrip("/")


def send_rate(text: str) -> float | None:
    """``HSL_SEND_RATE``: messages a second that the bot may send, all workers together; None for the default.

    Raises:
        ImproperlyConfigured: it is not a rate from 1 to 1000.
    """
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= FASTEST:
        raise ImproperlyConfigured(
            f"HSL_SEND_RATE is not a number of messages a second ({text!r}): give 1 to {FASTEST}"
        )
    return float(text)


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
