"""What a setting may not be is said in a sentence that names it, before anything starts."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from hsl import environment
from tests.commands.product import hsl


@pytest.mark.parametrize(
    "text",
    [
        "school.example",
        "//school.example",
        "https://",
        "https://[x",
        "https://[x]",
        "ftp://a.example",
        "https://a:b",
        "https://a:99999",
    ],
)
def test_an_address_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="HSL_PUBLIC_URL is not the address of a site"):
        environment.public_url(text)


def test_an_address_or_none_is_taken() -> None:
    assert environment.public_url("").hostname is None
    assert environment.public_url("https://School.example").hostname == "school.example"
    assert environment.public_url("http://[::1]:8000").netloc == "[::1]:8000"


@pytest.mark.parametrize("text", ["abc", "-1", "", "1.5", "²"])
def test_a_number_of_proxies_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="HSL_TRUSTED_PROXIES is not a number"):
        environment.trusted_proxies(text)


@pytest.mark.parametrize("text", ["Moscow", "Europe", "../etc/passwd", "Europe/Moscow\0", "Я" * 300])
def test_a_time_zone_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="HSL_TIME_ZONE is no time zone"):
        environment.time_zone(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HSL_PUBLIC_URL", "https://[x"),
        ("HSL_PUBLIC_URL", "school.example"),
        ("HSL_TRUSTED_PROXIES", "abc"),
        ("HSL_TIME_ZONE", "Moscow"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "up"])
def test_a_command_says_it_in_one_sentence(tmp_path: Path, command: str, name: str, text: str) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    done = hsl(tmp_path, command, DATABASE_URL=url, HSL_SECRET_KEY="of-this-test-0123456789", **{name: text})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"hsl: {name} is ")
    assert done.stderr.count("\n") == 1
