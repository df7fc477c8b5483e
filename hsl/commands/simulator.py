"""``hsl simulator``: the Telegram Bot API, played."""

import os

import typer

from hsl.refusal import Refusal


def run(host: str, port: int, given: list[str]) -> None:
    """Serve until stopped; ``given`` are settings, NAME=NUMBER each.

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
        running.run(host, port, settings, lambda address: typer.echo(f"Telegram, simulated: {address}"))
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise Refusal(
            f"Port {port} on {host} can't be had ({reason}): choose another with --port."
        ) from error


def _setting(text: str) -> tuple[str, float]:
    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise ValueError(f"{text!r} is not NAME=NUMBER") from None
