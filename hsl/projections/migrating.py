"""Django's migrations, each with its record in one transaction."""

from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState


class _InOneTransaction(MigrationExecutor):
    """Django writes that a migration is done after it committed what that did, where statements were put off to its
    end: killed in between, it would do it once more, and fail."""

    def apply_migration(
        self, state: ProjectState, migration: Migration, *how: bool, **named: bool
    ) -> ProjectState:
        with transaction.atomic():
            return super().apply_migration(state, migration, *how, **named)


def run_migrations() -> None:
    """Apply what is not applied yet.

    Raises:
        OperationalError: a lock was not to be had in time; what came before it stays.
    """
    migrate.MigrationExecutor = _InOneTransaction  # type: ignore[attr-defined]  # the command has no place for another
    call_command("migrate", verbosity=0, interactive=False)
