"""A real Chromium before a real server. A test fails by itself where the console says an error, the content security
policy blocks something, or a page asks another host for anything."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.chromium import find_chromium
from tests.browser.windows import Windows

# Playwright's own event loop runs in the test's thread; Django takes that for an async view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder carry the marker."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, started once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def staff(school: object) -> cast.Cast:
    """The operators."""
    return cast.hire()


@pytest.fixture
def windows(chromium: Browser, live_server: LiveServer) -> Iterator[Windows]:
    """What opens windows; the test fails where something went wrong in one."""
    windows = Windows(chromium, live_server.url)
    yield windows
    windows.close()
    assert windows.wrong == []
