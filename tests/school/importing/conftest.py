"""A file of facts made of lines, and its import."""

import io
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.utils import translation

from hsl.school.importing.service import ImportResult, import_facts

Import = Callable[..., ImportResult]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def load(school: psycopg.Connection) -> Import:
    """Import lines of text (or bytes as they are) into a school without facts."""

    def run(kind: str, *lines: str | bytes, **options: Any) -> ImportResult:
        data = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
        return import_facts(kind, io.BytesIO(data), **options)

    return run
