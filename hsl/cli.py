"""The ``hsl`` command. docs/commands.md tells each."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from hsl.commands.import_kinds import Kind
from hsl.refusal import Refusal

app = typer.Typer(
    name="hsl",
    help="The dashboard of a school that sells courses through a Telegram bot.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
operator = typer.Typer(help="Operators, who sign in to the pages.", no_args_is_help=True)
api_key = typer.Typer(help="Keys to the JSON API.", no_args_is_help=True)
app.add_typer(operator, name="operator")
app.add_typer(api_key, name="api-key")

Host = Annotated[
    str, typer.Option(help="Address to listen on; the default is reached from this machine only.")
]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
Supervised = Annotated[bool, typer.Option("--until-stdin-closes", hidden=True)]


def main() -> None:
    """Run the command that the arguments name. What it can't do it says in a sentence, with exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hsl.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError, InterfaceError
    from psycopg import Error

    try:
        app()
    except (Refusal, ImproperlyConfigured) as refusal:
        _refuse(str(refusal))
    except (DatabaseError, InterfaceError, Error) as error:
        _refuse(
            f"The database says: {str(error).strip().splitlines()[0] if str(error) else type(error).__name__}"
        )


def _refuse(sentence: str) -> None:
    sys.stderr.write(f"hsl: {sentence}\n")
    sys.exit(1)


@app.command()
def up(
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="With a sample school and an operator to sign in as.")
    ] = False,
    host: Host = "127.0.0.1",
    port: Port = 8000,
) -> None:
    """Run everything: database, web server, worker. Ctrl-C stops it all."""
    from hsl.commands import up as command

    command.run(host, port, demo=demo)


@app.command()
def web(*, host: Host = "127.0.0.1", port: Port = 8000, supervised: Supervised = False) -> None:
    """Run the web server alone."""
    from hsl.commands import session
    from hsl.commands import web as command

    with session.database():
        command.serve(host, port, supervised=supervised)


@app.command()
def worker(*, supervised: Supervised = False) -> None:
    """Fold changes into the projections without pause, and run jobs, until stopped."""
    from hsl.commands import lifeline, session

    with session.database():
        from hsl.commands import worker as command

        if supervised:
            lifeline.wait_for_go()
        command.run()


@app.command()
def migrate() -> None:
    """Bring the database up to date: a new one, an older one, or a live bot's. Safe to repeat."""
    from hsl.commands import migrate as command

    command.run()
    typer.echo("The database is up to date.")


@app.command()
def demo() -> None:
    """Load the sample school into a database without facts."""
    from hsl.commands import demo as command

    command.run()


@app.command("import")
def import_(
    kind: Annotated[Kind, typer.Argument(help="What the file holds.")],
    file: Annotated[Path, typer.Argument(help="A CSV file.")],
    *,
    column: Annotated[
        list[str] | None, typer.Option(help="NAME=HEADER: the header of a column of the specification.")
    ] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="COLUMN:VALUE=MEANING, for example confirmed:0=1.")
    ] = None,
    errors: Annotated[
        Path | None, typer.Option(help="Write what is wrong to this file, line by line.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file, write nothing.")] = False,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="Import the good lines all the same.")] = False,
) -> None:
    """Import facts from a CSV file: whole, or not at all."""
    from hsl.commands import import_ as command

    command.run(kind, file, column or [], map_ or [], errors, dry_run=dry_run, skip_bad=skip_bad)


@app.command()
def detach(*, yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False) -> None:
    """Leave the database: remove all that is ours from it. Facts and messages stay."""
    from hsl.commands import detach as command

    command.run(yes=yes)


@app.command("roll-back-messages")
def roll_back_messages(
    *,
    drop_adopted: Annotated[
        bool,
        typer.Option("--drop-adopted", help="Also tables that were there before us, by their owner's word."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
) -> None:
    """Drop the messaging tables, as their migration's rollback plan says."""
    from hsl.commands import messaging

    messaging.roll_back(drop_adopted=drop_adopted, yes=yes)


@app.command()
def doctor() -> None:
    """Check settings, rights, database, tables, triggers and the queue; say what to do. Exit code 1 for what fails."""
    from hsl.commands import doctor as command

    command.run()


@app.command()
def verify() -> None:
    """Recompute all numbers from the facts by the specification's SQL; exit code 1 names what differs."""
    from hsl.commands import projections

    projections.verify()


@app.command()
def rebuild() -> None:
    """Make all projections anew from the facts, while the bot goes on writing."""
    from hsl.commands import projections

    projections.rebuild()


@app.command()
def simulator(
    *,
    host: Host = "127.0.0.1",
    port: Port = 8081,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=NUMBER: a limit or another setting; see docs/commands.md."),
    ] = None,
    supervised: Supervised = False,
) -> None:
    """Play the Telegram Bot API on this machine, until stopped: for the demo, for tests, and to try broadcasts."""
    from hsl.commands import lifeline
    from hsl.commands import simulator as command

    if supervised:
        lifeline.wait_for_go()
    command.run(host, port, set_ or [], quiet=supervised)


@app.command("db-url")
def db_url() -> None:
    """Print the address of the database in use, for psql and other programs."""
    from hsl.commands import session

    typer.echo(session.database_url())


@operator.command("add")
def operator_add(
    name: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[str, typer.Option(help="owner, manager or analyst.")],
) -> None:
    """Add an operator and print their password, once, alone on the last line."""
    from hsl.commands import access

    access.add_operator(name, role)


@operator.command("reset")
def operator_reset(
    name: Annotated[str, typer.Argument(help="The name that the operator signs in with.")],
) -> None:
    """Give an operator who has lost the way in a new password, once, alone on the last line."""
    from hsl.commands import access

    access.reset_operator(name)


@api_key.command("create")
def api_key_create(
    name: Annotated[str, typer.Option(help="What the key is for; shown in the list of keys.")],
    role: Annotated[str, typer.Option(help="owner, manager or analyst.")],
) -> None:
    """Create a key and print it, once, alone on the last line."""
    from hsl.commands import access

    access.create_api_key(name, role)


@api_key.command("list")
def api_key_list() -> None:
    """List the keys: name, role, the key's beginning, when it was last used, whether it was revoked."""
    from hsl.commands import access

    access.list_api_keys()


@api_key.command("revoke")
def api_key_revoke(
    name: Annotated[str, typer.Argument(help="The key's name, or its beginning, hsl_ and eight characters.")],
) -> None:
    """Make a key open nothing from the next request on."""
    from hsl.commands import access

    access.revoke_api_key(name)
