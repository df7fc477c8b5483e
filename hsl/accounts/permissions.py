"""Every permission of the product and the roles that hold it. Nothing else says who may do what."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """What an operator or an API key may do. The value is the name by which Django's ``has_perm`` and a
    template's ``perms.accounts.…`` ask for it."""

    SEE_NUMBERS = "accounts.see_numbers"
    SEE_PEOPLE = "accounts.see_people"
    CHANGE_BOOKINGS = "accounts.change_bookings"
    MOVE_PEOPLE = "accounts.move_people"
    EXPORT = "accounts.export"
    IMPORT_FACTS = "accounts.import_facts"
    MANAGE_SCHOOL = "accounts.manage_school"
    MANAGE_OPERATORS = "accounts.manage_operators"
    MANAGE_API_KEYS = "accounts.manage_api_keys"
    SEE_AUDIT = "accounts.see_audit"
    SEE_CACHE = "accounts.see_cache"
    SEE_BROADCASTS = "accounts.see_broadcasts"
    WRITE_BROADCASTS = "accounts.write_broadcasts"
    MANAGE_BOT = "accounts.manage_bot"


class Role(models.TextChoices):
    """What a person does at the school. An API key has a role too."""

    OWNER = "owner", _("owner")
    MANAGER = "manager", _("manager")
    ANALYST = "analyst", _("analyst")


_SEE = frozenset({Permission.SEE_NUMBERS, Permission.SEE_PEOPLE, Permission.SEE_BROADCASTS})
_CHANGE = frozenset(
    {
        Permission.CHANGE_BOOKINGS,
        Permission.MOVE_PEOPLE,
        Permission.EXPORT,
        Permission.IMPORT_FACTS,
        Permission.WRITE_BROADCASTS,
    }
)

PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.MANAGER: _SEE | _CHANGE,
    Role.ANALYST: _SEE,
}


def allows(role: str, permission: str) -> bool:
    """Whether ``role`` holds ``permission``; an unknown role or permission holds and gives nothing."""
    return permission in PERMISSIONS.get(role, ())
