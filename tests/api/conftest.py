"""Programs that call the API, each with a key of its own."""

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.test import Client

from hsl.accounts.api_keys import create_api_key
from hsl.accounts.permissions import Role

Program = Callable[..., Any]
"""Called with a method, an address and perhaps a body; gives the test client's answer. ``query``: a query string as it
stands in WSGI, a character a byte."""


@pytest.fixture
def program(school: psycopg.Connection) -> Callable[[str], Program]:
    """Makes a program with a key of the role: call it with a method, an address and perhaps a body."""

    def with_role(role: str) -> Program:
        key = create_api_key(f"a program of the {role}", role)
        client = Client(headers={"Authorization": f"Bearer {key}"})

        def call(method: str, url: str, body: Any = None, query: str = "") -> Any:
            return client.generic(method, url, *_sent(body), QUERY_STRING=query)

        return call

    return with_role


@pytest.fixture
def owner(program: Callable[[str], Program]) -> Program:
    """A program that may do everything."""
    return program(Role.OWNER)


def _sent(body: Any) -> tuple[Any, ...]:
    if body is None:
        return ()
    return (body if isinstance(body, bytes) else json.dumps(body), "application/json")
