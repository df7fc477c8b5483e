"""Pages over HTTP: twenty operators signed in, a second between one's clicks."""

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import httpx
from django.conf import settings
from django.test import Client

from benchmarks.figures import Figure, Times, milliseconds
from benchmarks.setting import Setting
from hsl.accounts.models import Operator
from hsl.accounts.operators import add
from hsl.accounts.permissions import Role

OPERATORS = 20
PEOPLE = 20
"""How many persons' pages are opened, the same ones again and again."""
START_SECONDS = 30
WARMING_SECONDS = 15
"""How long operators click before it counts: the server has just started, and reads everybody's names into memory,
which it does again once in five minutes."""


def _pages(setting: Setting) -> dict[str, list[str]]:
    """The addresses of each page that are clicked: as it opens, and with what operators choose on it."""
    month = datetime.now(UTC).date() - timedelta(days=30)
    return {
        "Обзор": ["/", "/?range=today", "/?range=7", "/?range=90", "/?range=all"],
        "people": [
            "/people/",
            "/people/?group=non_course_users&sort=name",
            "/people/?group=4th_stream",
            "/people/?stream=3rd_stream&booking=pending",
            f"/people/?status=lead&seen_from={month}",
            "/people/?stage=came&email=yes",
            "/people/?q=alex",
        ],
        "a person": [f"/people/{user_id}" for user_id in setting.random_user_ids(PEOPLE)],
        "look-up": [
            "/people/lookup?q=a",
            "/people/lookup?q=alex",
            "/people/lookup?q=ека",
            "/people/lookup?q=qqqzzz",
        ],
        "streams": ["/streams/", "/streams/1/3rd_stream/", "/streams/1/5th_stream/"],
        "lessons": ["/lessons/"],
        "bookings": ["/bookings/", "/bookings/?stream=3rd_stream&status=pending", f"/bookings/?from={month}"],
        "registrations": ["/registrations/", f"/registrations/?from={month}"],
        "events": [
            "/events/",
            "/events/?type=view_program",
            f"/events/?type=lesson_link_clicked&from={month}",
        ],
        "settings": ["/settings/", "/settings/streams/", "/settings/operators/", "/settings/integrity/"],
    }


def measure(setting: Setting) -> list[Figure]:
    """How long a click on each page takes, from the request to the last byte; operators click on all of them."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    pages = _pages(setting)
    cookies = [_signed_in(n) for n in range(OPERATORS)]
    with _server(setting) as address:
        taken = _click(address, cookies, pages, setting.seconds)
    name = f"{OPERATORS} operators, a click a second"
    return [
        milliseconds("Pages over HTTP", f"{page}: {name}", Times(tuple(taken[page])), 150) for page in pages
    ]


def _signed_in(n: int) -> str:
    name = f"bench-{n}"
    operator = Operator.objects.filter(username=name).first() or add(name, Role.OWNER)[0]
    client = Client()
    client.force_login(operator)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@contextmanager
def _server(setting: Setting) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "hsl", "web", "--port", str(port)],
        env={**os.environ, "DATABASE_URL": setting.url, "HSL_SECRET_KEY": settings.SECRET_KEY},
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(START_SECONDS)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            httpx.get(address)
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def _click(
    address: str, cookies: list[str], pages: dict[str, list[str]], seconds: int
) -> dict[str, list[float]]:
    since = time.monotonic() + min(WARMING_SECONDS, seconds)
    until = since + seconds * len(pages) / 2
    together: dict[str, list[float]] = {page: [] for page in pages}
    with ThreadPoolExecutor(OPERATORS) as pool:
        operators = [
            pool.submit(_operate, address, cookie, _clicks(pages, n), n / OPERATORS, (since, until))
            for n, cookie in enumerate(cookies)
        ]
        for operator in operators:
            for page, taken in operator.result():
                together[page].append(taken)
    return together


def _clicks(pages: dict[str, list[str]], n: int) -> Iterator[tuple[str, str]]:
    """One operator's way through the pages without end, which begins elsewhere than that of the one before."""
    names = list(pages)
    for step in count(n):
        page = names[step % len(names)]
        yield page, pages[page][(step // len(names) + n) % len(pages[page])]


def _operate(
    address: str, cookie: str, clicks: Iterator[tuple[str, str]], late: float, counts: tuple[float, float]
) -> list[tuple[str, float]]:
    """Click a second after each answer, from ``late`` seconds on; gives what was clicked while it ``counts``."""
    since, until = counts
    taken: list[tuple[str, float]] = []
    time.sleep(late)
    with httpx.Client(base_url=address, cookies={settings.SESSION_COOKIE_NAME: cookie}) as client:
        while time.monotonic() < until:
            page, url = next(clicks)
            before = time.perf_counter()
            client.get(url).raise_for_status()
            if time.monotonic() > since:
                taken.append((page, time.perf_counter() - before))
            time.sleep(1)
    return taken
