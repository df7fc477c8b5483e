"""What every command stands on: a secret key, a database that runs, Django set up on it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import django

from hsl import embedded
from hsl.data_dir import data_dir, keep_secret, make_data_dir
from hsl.locks import ProcessLock
from hsl.refusal import Refusal

#: How long a command waits for the database of an ``hsl up`` that is just starting.
PATIENCE_SECONDS = 120


def prepare_secret_key(*, demo: bool = False) -> None:
    """See that ``HSL_SECRET_KEY`` is set; where everything is ours one is made, and kept in the data folder.

    Raises:
        Refusal: the database is somebody's own and the key is missing.
    """
    if os.environ.get("HSL_SECRET_KEY"):
        return
    if os.environ.get("DATABASE_URL") and not demo:
        raise Refusal(
            "HSL_SECRET_KEY is not set. It signs sessions: set it to a long random text and keep it, for example\n"
            "  export HSL_SECRET_KEY=$(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')"
        )
    os.environ["HSL_SECRET_KEY"] = keep_secret("secret-key", 48)


def installation_lock(folder: Path) -> ProcessLock:
    """The lock of the process that runs this installation: who holds it owns the embedded server."""
    return ProcessLock(folder / "up.lock")


@contextmanager
def database(*, demo: bool = False) -> Iterator[None]:
    """Django set up on a database that answers.

    Without ``DATABASE_URL`` it is the embedded one: that of a running ``hsl up``, else one started for the while.

    Raises:
        Refusal: the embedded database can't start, or a key is missing.
    """
    prepare_secret_key(demo=demo)
    if os.environ.get("DATABASE_URL"):
        django.setup()
        yield
        return
    folder = make_data_dir()
    lock = installation_lock(folder)
    if not lock.take():
        _wait_for(folder)
        django.setup()
        yield
        return
    server = embedded.EmbeddedServer(folder)
    server.start()
    try:
        django.setup()
        yield
    finally:
        from django.db import connections

        connections.close_all()
        server.stop()
        lock.release()


def _wait_for(folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not embedded.accepts(folder):
        if time.monotonic() > deadline:
            raise Refusal(f"The database in {folder} belongs to another process and does not answer.")
        time.sleep(0.1)


def database_url() -> str:
    """The address of the database in use, as libpq reads it."""
    if given := os.environ.get("DATABASE_URL"):
        return given
    where = embedded.address(data_dir())
    return f"postgresql://{where['USER']}@/{where['NAME']}?host={quote(where['HOST'], safe='/')}"
