"""The people of every test: who works at the school, and who walks past its door."""

from dataclasses import dataclass

from django.test import Client

from hsl.accounts import operators
from hsl.accounts.models import Operator
from hsl.accounts.permissions import Role

PASSWORD = "сорок тысяч обезьян"


@dataclass(frozen=True)
class Cast:
    """An operator of each role, and one who worked here once."""

    owner: Operator
    manager: Operator
    analyst: Operator
    switched_off: Operator

    def by_role(self, role: Role) -> Operator:
        """The one who has ``role``."""
        found: Operator = getattr(self, role.value)
        return found


def hire() -> Cast:
    """Make the operators, each with ``PASSWORD``."""
    owner, _ = operators.add("Анна", Role.OWNER, PASSWORD, email="anna@school.example")
    manager, _ = operators.add("Борис", Role.MANAGER, PASSWORD)
    analyst, _ = operators.add("Vera", Role.ANALYST, PASSWORD)
    gone, _ = operators.add("Глеб", Role.MANAGER, PASSWORD)
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    return Cast(owner, manager, analyst, gone)


def signed_in(operator: Operator) -> Client:
    """A browser in which ``operator`` has signed in."""
    client = Client()
    client.force_login(operator)
    return client


def outsider() -> Client:
    """A browser in which nobody has."""
    return Client()
