"""Настройки: operators and API keys."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from hsl.accounts.api_keys import create_api_key, find_api_key
from hsl.accounts.models import ApiKey, AuditEntry, Operator
from hsl.accounts.permissions import Role
from hsl.accounts.presence import SAMPLED_EVERY
from tests import cast

pytestmark = pytest.mark.django_db

OPERATORS, KEYS = "/settings/operators/", "/settings/api-keys/"


@pytest.fixture
def staff() -> cast.Cast:
    """The operators."""
    return cast.hire()


@pytest.fixture
def client(staff: cast.Cast) -> Client:
    """The owner's browser, in English."""
    client = cast.signed_in(staff.owner)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def secret_of(page: str) -> str:
    """What a page shows once."""
    found = re.search(r'<code class="user-select-all[^>]*>([^<]+)</code>', page)
    assert found
    return found[1]


def test_a_new_operator_signs_in_with_the_password_shown_once(client: Client) -> None:
    asked = {"name": "Мария", "email": "maria@school.example", "role": "analyst"}
    answer = client.post(f"{OPERATORS}new/", asked)
    password = secret_of(answer.content.decode())

    assert "no-store" in answer.headers["Cache-Control"]
    assert password not in client.get(OPERATORS).content.decode()
    signing_in = Client().post("/account/sign-in/", {"login": "maria@school.example", "password": password})
    assert signing_in.headers["Location"] == "/"
    assert Operator.objects.get(name="Мария").role == Role.ANALYST


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "АННА"}, "called &#x27;АННА&#x27; already"),
        ({"name": "a@b"}, "a name has no @"),
        ({"name": ""}, "required"),
        ({"email": "nowhere"}, "valid email"),
        ({"email": "anna@school.example"}, "another operator has the email"),
        ({"role": "king"}, "Select a valid choice"),
    ],
)
def test_one_who_can_t_be_is_refused_and_nobody_is_made(
    client: Client, wrong: dict[str, str], said: str
) -> None:
    before = Operator.objects.count()
    answer = client.post(f"{OPERATORS}new/", {"name": "Мария", "email": "", "role": "analyst", **wrong})

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert Operator.objects.count() == before


def test_one_who_is_switched_off_is_out_at_the_next_click_and_comes_back_by_the_toast(
    client: Client, staff: cast.Cast
) -> None:
    browser = cast.signed_in(staff.manager)
    client.post(f"{OPERATORS}{staff.manager.pk}/off/")
    assert browser.get("/account/").status_code == 302

    toast = client.get(OPERATORS).content.decode()
    assert f'action="{OPERATORS}{staff.manager.pk}/on/"' in toast
    client.post(f"{OPERATORS}{staff.manager.pk}/on/")
    assert browser.get("/account/").status_code == 200
    assert list(AuditEntry.objects.order_by("-id").values_list("act", flat=True)[:2]) == [
        "operator.switch_on",
        "operator.switch_off",
    ]


def test_the_last_owner_stays(client: Client, staff: cast.Cast) -> None:
    client.post(f"{OPERATORS}{staff.owner.pk}/off/")
    client.post(f"{OPERATORS}{staff.owner.pk}/role/", {"role": "analyst"})

    staff.owner.refresh_from_db()
    assert (staff.owner.is_active, staff.owner.role) == (True, Role.OWNER)
    assert "needs an owner" in client.get(OPERATORS).content.decode()


def test_an_owner_who_is_switched_off_does_not_count_as_one(client: Client, staff: cast.Cast) -> None:
    Operator.objects.filter(pk=staff.switched_off.pk).update(role=Role.OWNER)
    client.post(f"{OPERATORS}{staff.owner.pk}/off/")

    assert Operator.objects.get(pk=staff.owner.pk).is_active


def test_with_another_owner_one_may_go(client: Client, staff: cast.Cast) -> None:
    client.post(f"{OPERATORS}{staff.manager.pk}/role/", {"role": "owner"})
    client.post(f"{OPERATORS}{staff.owner.pk}/role/", {"role": "analyst"})

    assert Operator.objects.get(pk=staff.owner.pk).role == Role.ANALYST
    assert client.get(OPERATORS).status_code == 403


def test_a_role_that_is_none_changes_nothing(client: Client, staff: cast.Cast) -> None:
    for bad in ({"role": "king"}, {}):
        client.post(f"{OPERATORS}{staff.manager.pk}/role/", bad)

    assert Operator.objects.get(pk=staff.manager.pk).role == Role.MANAGER


def test_a_new_password_is_given_after_a_question(client: Client, staff: cast.Cast) -> None:
    browser = cast.signed_in(staff.manager)
    address = f"{OPERATORS}{staff.manager.pk}/password/"
    assert "their second factor is off" in client.get(address).content.decode()
    assert browser.get("/account/").status_code == 200

    password = secret_of(client.post(address).content.decode())
    assert browser.get("/account/").status_code == 302
    signing_in = Client().post("/account/sign-in/", {"login": "Борис", "password": password})
    assert signing_in.headers["Location"] == "/"


def test_the_list_says_when_each_was_last_seen(client: Client, staff: cast.Cast) -> None:
    assert Operator.objects.get(pk=staff.manager.pk).last_seen_at is None
    cast.signed_in(staff.manager).get("/account/")
    seen = Operator.objects.get(pk=staff.manager.pk).last_seen_at
    cast.signed_in(staff.manager).get("/account/")

    assert seen is not None
    assert timezone.now() - seen < timedelta(minutes=1)
    assert Operator.objects.get(pk=staff.manager.pk).last_seen_at == seen, "one write in five minutes"
    Operator.objects.update(last_seen_at=seen - SAMPLED_EVERY)
    cast.signed_in(staff.manager).get("/account/")
    again = Operator.objects.get(pk=staff.manager.pk).last_seen_at
    assert again is not None
    assert again >= seen


def test_a_key_is_shown_once_and_opens_the_api(client: Client) -> None:
    answer = client.post(f"{KEYS}new/", {"name": "Сайт", "role": "analyst"})
    key = secret_of(answer.content.decode())

    assert "no-store" in answer.headers["Cache-Control"]
    assert find_api_key(key) is not None
    page = client.get(KEYS).content.decode()
    assert "Сайт" in page
    assert key not in page


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "x" * 65}, {"role": "king"}])
def test_a_key_that_can_t_be_is_not_made(client: Client, wrong: dict[str, str]) -> None:
    assert client.post(f"{KEYS}new/", {"name": "Сайт", "role": "analyst", **wrong}).status_code == 400
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_after_a_question(client: Client) -> None:
    key = create_api_key("Сайт", Role.ANALYST)
    address = f"{KEYS}{ApiKey.objects.get().pk}/revoke/"
    assert "refused from its next request" in client.get(address).content.decode()
    assert find_api_key(key) is not None

    client.post(address)
    assert find_api_key(key) is None
    assert "1 revoked key" in client.get(KEYS).content.decode()


def test_who_or_what_is_not_there_is_no_page(client: Client) -> None:
    for number in (99999, 10**30):
        assert client.get(f"{KEYS}{number}/revoke/").status_code == 404
        for act in ("off", "on", "role", "password"):
            assert client.post(f"{OPERATORS}{number}/{act}/").status_code == 404
