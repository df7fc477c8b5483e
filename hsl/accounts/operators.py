"""Operators: made, changed, let go."""

import secrets
import string

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from hsl.accounts.audit import COMMAND_LINE, Actor, record
from hsl.accounts.models import Operator
from hsl.accounts.permissions import Role

_LETTERS = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))


def generate_password() -> str:
    """A password of 20 letters and digits (over 115 random bits) without those that look alike."""
    return "".join(secrets.choice(_LETTERS) for _ in range(20))


@transaction.atomic
def add(
    name: str, role: str, password: str | None = None, *, email: str = "", actor: Actor = COMMAND_LINE
) -> tuple[Operator, str]:
    """Make an operator who signs in as ``name`` (or by ``email``) and return them with their password, one
    that is made up here where none is given.

    Raises ValidationError naming the field where the name is empty, over 64 characters, holds @ or is taken
    (case does not count), the role is none of ours, the email is no address or taken, or the password weak.
    """
    operator = Operator(
        name=name.strip(), username=name.strip().lower(), email=email.strip().lower(), role=role
    )
    _check(operator)
    if password is None:
        password = generate_password()
    else:
        _check_password(password, operator)
    operator.set_password(password)
    operator.save(force_insert=True)
    if operator.email:
        EmailAddress.objects.create(user=operator, email=operator.email, verified=True, primary=True)
    record(actor, "operator.add", f"operator:{operator.pk}", after={"name": operator.name, "role": role})
    return operator, password


@transaction.atomic
def reset_sign_in(name: str, *, actor: Actor = COMMAND_LINE) -> str:
    """Give the operator called ``name`` a new password, made up here and returned; their sessions end and their
    second factor is off. For somebody who has lost the way in.

    Raises ValidationError naming the field where nobody is called so.
    """
    operator = Operator.objects.select_for_update().filter(username=name.strip().lower()).first()
    if operator is None:
        raise ValidationError({"name": f"nobody is called {name!r}"})
    password = generate_password()
    operator.set_password(password)
    operator.save(update_fields=["password"])
    Authenticator.objects.filter(user=operator).delete()
    record(actor, "operator.reset_sign_in", f"operator:{operator.pk}")
    return password


def _check(operator: Operator) -> None:
    if not 0 < len(operator.username) <= 64 or not operator.name.isprintable():
        raise ValidationError({"name": "give the operator a name of 1 to 64 printable characters"})
    if "@" in operator.username:
        raise ValidationError({"name": "a name has no @; give the address as email"})
    if operator.role not in Role.values:
        raise ValidationError({"role": f"{operator.role!r} is none of {', '.join(Role.values)}"})
    if Operator.objects.filter(username=operator.username).exists():
        raise ValidationError({"name": f"there is an operator called {operator.name!r} already"})
    if operator.email:
        _check_email(operator.email)


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    if Operator.objects.filter(email=email).exists():
        raise ValidationError({"email": f"another operator has the email {email!r}"})


def _check_password(password: str, operator: Operator) -> None:
    try:
        validate_password(password, operator)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
