"""``hsl roll-back-messages``: the specification's rollback plan for its messaging tables."""

import sys

import typer

from hsl.commands import session
from hsl.refusal import Refusal

QUESTION = "This drops message_recipients, then message_history, {which}. Facts stay. Go on?"
OURS = "where we made them; those that were there before us stay"
ADOPTED = "also where they were there before us: all messages, and who got them"


def roll_back(*, drop_adopted: bool, yes: bool) -> None:
    """Take back the messaging migration, after asking.

    Raises:
        Refusal: nobody can be asked, or the answer was no.
    """
    if not yes and not sys.stdin.isatty():
        raise Refusal("hsl roll-back-messages asks first: run it at a terminal, or with --yes.")
    if not yes and not typer.confirm(QUESTION.format(which=ADOPTED if drop_adopted else OURS)):
        raise Refusal("Nothing was dropped.")
    with session.database():
        from hsl.projections import adoption

        adoption.roll_back_messages(drop_adopted=drop_adopted)
    typer.echo("Rolled back. hsl migrate makes the tables anew.")
