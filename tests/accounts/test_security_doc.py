"""docs/security.md says what the code does."""

import re
from pathlib import Path

from django.conf import settings

from hsl.accounts.permissions import PERMISSIONS, Permission, Role


def test_the_table_of_permissions_is_the_codes() -> None:
    text = Path(settings.BASE_DIR, "docs/security.md").read_text(encoding="utf-8")
    rows = [row.split("|") for row in re.findall(r"^\| `.*$", text, re.MULTILINE)]

    said = {
        f"accounts.{row[1].strip().strip('`')}": {
            role for role, mark in zip(Role, row[2:5], strict=True) if mark.strip()
        }
        for row in rows
    }
    assert said == {
        permission: {role for role in Role if permission in PERMISSIONS[role]} for permission in Permission
    }
