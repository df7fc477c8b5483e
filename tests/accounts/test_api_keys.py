"""Keys to the JSON API: shown once, kept as a digest, recognised, revoked."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core import serializers
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from ninja.errors import AuthenticationError, HttpError
from pytest_django import DjangoAssertNumQueries

from hsl.accounts.api_keys import (
    EVERY_KEY,
    BearerKey,
    authenticate,
    create_api_key,
    find_api_key,
    key_of,
    revoke_api_key,
)
from hsl.accounts.models import ApiKey, AuditEntry
from hsl.accounts.permissions import Permission, Role

pytestmark = pytest.mark.django_db


def asking(authorization: str) -> HttpRequest:
    """A request with this header."""
    return RequestFactory().get("/api/stats", headers={"Authorization": authorization})


def test_a_key_is_recognised() -> None:
    key = create_api_key("bot", Role.MANAGER)

    found = authenticate(asking(f"Bearer {key}"))

    assert found is not None
    assert (found.name, found.role) == ("bot", Role.MANAGER)


def test_the_scheme_may_be_written_in_any_case() -> None:
    assert authenticate(asking(f"bearer  {create_api_key('bot', Role.MANAGER)}"))


def test_nothing_that_is_kept_or_logged_holds_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = create_api_key("bot", Role.OWNER)
    assert authenticate(asking(f"Bearer {key}"))
    assert not authenticate(asking(f"Bearer {key[:-1]}"))

    secret = key.split("_", 2)[2]
    rows = [*ApiKey.objects.all(), *AuditEntry.objects.all()]
    assert secret not in serializers.serialize("json", rows)
    assert secret not in caplog.text
    assert len(bytes(ApiKey.objects.get().digest)) == 32


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Basic {key}", "{key}", "Bearer {key}x", "Bearer {key}\u0436", "Bearer \x00"],
)
def test_what_is_not_exactly_a_key_opens_nothing(authorization: str) -> None:
    key = create_api_key("bot", Role.OWNER)

    assert authenticate(asking(authorization.format(key=key))) is None


def test_the_right_beginning_with_another_secret_opens_nothing() -> None:
    key = create_api_key("bot", Role.OWNER)
    other = create_api_key("site", Role.OWNER)

    assert find_api_key(key[:13] + other[13:]) is None


@given(st.text())
def test_no_text_is_an_error(text: str) -> None:
    assert find_api_key(text) is None


def test_a_revoked_key_opens_nothing() -> None:
    key = create_api_key("bot", Role.OWNER)
    kept = ApiKey.objects.get()

    revoke_api_key(kept, actor=None)
    revoke_api_key(kept, actor=None)

    assert find_api_key(key) is None
    assert AuditEntry.objects.filter(act="api_key.revoke").count() == 1


def test_the_time_of_use_is_written_once_in_five_minutes(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    key = create_api_key("bot", Role.OWNER)

    with django_assert_num_queries(2):
        find_api_key(key)
    with django_assert_num_queries(1):
        find_api_key(key)
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(minutes=6))
    find_api_key(key)

    used = ApiKey.objects.get().last_used_at
    assert used is not None
    assert timezone.now() - used < timedelta(minutes=1)


def test_an_endpoint_opens_to_the_key_that_may_use_it() -> None:
    request = asking(f"Bearer {create_api_key('bot', Role.ANALYST)}")

    for needs in (Permission.SEE_NUMBERS, EVERY_KEY):
        found = BearerKey(needs)(request)
        assert found is not None
        assert found.name == "bot"


@pytest.mark.parametrize("needs", [Permission.SEE_NUMBERS, EVERY_KEY, None])
def test_an_endpoint_opens_to_nobody_without_a_key(needs: Any) -> None:
    assert BearerKey(needs)(asking("")) is None


def test_an_endpoint_answers_403_to_a_role_without_the_right() -> None:
    with pytest.raises(HttpError, match="move_people") as refused:
        BearerKey(Permission.MOVE_PEOPLE)(asking(f"Bearer {create_api_key('bot', Role.ANALYST)}"))

    assert refused.value.status_code == 403


def test_a_request_that_no_key_opened_has_none() -> None:
    with pytest.raises(AuthenticationError):
        key_of(asking(f"Bearer {create_api_key('bot', Role.OWNER)}"))


@pytest.mark.parametrize(
    ("name", "role", "field"), [("", "owner", "name"), ("x" * 65, "owner", "name"), ("bot", "king", "role")]
)
def test_a_key_that_makes_no_sense_is_not_made(name: str, role: str, field: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}:"):
        create_api_key(name, role)

    assert not ApiKey.objects.exists()
