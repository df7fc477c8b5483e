"""A key opens what its role may do, and nothing else opens anything."""

from collections.abc import Callable

import psycopg
import pytest
from django.test import Client

from hsl.accounts.api_keys import create_api_key, find_api_key, revoke_api_key
from hsl.accounts.permissions import PERMISSIONS, Permission, Role, allows
from hsl.api import api
from tests import cast
from tests.api.conftest import Program
from tests.api.endpoints import ENDPOINTS, Endpoint

every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")


def test_the_list_of_endpoints_is_whole() -> None:
    described = {
        (method.upper(), path)
        for path, operations in api.get_openapi_schema()["paths"].items()
        for method in operations
    }
    assert described | {("GET", "/api/openapi.json")} == {(e.method, e.path) for e in ENDPOINTS}


@every_endpoint
@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_it_may(endpoint: Endpoint, role: Role, program: Callable[[str], Program]) -> None:
    answer = program(role)(endpoint.method, endpoint.url, endpoint.body)

    allowed = endpoint.needs is None or allows(role, endpoint.needs)
    assert (answer.status_code != 403) == allowed
    assert answer.status_code < 500
    assert answer.headers["Content-Type"].startswith("application/json")


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.needs], ids=lambda e: f"{e.method} {e.path}")
def test_an_endpoint_asks_for_just_the_permission_that_it_names(
    endpoint: Endpoint, program: Callable[[str], Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert endpoint.needs
    call = program(Role.ANALYST)
    monkeypatch.setitem(PERMISSIONS, Role.ANALYST, frozenset(Permission) - {endpoint.needs})
    assert call(endpoint.method, endpoint.url, endpoint.body).status_code == 403
    monkeypatch.setitem(PERMISSIONS, Role.ANALYST, frozenset({endpoint.needs}))
    assert call(endpoint.method, endpoint.url, endpoint.body).status_code != 403


@pytest.mark.urls("tests.api.forgetful")
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_endpoint_that_names_no_permission_opens_to_no_key(
    program: Callable[[str], Program], role: Role, method: str
) -> None:
    answer = program(role)(method, "/api/forgotten", {})

    assert answer.status_code == 403
    assert "names no permission" in answer.json()["detail"]


@every_endpoint
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer ключ",
        "Basic YTpi",
        "Bearer hsl_00000000_" + "a" * 43,
    ],
)
def test_without_a_live_key_there_is_401_in_json(
    endpoint: Endpoint, authorization: str | None, school: psycopg.Connection
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = Client(headers=headers).generic(endpoint.method, endpoint.url, "{}", "application/json")

    assert answer.status_code == 401
    assert "API key" in answer.json()["detail"]
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_session_is_no_key(school: psycopg.Connection) -> None:
    assert cast.signed_in(cast.hire().owner).get("/api/users").status_code == 401


def test_a_revoked_key_opens_nothing(school: psycopg.Connection) -> None:
    key = create_api_key("once", Role.OWNER)
    client = Client(headers={"Authorization": f"Bearer {key}"})
    assert client.get("/api/users").status_code == 200

    found = find_api_key(key)
    assert found is not None
    revoke_api_key(found, actor=None)
    assert client.get("/api/users").status_code == 401
