"""What each role may do, and how Django asks for it."""

import pytest

from hsl.accounts.models import ApiKey, Operator
from hsl.accounts.permissions import PERMISSIONS, Permission, Role, allows


def test_an_owner_may_do_everything() -> None:
    assert PERMISSIONS[Role.OWNER] == frozenset(Permission)


def test_each_role_may_do_all_that_the_one_below_may() -> None:
    assert PERMISSIONS[Role.ANALYST] < PERMISSIONS[Role.MANAGER] < PERMISSIONS[Role.OWNER]


def test_an_analyst_only_sees() -> None:
    assert PERMISSIONS[Role.ANALYST] == {
        Permission.SEE_NUMBERS,
        Permission.SEE_PEOPLE,
        Permission.SEE_BROADCASTS,
    }


def test_a_manager_does_not_manage_the_school_itself() -> None:
    assert not {name for name in PERMISSIONS[Role.MANAGER] if "manage" in name}


@pytest.mark.parametrize(
    ("role", "permission"), [("", "accounts.see_people"), ("owner", "accounts.fly"), ("owner", "")]
)
def test_what_is_unknown_is_refused(role: str, permission: str) -> None:
    assert not allows(role, permission)


def test_an_operator_and_a_key_of_one_role_may_do_the_same() -> None:
    for role in Role:
        operator, key = Operator(role=role), ApiKey(role=role)
        for permission in Permission:
            assert operator.has_perm(permission) == key.has_perm(permission) == allows(role, permission)


def test_an_operator_who_was_switched_off_may_do_nothing() -> None:
    assert not Operator(role=Role.OWNER, is_active=False).has_perm(Permission.SEE_PEOPLE)
