"""``hsl web``: granian serving Django."""

import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

import typer
from django.conf import settings
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from hsl.commands import hosts, lifeline
from hsl.data_dir import make_data_dir
from hsl.locks import ProcessLock
from hsl.orphans import kill_holders
from hsl.refusal import Refusal

WORKERS = 4  # twice the cores of a small server: one interpreter each, and a click seldom waits for another
THREADS = 3  # of each worker; wsgi.py gives its pool as many connections
BACKPRESSURE = 16

# Bytes of the lock file of a port: the main process of a server, the same where hsl up started it, its workers.
_MAIN, _SUPERVISED, _WORKER = 0, 1, 2


def serve(host: str, port: int, *, supervised: bool = False) -> None:
    """Serve the pages and the API on ``host``:``port`` until stopped by SIGINT or SIGTERM.

    Args:
        supervised: started by ``hsl up``, which holds the other end of our standard input and says when to begin.

    Raises:
        Refusal: the port is taken.
    """
    if supervised:
        import_module("hsl.wsgi")  # before the workers are forked, which then have it
        lifeline.wait_for_go()
    locks = _locks(port)
    if not locks[_MAIN].take():
        raise Refusal(f"Another hsl web (process {locks[_MAIN].holder()}) serves port {port} already.")
    kill_holders(locks[_WORKER])
    refuse_taken(host, port)
    if supervised:
        locks[_SUPERVISED].take()
    else:
        for line in reached_as(host):
            typer.echo(line)
    _share_names()
    logging.getLogger("_granian").addFilter(_is_news)
    Server(
        f"hsl.wsgi:application@{host}@{port}",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        backpressure=BACKPRESSURE,
        respawn_failed_workers=True,
        workers_kill_timeout=30,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=_load)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether granian tells what nobody decided: that there are more processes than cores is meant."""
    return "number of workers appears to be higher" not in record.getMessage()


def _share_names() -> None:
    """Before the workers are forked: one of them reads everybody's names, for all."""
    from hsl.people.cache import user_cache
    from hsl.people.shared import Shared

    user_cache.shared = Shared()


def _load(target: str) -> Callable[..., Any]:
    """In a worker: be known as one of this port's, end with the main process, give the application, which is reached
    under the names of the host it listens on."""
    # Until granian sets its own: the main process's handlers came along, and would swallow a stop.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_DFL)
    _, host, number = target.rsplit("@", 2)
    port = int(number)
    _locks(port)[_WORKER].take(shared=True)
    lifeline.die_with_parent()
    from hsl.wsgi import application

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, *hosts.names_of(host)]
    return application


def reached_as(host: str) -> list[str]:
    """A line that names what a server on every address is reached as, where nobody has said it; else nothing."""
    if not hosts.is_everywhere(host) or settings.PUBLIC_URL.hostname:
        return []
    known = ", ".join(["localhost", *hosts.names_of(host)])
    return [f"reached as {known}; for any other name set HSL_PUBLIC_URL"]


_kept: list[ProcessLock] = []


def _locks(port: int) -> list[ProcessLock]:
    """The three locks of a port, open as long as this process lives."""
    path = make_data_dir() / f"web-{port}.lock"
    locks = [ProcessLock(path, byte) for byte in (_MAIN, _SUPERVISED, _WORKER)]
    _kept.extend(locks)
    return locks


def clear_port(host: str, port: int, seconds: float = 5) -> None:
    """See that ``hsl up`` can serve on the port: what a killed one left there is given ``seconds`` to end.

    Raises:
        Refusal: another program, or a ``hsl web`` that somebody started by itself, has the port.
    """
    main, supervised, worker = _locks(port)
    deadline = time.monotonic() + seconds
    while supervised.holder() is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    kill_holders(supervised)
    if (pid := main.holder()) is not None:
        raise Refusal(
            f"Another hsl web (process {pid}) serves port {port}: stop it, or choose another --port."
        )
    kill_holders(worker)
    refuse_taken(host, port)


def refuse_taken(host: str, port: int) -> None:
    """Raise Refusal where the port can't be had. (granian would share it with another server in silence.)"""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else str(error)
            raise Refusal(
                f"Port {port} on {host} can't be had ({reason}): choose another with --port."
            ) from error
