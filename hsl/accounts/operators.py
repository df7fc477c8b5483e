"""Operators: made, changed, let go."""

import secrets
import string

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hsl.accounts.audit import COMMAND_LINE, Actor, record
from hsl.accounts.models import Operator
from hsl.accounts.permissions import Role

LONGEST_EMAIL = 254
"""What the columns hold (RFC 5321, erratum 1690)."""
_LETTERS = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))


def generate_password() -> str:
    """A password of 20 letters and digits (over 115 random bits) without those that look alike."""
    return "".join(secrets.choice(_LETTERS) for _letter in range(20))


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
    """Give the operator called ``name`` a new way in; see ``give_new_password``.

    Raises ValidationError naming the field where nobody is called so.
    """
    operator = Operator.objects.filter(username=name.strip().lower()).first()
    if operator is None:
        raise ValidationError({"name": f"nobody is called {name!r}"})
    return give_new_password(operator, actor=actor)


@transaction.atomic
def give_new_password(operator: Operator, *, actor: Actor) -> str:
    """A new password for an operator who has lost the way in, made up here and returned; their sessions end and
    their second factor is off."""
    operator = Operator.objects.select_for_update().get(pk=operator.pk)
    password = generate_password()
    operator.set_password(password)
    operator.save(update_fields=["password"])
    Authenticator.objects.filter(user=operator).delete()
    record(actor, "operator.reset_sign_in", f"operator:{operator.pk}", after={"name": operator.name})
    return password


@transaction.atomic
def change_role(operator: Operator, role: str, *, actor: Actor) -> Operator:
    """Let an operator see and do what ``role`` may, from their next click on.

    Raises ValidationError for an unknown role, and where nobody who is switched on would be an owner any more.
    """
    owners, operator = _locked(operator)
    if role not in Role.values:
        raise ValidationError({"role": _("There is no such role")})
    if role != Role.OWNER:
        _refuse_last(owners, operator, "role")
    if role != operator.role:
        record(
            actor,
            "operator.role",
            f"operator:{operator.pk}",
            {"name": operator.name, "role": operator.role},
            {"name": operator.name, "role": role},
        )
        operator.role = role
        operator.save(update_fields=["role"])
    return operator


@transaction.atomic
def switch_off(operator: Operator, *, actor: Actor) -> Operator:
    """Let an operator in no more: their open pages are signed out at the next click. The record keeps what they did.

    Raises ValidationError where it is the last owner.
    """
    owners, operator = _locked(operator)
    _refuse_last(owners, operator, "name")
    return _switch(operator, actor, on=False)


@transaction.atomic
def switch_on(operator: Operator, *, actor: Actor) -> Operator:
    """Let an operator in again, with the password that they had."""
    _, operator = _locked(operator)
    return _switch(operator, actor, on=True)


@transaction.atomic
def set_telegram_id(operator: Operator, telegram_id: int | None, *, actor: Actor) -> Operator:
    """Say where the bot reaches an operator, for messages that they try on themselves; None: nowhere."""
    operator = Operator.objects.select_for_update().get(pk=operator.pk)
    if telegram_id != operator.telegram_id:
        before, operator.telegram_id = operator.telegram_id, telegram_id
        operator.save(update_fields=["telegram_id"])
        record(
            actor,
            "operator.telegram",
            f"operator:{operator.pk}",
            {"name": operator.name, "telegram_id": before},
            {"name": operator.name, "telegram_id": telegram_id},
        )
    return operator


def _switch(operator: Operator, actor: Actor, *, on: bool) -> Operator:
    if operator.is_active != on:
        operator.is_active = on
        operator.save(update_fields=["is_active"])
        act = "operator.switch_on" if on else "operator.switch_off"
        about = {"name": operator.name}
        record(
            actor, act, f"operator:{operator.pk}", {**about, "is_active": not on}, {**about, "is_active": on}
        )
    return operator


def _locked(operator: Operator) -> tuple[set[int], Operator]:
    """The ids of the owners who can sign in, and the operator as they are now; nobody else changes either meanwhile."""
    rows = list(Operator.objects.select_for_update().order_by("pk"))
    owners = {row.pk for row in rows if row.role == Role.OWNER and row.is_active}
    return owners, next(row for row in rows if row.pk == operator.pk)


def _refuse_last(owners: set[int], operator: Operator, field: str) -> None:
    if owners == {operator.pk}:
        raise ValidationError({field: _("The school needs an owner who can sign in: make another one first")})


def _check(operator: Operator) -> None:
    if not 0 < len(operator.username) <= 64 or not operator.name.isprintable():
        raise ValidationError({"name": _("give the operator a name of 1 to 64 printable characters")})
    if "@" in operator.username:
        raise ValidationError({"name": _("a name has no @; give the address as email")})
    if operator.role not in Role.values:
        raise ValidationError({"role": f"{operator.role!r} is none of {', '.join(Role.values)}"})
    if Operator.objects.filter(username=operator.username).exists():
        taken = _("there is an operator called '%(name)s' already")
        raise ValidationError({"name": ValidationError(taken, params={"name": operator.name})})
    if operator.email:
        _check_email(operator.email)


def _check_email(email: str) -> None:
    try:
        validate_email(email)
        MaxLengthValidator(LONGEST_EMAIL)(email)
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    if Operator.objects.filter(email=email).exists():
        taken = _("another operator has the email '%(email)s'")
        raise ValidationError({"email": ValidationError(taken, params={"email": email})})


def _check_password(password: str, operator: Operator) -> None:
    try:
        validate_password(password, operator)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
