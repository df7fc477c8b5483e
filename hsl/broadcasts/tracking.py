"""Links of a message that tell who followed them: ``/r/<code>``.

A code names a link and a person and is signed, so there is no row a person and link, and nobody can make one up or
change one into another's. It leads to the address that is stored with the link, nowhere else.
"""

import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import SplitResult

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.encoding import force_bytes

from hsl.broadcasts.content import Content, tracked_urls
from hsl.broadcasts.models import Click, Link
from hsl.school.events import write_event

CLICKED = "broadcast_link_clicked"
_NAMED = struct.Struct(">Iq")
_SIGNATURE = 9
"""Bytes: 72 bits, which nobody guesses over a network; more would only make links longer."""


class Followed(NamedTuple):
    """Which link a code is of, and whose copy it stood in."""

    link_id: int
    user_id: int


class Tracker:
    """Gives the tracked address of each of a message's links for a person; one that is not stored leads straight."""

    def __init__(self, base: str, links: Mapping[str, int]) -> None:
        """``base``: where we are reached, without a slash at its end; ``links``: the id of each address."""
        self._base, self._links = base, links

    def __call__(self, url: str, user_id: int) -> str:
        """``url`` as it goes to the person."""
        link_id = self._links.get(url)
        return url if link_id is None else f"{self._base}/r/{code(link_id, user_id)}"


def public_base() -> str:
    """Where people reach us from outside (``HSL_PUBLIC_URL``); empty where they don't, and nothing is tracked."""
    public: SplitResult = settings.PUBLIC_URL
    return f"{public.scheme}://{public.netloc}" if public.netloc else ""


def store_links(message_id: int, content: Content) -> None:
    """Store the links of a message that is about to go out, or was edited; those that are stored stay."""
    urls = tracked_urls(content) if content.tracked and public_base() else []
    Link.objects.bulk_create([Link(message_id=message_id, url=url) for url in urls], ignore_conflicts=True)


def tracker(message_id: int) -> Tracker | None:
    """What makes the links of a message tracked ones; None where nobody outside reaches us."""
    base = public_base()
    links = dict(Link.objects.filter(message_id=message_id).values_list("url", "pk"))
    return Tracker(base, links) if base else None


def code(link_id: int, user_id: int) -> str:
    """What stands after ``/r/`` for a link in the copy of a person: 28 letters."""
    named = _NAMED.pack(link_id, user_id)
    return urlsafe_b64encode(named + _sign(named, settings.SECRET_KEY)).decode()


def followed(text: str) -> Followed | None:
    """What a code says; None for one that we did not make."""
    try:
        raw = urlsafe_b64decode(text.encode("ascii"))
    except (BadBase64, ValueError):
        return None
    named, signature = raw[: _NAMED.size], raw[_NAMED.size :]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if len(raw) != _NAMED.size + _SIGNATURE or not any(
        hmac.compare_digest(signature, _sign(named, key)) for key in keys
    ):
        return None
    return Followed(*_NAMED.unpack(named))


def click(link: Link, user_id: int) -> None:
    """Count that a person followed a link, and write the event.

    Raises ConflictError where the events can't be written; the click is counted all the same.
    """
    with transaction.atomic():
        again = Click.objects.filter(link=link, user_id=user_id).update(times=F("times") + 1, last_at=Now())
        if not again:
            Click.objects.bulk_create(
                [Click(link=link, user_id=user_id, times=1, first_at=Now(), last_at=Now())],
                update_conflicts=True,
                unique_fields=["link", "user_id"],
                update_fields=["last_at"],
            )
    write_event(user_id, CLICKED, {"message_id": link.message_id, "link_id": link.pk, "url": link.url})


def _sign(named: bytes, key: str | bytes) -> bytes:
    return hmac.digest(_derived(key), named, "sha256")[:_SIGNATURE]


@cache
def _derived(key: str | bytes) -> bytes:
    """A key for this purpose alone."""
    return sha256(b"hsl.broadcasts.tracking" + force_bytes(key)).digest()
