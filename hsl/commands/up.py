"""``hsl up``: database, web server and worker in one process tree."""

import http.client
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from types import FrameType

import django
import typer
from django.conf import settings
from django.urls import reverse

from hsl.commands import hosts, session, simulator, welcome
from hsl.commands.children import Child, Children
from hsl.data_dir import make_data_dir
from hsl.embedded import EmbeddedServer
from hsl.refusal import Refusal

READY_SECONDS = 60


class StopAsked(BaseException):
    """Ctrl-C, or the system asks to stop."""


def run(host: str, port: int, *, demo: bool) -> None:
    """Run everything until Ctrl-C or SIGTERM, then stop it in order: web server and worker, then the database.

    Raises:
        Refusal: it can't start; what had started is stopped again.
    """
    started = time.monotonic()
    from hsl.commands import web

    folder = make_data_dir()
    lock = session.installation_lock(folder)
    if not lock.take():
        raise Refusal(_who_runs(folder, lock.holder()))
    session.prepare_secret_key(demo=demo)
    web.clear_port(host, port)
    page = f"http://{_shown(host)}:{port}"
    web_server = Child("web", ["web", "--host", host, "--port", str(port), "--until-stdin-closes"])
    worker = Child("worker", ["worker", "--until-stdin-closes"])
    played = simulator.children() if demo else []
    with _stoppable(), _database(folder) as server, Children(*played, web_server, worker) as children:
        # What is wrong there is said once, not by each child; and the database's socket is known only now.
        import_module("hsl.settings")
        web_server.start()  # it loads its code while we migrate, and serves when told to
        lines = _prepare(page, demo=demo)
        children.go()
        _wait_until_served(host, port, children)
        (folder / "address").write_text(page + "\n", encoding="utf-8")
        typer.echo(f"ready in {time.monotonic() - started:.1f} s: {page}")
        for line in (
            *lines,
            *(simulator.said(page) if played else ()),
            *web.reached_as(host),
            "Ctrl-C stops everything; the data stays.",
        ):
            typer.echo(line)
        children.watch(server)


def _who_runs(folder: Path, pid: int | None) -> str:
    with suppress(OSError):
        address = (folder / "address").read_text(encoding="utf-8").strip()
        return f"hsl already runs on {folder}: {address} (process {pid}). Stop that one first, or set HSL_DATA_DIR."
    return f"hsl already runs on {folder} (process {pid}). Stop that one first, or set HSL_DATA_DIR."


@contextmanager
def _stoppable() -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signal module's signature
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise StopAsked

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)
    try:
        yield
    except StopAsked:
        typer.echo("stopped")


@contextmanager
def _database(folder: Path) -> Iterator[EmbeddedServer | None]:
    if os.environ.get("DATABASE_URL"):
        yield None
        return
    server = EmbeddedServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _prepare(page: str, *, demo: bool) -> list[str]:
    """Migrations, and the sample school with ``demo``; the lines that tell how to come in."""
    django.setup()
    from django.db import connection

    from hsl.projections import adoption

    adoption.migrate()
    lines = welcome.demo() if demo else welcome.first_owner(page)
    connection.close()
    return lines


def _shown(host: str) -> str:
    if hosts.is_everywhere(host):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _wait_until_served(host: str, port: int, children: Children) -> None:
    path = reverse(settings.LOGIN_URL)
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        children.refuse_dead()
        asked = http.client.HTTPConnection(_shown(host).strip("[]"), port, timeout=5)
        try:
            asked.request("HEAD", path)
            status = asked.getresponse().status
        except OSError:
            time.sleep(0.05)
        else:
            if status >= HTTPStatus.BAD_REQUEST:
                raise Refusal(f"The web server answers {status} where the sign-in page should be.")
            return
        finally:
            asked.close()
    raise Refusal(f"The web server did not answer within {READY_SECONDS} seconds.")
