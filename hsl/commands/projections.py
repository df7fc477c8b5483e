"""``hsl verify`` and ``hsl rebuild``: are the numbers true, and make them anew."""

import typer
from django.db import connection
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hsl.commands import session


def verify() -> None:
    """Compare the projections with the facts and print what differs; exit code 1 where something does.

    Rules of the school that a program's rows break are listed apart: they are no error of ours.
    """
    with session.database():
        from hsl.projections.verifications import verify_and_keep
        from hsl.school.rules import EXAMPLES

        connection.ensure_connection()
        with _progress() as progress:
            task = progress.add_task("people compared", total=None)
            verified = verify_and_keep(
                connection.connection, lambda done, total: progress.update(task, completed=done, total=total)
            )
    found, rules = verified.found, verified.rules
    for difference in found.differences:
        typer.echo(f"{difference.projection}: {difference.rows} differ from the facts")
        for example in difference.examples:
            typer.echo(f"  {example}")
    for rule in rules:
        typer.echo(f"Rule: {rule.n} {rule.what}")
        for example in rule.examples[:EXAMPLES]:
            typer.echo(f"  {example}")
    typer.echo(
        f"{found.people_compared} people compared. Still waiting to be folded: {found.changes_waiting} changes, "
        f"{found.people_waiting} people, {len(found.recounts_waiting)} recounts; set aside: {found.set_aside}."
    )
    if found.recounts_waiting:
        sums = f"the sums of {', '.join(found.recounts_waiting)}"
        typer.echo(
            f"Not compared: {'people, and ' if found.people_left_out else ''}{sums}. These wait for a recount."
        )
        typer.echo("Let hsl worker count them again, then hsl verify once more.")
    if not found.clean:
        typer.echo("hsl rebuild makes the projections anew.")
        raise typer.Exit(1)
    what = "What was compared agrees" if found.recounts_waiting else "The projections agree"
    typer.echo(f"{what} with the facts.")


def rebuild() -> None:
    """Make all projections anew from the facts, while writers go on."""
    with session.database():
        from hsl.projections.fold import fold_to_the_end
        from hsl.projections.recount import ask_rebuild

        connection.ensure_connection()
        ask_rebuild(connection.connection)
        with Console(stderr=True).status("Recounting, recomputing everybody…"):
            folded = fold_to_the_end(connection.connection)
    typer.echo(f"Made anew: {folded.people} people here, the rest by the worker if it runs.")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
