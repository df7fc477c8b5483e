"""``hsl verify`` and ``hsl rebuild``: are the numbers true, and make them anew."""

import typer
from django.db import connection

from hsl.commands import session


def verify() -> None:
    """Compare the projections with the facts and print what differs; exit code 1 where something does."""
    with session.database():
        from hsl.projections.verify import verify as compare

        connection.ensure_connection()
        found = compare(connection.connection)
    for difference in found.differences:
        typer.echo(f"{difference.projection}: {difference.rows} differ from the facts")
        for example in difference.examples:
            typer.echo(f"  {example}")
    typer.echo(
        f"{found.people_compared} people compared. Still waiting to be folded: {found.changes_waiting} changes, "
        f"{found.people_waiting} people, {len(found.recounts_waiting)} recounts; set aside: {found.set_aside}."
    )
    if not found.clean:
        typer.echo("hsl rebuild makes the projections anew.")
        raise typer.Exit(1)
    typer.echo("The projections agree with the facts.")


def rebuild() -> None:
    """Make all projections anew from the facts, while writers go on."""
    with session.database():
        from hsl.projections.fold import fold_to_the_end
        from hsl.projections.recount import ask_rebuild

        connection.ensure_connection()
        ask_rebuild(connection.connection)
        folded = fold_to_the_end(connection.connection)
    typer.echo(f"Made anew: {folded.people} people here, the rest by the worker if it runs.")
