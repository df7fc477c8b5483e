"""``hsl simulator``: the Telegram Bot API, played; and the one of ``hsl up --demo``."""

import os
import socket

import typer

from hsl.commands.children import Child
from hsl.refusal import Refusal

#: Nobody's; the same at each start, so that what is kept of its bot stays true.
TOKEN = "7000000001:simulated-by-hsl-up-demo"  # noqa: S105 - good for nothing else
BLOCKED_ONE_IN = 25


def children() -> list[Child]:
    """The simulator of a demo, to which the environment of all further processes is pointed; none where a bot or a
    server is given."""
    if os.environ.get("HSL_BOT_TOKEN") or os.environ.get("HSL_TELEGRAM_API_URL"):
        return []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ["HSL_BOT_TOKEN"] = TOKEN
    os.environ["HSL_TELEGRAM_API_URL"] = f"http://127.0.0.1:{port}"
    some_blocked = f"blocked_one_in={BLOCKED_ONE_IN}"
    arguments = ["simulator", "--port", str(port), "--set", some_blocked, "--until-stdin-closes"]
    return [Child("telegram", arguments)]


def said(page: str) -> list[str]:
    """What to know of it, for who started the demo at ``page``."""
    return [
        "Telegram is simulated: nothing leaves this machine; to send for good, set HSL_BOT_TOKEN",
        f"what a person received: {page}/phone/ID/ with the person's id",
    ]


def run(host: str, port: int, given: list[str], *, quiet: bool) -> None:
    """Serve until stopped; ``given`` are settings, NAME=NUMBER each. The address is said, unless ``quiet``.

    Raises:
        Refusal: the port is taken, or a setting can't be understood.
    """
    from hsl.telegram.simulator import running
    from hsl.telegram.simulator.settings import Settings

    try:
        settings = Settings().changed(dict(map(_setting, given)))
    except ValueError as error:
        raise Refusal(f"--set: {error}.") from error
    try:
        running.run(host, port, settings, _quiet if quiet else _say)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise Refusal(
            f"Port {port} on {host} can't be had ({reason}): choose another with --port."
        ) from error


def _say(address: str) -> None:
    typer.echo(f"Telegram, simulated: {address}")


def _quiet(address: str) -> None:
    """``hsl up`` says what there is to say."""


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise ValueError(f"{text!r} is not NAME=NUMBER") from None
