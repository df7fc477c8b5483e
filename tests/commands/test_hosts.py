"""Pages are served under the names of the host that the server listens on, and under no other."""

import socket
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

import hsl.settings
from hsl.commands import hosts
from tests.commands.product import Up, free_port
from tests.databases import Database

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what the tests are about
KEY = "of-this-test-0123456789"


def status(connect_to: str, port: int, asked_for: str) -> int:
    """The status of the sign-in page, asked for under a name."""
    page = f"http://{connect_to}:{port}/account/sign-in/"
    return httpx.get(page, headers={"Host": f"{asked_for}:{port}"}, timeout=30).status_code


def test_the_host_it_listens_on_is_answered(fresh_database: Callable[[], Database], tmp_path: Path) -> None:
    url, port = fresh_database().url, free_port()
    with Up(tmp_path, port, "--host", "127.0.0.2", DATABASE_URL=url, HSL_SECRET_KEY=KEY) as up:
        assert f"http://127.0.0.2:{port}" in up.said[0]
        assert status("127.0.0.2", port, "127.0.0.2") == 200
        assert status("127.0.0.2", port, "elsewhere.example") == 400


def test_on_every_address_the_machines_own_name_is_answered_and_said(
    fresh_database: Callable[[], Database], tmp_path: Path
) -> None:
    url, port = fresh_database().url, free_port()
    with Up(tmp_path, port, "--host", EVERYWHERE, DATABASE_URL=url, HSL_SECRET_KEY=KEY) as up:
        assert status("127.0.0.1", port, socket.gethostname()) == 200
        assert status("127.0.0.1", port, "elsewhere.example") == 400
        (line,) = (line for line in up.said if line.startswith("reached as localhost, "))
        assert socket.gethostname().lower() in line
        assert "HSL_PUBLIC_URL" in line


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("192.168.1.5", "192.168.1.5"),
        ("School.LAN", "school.lan"),
        ("fe80:0::1", "[fe80::1]"),
        ("fe80::1%eth0", "[fe80::1]"),
    ],
)
def test_a_host_is_known_as_a_browser_asks_for_it(host: str, name: str) -> None:
    assert not hosts.is_everywhere(host)
    assert hosts.names_of(host) == [name]


@pytest.mark.parametrize("host", [EVERYWHERE, "::", "0:0::0"])
def test_every_address_is_recognised(host: str) -> None:
    assert hosts.is_everywhere(host)


def test_the_products_settings_know_this_machine_alone() -> None:
    assert [name for name in hsl.settings.ALLOWED_HOSTS if name != hsl.settings.PUBLIC_URL.hostname] == [
        "localhost",
        "127.0.0.1",
        "[::1]",
    ]
