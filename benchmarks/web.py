"""Обзор over HTTP: twenty operators signed in, a second between one's clicks."""

import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle

import httpx
from django.conf import settings
from django.test import Client

from benchmarks.figures import Figure, Times, milliseconds
from benchmarks.setting import Setting
from hsl.accounts.models import Operator
from hsl.accounts.operators import add
from hsl.accounts.permissions import Role

OPERATORS = 20
CLICKS = ("/", "/?range=today", "/?range=7", "/?range=90", "/?range=all")
START_SECONDS = 30


def measure(setting: Setting) -> list[Figure]:
    """How long a click takes, from the request to the last byte of the page."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    cookies = [_signed_in(n) for n in range(OPERATORS)]
    with _server(setting) as address:
        taken = _click(address, cookies, setting.seconds)
    return [
        milliseconds("Обзор over HTTP", f"{OPERATORS} operators, a click a second", Times(tuple(taken)), 150)
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


def _click(address: str, cookies: list[str], seconds: int) -> list[float]:
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(OPERATORS) as pool:
        operators = [pool.submit(_operate, address, cookie, n, until) for n, cookie in enumerate(cookies)]
        return [taken for operator in operators for taken in operator.result()]


def _operate(address: str, cookie: str, n: int, until: float) -> list[float]:
    """One operator, who begins with another range than the one before; the first page does not count."""
    clicks = cycle(CLICKS[n % len(CLICKS) :] + CLICKS[: n % len(CLICKS)])
    taken: list[float] = []
    time.sleep(n / OPERATORS)
    with httpx.Client(base_url=address, cookies={settings.SESSION_COOKIE_NAME: cookie}) as client:
        client.get("/").raise_for_status()
        while time.monotonic() < until:
            time.sleep(1)
            before = time.perf_counter()
            client.get(next(clicks)).raise_for_status()
            taken.append(time.perf_counter() - before)
    return taken
