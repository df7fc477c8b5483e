"""``hsl operator`` and ``hsl api-key``: who may come in."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from django.core.exceptions import ValidationError
from django.utils import translation

from hsl.commands import session
from hsl.refusal import Refusal


def add_operator(name: str, role: str) -> None:
    """Add an operator and print the password made up for them alone on the last line.

    Raises:
        Refusal: the name or the role will not do.
    """
    with session.database():
        from hsl.accounts import operators

        with _refusing():
            operator, password = operators.add(name, role)
    typer.echo(f"{operator.name} ({operator.role}) can sign in with this password, shown this once:")
    typer.echo(password)


def reset_operator(name: str) -> None:
    """Give an operator who has lost the way in a new password, and print it alone on the last line.

    Raises:
        Refusal: nobody is called so.
    """
    with session.database():
        from hsl.accounts import operators

        with _refusing():
            password = operators.reset_sign_in(name)
    typer.echo(f"{name} can sign in with this password, shown this once, and has no second factor any more:")
    typer.echo(password)


@contextmanager
def _refusing() -> Iterator[None]:
    """What the service finds wrong, as a sentence that names the field."""
    try:
        yield
    except ValidationError as error:
        with translation.override("en"):
            said = [f"{field}: {', '.join(why)}" for field, why in error.message_dict.items()]
        raise Refusal("; ".join(said)) from error


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


def list_api_keys() -> None:
    """Print a line a key, the oldest first; the keys themselves are kept nowhere."""
    with session.database():
        from hsl.accounts.models import ApiKey

        keys = list(ApiKey.objects.order_by("pk"))
    for key in keys:
        used = f"last used {key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never used"
        revoked = f", revoked {key.revoked_at:%Y-%m-%d %H:%M} UTC" if key.revoked_at else ""
        typer.echo(f"{key} {key.role}, {used}{revoked}")
    if not keys:
        typer.echo("There is no key. hsl api-key create makes one.")


def revoke_api_key(name: str) -> None:
    """Revoke the live key called ``name``, or whose beginning it is.

    Raises:
        Refusal: no live key is called so, or more than one.
    """
    with session.database():
        from hsl.accounts import api_keys

        try:
            revoked = api_keys.revoke_called(name)
        except ValueError as error:
            raise Refusal(str(error)) from error
    typer.echo(f"The key {revoked} opens nothing any more.")
