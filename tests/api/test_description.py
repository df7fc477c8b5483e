"""The API keeps what its OpenAPI description says, whatever is sent; and its page and docs tell of every endpoint."""

import json
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.core import NotSet
from schemathesis.core.result import Ok

from hsl.accounts.permissions import Role
from hsl.api import api
from hsl.api_docs import endpoints
from tests import cast
from tests.api.conftest import Program
from tests.api.endpoints import ENDPOINTS
from tests.people import schools

DESCRIPTION = json.loads(json.dumps(dict(api.get_openapi_schema())))
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)}


def send(program: Program, case: Any) -> Any:
    """A generated request, with a key that is good."""
    query = urlencode(case.query, doseq=True)
    body = None
    if not isinstance(case.body, NotSet):
        body = json.dumps(case.body, default=str).encode()
    return program(case.method, f"{case.formatted_path}?{query}", body)


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("mode", GenerationMode)
def test_it_answers_as_described(
    school: psycopg.Connection, owner: Program, label: str, mode: GenerationMode
) -> None:
    schools.fill(school, 1, people=10)
    operation = OPERATIONS[label]

    @settings(
        max_examples=15,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def every_case_is_answered(case: Any) -> None:
        answer = send(owner, case)

        assert answer.status_code in {200, 400, 404, 405, 409, 422}, (case, answer.content)
        assert answer.headers["Content-Type"].startswith("application/json")
        if answer.status_code != 200:
            assert isinstance(answer.json()["detail"], str)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the generator, about its own strategies
        try:
            every_case_is_answered()
        except Exception as error:
            if type(error).__name__ not in {"Unsatisfiable", "SkipTest", "Skipped"}:
                raise


def test_a_page_of_bookings_is_described_as_what_it_is(owner: Program, school: psycopg.Connection) -> None:
    content = DESCRIPTION["paths"]["/api/bookings"]["get"]["responses"]["200"]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    answer = owner("GET", "/api/bookings").json()

    assert set(DESCRIPTION["components"]["schemas"][name]["properties"]) == set(answer)


def test_the_description_opens_by_key_alone(owner: Program, school: psycopg.Connection) -> None:
    assert owner("GET", "/api/openapi.json").json() == DESCRIPTION
    assert Client().get("/api/openapi.json").status_code == 401


@pytest.mark.parametrize("role", Role)
def test_the_page_tells_every_operator_of_every_endpoint(school: psycopg.Connection, role: Role) -> None:
    page = cast.signed_in(cast.hire().by_role(role)).get("/docs/api").content.decode()

    for endpoint in ENDPOINTS[:-1]:
        assert f"{endpoint.method} {endpoint.path}" in page
    assert "<script>" not in page
    assert "style=" not in page
    assert {(each.method, each.path) for each in endpoints()} == {(e.method, e.path) for e in ENDPOINTS[:-1]}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: f"{e.method} {e.path}")
def test_the_docs_tell_of_every_endpoint_and_its_parameters(endpoint: Any) -> None:
    text = Path("docs/api.md").read_text(encoding="utf-8")

    assert f"`{endpoint.method} {endpoint.path}`" in text
    operation = DESCRIPTION["paths"].get(endpoint.path, {}).get(endpoint.method.lower(), {})
    for parameter in operation.get("parameters", []):
        assert f"`{parameter['name']}`" in text
