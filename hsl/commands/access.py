"""``hsl operator`` and ``hsl api-key``: who may come in."""

import typer
from django.core.exceptions import ValidationError

from hsl.commands import session
from hsl.refusal import Refusal


def add_operator(name: str, role: str) -> None:
    """Add an operator and print the password made up for them alone on the last line.

    Raises:
        Refusal: the name or the role will not do.
    """
    with session.database():
        from hsl.accounts import operators

        try:
            operator, password = operators.add(name, role)
        except ValidationError as error:
            raise Refusal(
                "; ".join(f"{field}: {', '.join(why)}" for field, why in error.message_dict.items())
            ) from error
    typer.echo(f"{operator.name} ({operator.role}) can sign in with this password, shown this once:")
    typer.echo(password)


def create_api_key(name: str, role: str) -> None:
    """Create a key to the API and print it alone on the last line.

    Raises:
        Refusal: the name or the role will not do.
    """
    with session.database():
        from hsl.accounts import api_keys

        try:
            key = api_keys.create_api_key(name, role)
        except ValueError as error:
            raise Refusal(str(error)) from error
    typer.echo(f"The key “{name.strip()}” ({role}) is shown this once:")
    typer.echo(key)
