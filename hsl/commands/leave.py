"""``hsl detach`` and ``hsl roll-back-messages``: asked first, for what they drop does not come back."""

import typer

DETACH = """This takes hsl out of the database: our triggers and indexes, then the schema hsl with operators, keys,
settings, streams' titles and dates, and all projections. Bookings, registrations, events and messages stay.
Stop `hsl web` and `hsl worker` first. `hsl migrate` moves in again."""
ROLL_BACK = "This drops message_recipients, then message_history, where they are ours"
ADOPTED = " or were there before us: all messages and who got them"


def detach(*, yes: bool) -> None:
    """Leave the database."""
    from hsl.projections import adoption

    typer.echo(DETACH)
    if not yes:
        typer.confirm("Go on?", abort=True)
    adoption.detach()
    typer.echo("Detached.")


def roll_back_messages(*, drop_adopted: bool, yes: bool) -> None:
    """Take back the messaging migration."""
    from hsl.projections import adoption

    typer.echo(f"{ROLL_BACK}{ADOPTED if drop_adopted else ''}.")
    if not yes:
        typer.confirm("Go on?", abort=True)
    adoption.roll_back_messages(drop_adopted=drop_adopted)
    typer.echo("Rolled back.")
