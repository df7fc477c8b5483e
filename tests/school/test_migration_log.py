"""docs/migrations.md is the migration log: each migration of ours stands there with its rollback plan."""

import re
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

LOG = Path(__file__).resolve().parents[2] / "docs" / "migrations.md"


def test_every_migration_is_in_the_log_with_its_rollback_plan() -> None:
    loader = MigrationLoader(None)
    ours = {
        f"{label}.{name}"
        for (label, name), migration in loader.disk_migrations.items()
        if type(migration).__module__.startswith("hsl.")
    }
    entries = re.split(r"^## ", LOG.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert {entry.partition("\n")[0] for entry in entries} == ours
    for entry in entries:
        for field in ("Date", "Type", "Status", "Tables", "Rollback plan"):
            assert f"**{field}:**" in entry
