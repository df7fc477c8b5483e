"""``hsl detach``: leaving a database."""

import sys

import typer

from hsl.commands import session
from hsl.refusal import Refusal

QUESTION = (
    "This removes the schema hsl from the database, with operators, API keys, settings and all numbers. "
    "Facts and messages stay; hsl migrate moves in again. Go on?"
)


def run(*, yes: bool) -> None:
    """Remove all that is ours, after asking.

    Raises:
        Refusal: nobody can be asked, or a table was busy all the while.
    """
    if not yes and not sys.stdin.isatty():
        raise Refusal("hsl detach asks before it removes anything: run it at a terminal, or with --yes.")
    if not yes and not typer.confirm(QUESTION):
        raise Refusal("Nothing was removed.")
    with session.database():
        from hsl.projections import adoption

        adoption.detach()
    typer.echo("The database holds nothing of ours any more.")
