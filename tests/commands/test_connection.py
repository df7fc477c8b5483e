"""``DATABASE_URL``, as libpq reads it."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from hsl.connection import database_settings


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p%40ss@db.example:5433/school",
        "postgres://u:p%40ss@db.example:5433/school",
        "postgresql+asyncpg://u:p%40ss@db.example:5433/school",
    ],
)
def test_an_address_is_taken_apart_whatever_its_spelling(url: str) -> None:
    found = database_settings(url)
    assert [found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "school",
        "u",
        "p@ss",
        "db.example",
        "5433",
    ]


@pytest.mark.parametrize(
    "url", ["postgresql://u@%2Fvar%2Frun/school", "postgresql://u@/school?host=/var/run"]
)
def test_a_socket_can_be_named(url: str) -> None:
    assert database_settings(url)["HOST"] == "/var/run"


def test_our_schema_comes_first_and_other_options_stay() -> None:
    options = database_settings("postgresql://h/school?sslmode=require&options=-c%20work_mem%3D64MB")[
        "OPTIONS"
    ]
    assert options["options"] == "-c work_mem=64MB -c search_path=hsl,public -c jit=off"
    assert options["sslmode"] == "require"


def test_without_an_address_it_is_the_embedded_server(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HSL_DATA_DIR", str(tmp_path))
    found = database_settings("")
    assert (found["NAME"], found["USER"], found["HOST"]) == ("hsl", "postgres", str(tmp_path / "socket"))


@pytest.mark.parametrize(
    "url", ["mysql://h/x", "postgresql://u:secret@h:port/x", "postgresql://h", "school", "://"]
)
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        database_settings(url)
    assert "secret" not in str(refused.value)
