"""Keys to the JSON API: made, shown once, recognised, revoked."""

import re
import secrets
from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Final, Literal

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthenticationError, HttpError
from ninja.security import HttpBearer

from hsl.accounts.audit import COMMAND_LINE, Actor, record
from hsl.accounts.models import ApiKey
from hsl.accounts.permissions import Permission, Role

_SHAPE = re.compile(r"hsl_([0-9a-f]{8})_[A-Za-z0-9_-]{43}", re.ASCII)
_USE_SAMPLED_EVERY = timedelta(minutes=5)

EVERY_KEY: Final = "every_key"
"""What an endpoint needs that is open to every live key."""


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()


@transaction.atomic
def create_api_key(name: str, role: str, *, actor: Actor = COMMAND_LINE) -> str:
    """Make a key called ``name`` and return it. This is the only moment in which the key can be seen.

    Raises ValueError where the name is empty or over 64 characters, or the role is none of ours.
    """
    name = name.strip()
    if not 0 < len(name) <= 64:
        raise ValueError("name: give the key a name of 1 to 64 characters")
    if role not in Role.values:
        raise ValueError(f"role: {role!r} is none of {', '.join(Role.values)}")
    prefix = secrets.token_hex(4)
    key = f"hsl_{prefix}_{secrets.token_urlsafe(32)}"
    made = ApiKey.objects.create(name=name, role=role, prefix=prefix, digest=_digest(key))
    record(actor, "api_key.create", f"api_key:{made.pk}", after={"name": name, "role": role})
    return key


@transaction.atomic
def revoke_api_key(api_key: ApiKey, *, actor: Actor) -> None:
    """Make ``api_key`` open nothing from the next request on. Revoking twice is revoking once."""
    now = timezone.now()
    if ApiKey.objects.filter(pk=api_key.pk, revoked_at=None).update(revoked_at=now):
        record(actor, "api_key.revoke", f"api_key:{api_key.pk}", after={"name": api_key.name})


@transaction.atomic
def revoke_called(name: str, *, actor: Actor = COMMAND_LINE) -> ApiKey:
    """Revoke the one live key whose name, or beginning (``hsl_`` and its prefix), is ``name``, and return it.

    Raises ValueError where no live key is called so, or more than one.
    """
    name = name.strip()
    live = ApiKey.objects.filter(revoked_at=None).order_by("pk")
    found = list(live.filter(Q(name=name) | Q(prefix=name.removeprefix("hsl_"))))
    if not found:
        raise ValueError(f"name: no live key is called {name!r}; hsl api-key list names them")
    if len(found) > 1:
        those = ", ".join(f"hsl_{key.prefix}" for key in found)
        raise ValueError(f"name: {len(found)} keys are called {name!r}; give the beginning of one: {those}")
    revoke_api_key(found[0], actor=actor)
    return found[0]


def find_api_key(key: str) -> ApiKey | None:
    """The live key that ``key`` is, if any. Compares bytes in constant time, whatever the text holds."""
    shape = _SHAPE.fullmatch(key)
    if shape is None:
        return None
    found = ApiKey.objects.filter(prefix=shape[1], revoked_at=None).first()
    if found is None or not compare_digest(bytes(found.digest), _digest(key)):
        return None
    _note_use(found)
    return found


def _note_use(api_key: ApiKey) -> None:
    """Write the time of use at most once in five minutes, so that a busy key makes no hot row."""
    stale = timezone.now() - _USE_SAMPLED_EVERY
    if api_key.last_used_at is None or api_key.last_used_at < stale:
        ApiKey.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=stale), pk=api_key.pk).update(
            last_used_at=timezone.now()
        )


def authenticate(request: HttpRequest) -> ApiKey | None:
    """The key that the request carries in ``Authorization: Bearer …``, or None. Cookies count for nothing."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    return find_api_key(key.strip()) if scheme.lower() == "bearer" else None


class BearerKey(HttpBearer):
    """django-ninja's ``auth=``, by which an endpoint says what it needs: a permission, or ``EVERY_KEY``. The API's
    own, which holds where an endpoint says nothing, opens to no key.

    401 without a live key, 403 where the key's role lacks what is needed.
    """

    def __init__(self, needs: Permission | Literal["every_key"] | None = None) -> None:
        """``needs``: what the endpoint needs; None where it says nothing."""
        super().__init__()
        self._needs = needs

    def __call__(self, request: HttpRequest) -> ApiKey | None:
        """The key, for ninja to keep on the request. Raises HttpError, 403, where it does not open the endpoint."""
        found = authenticate(request)
        if found is not None:
            self._refuse_who_may_not(found)
        return found

    def authenticate(self, request: HttpRequest, token: str) -> ApiKey | None:  # noqa: ARG002 - ninja's signature
        """The key called ``token``."""
        return find_api_key(token)

    def _refuse_who_may_not(self, key: ApiKey) -> None:
        if self._needs is None:
            raise HttpError(
                403, "This endpoint names no permission, so it opens to no key: report it as a mistake"
            )
        if self._needs != EVERY_KEY and not key.has_perm(self._needs):
            lacking = self._needs.removeprefix("accounts.")
            raise HttpError(403, f"The role of this key ({key.role}) lacks the permission {lacking}")


def key_of(request: HttpRequest) -> ApiKey:
    """The key that is at work, for an endpoint that a ``BearerKey`` opened: nobody else comes so far.

    Raises ninja's AuthenticationError (401) where there is none, for the endpoint took no ``BearerKey``.
    """
    found = getattr(request, "auth", None)
    if not isinstance(found, ApiKey):
        raise AuthenticationError
    return found
