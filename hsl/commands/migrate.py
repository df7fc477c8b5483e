"""``hsl migrate``: the database brought up to date, with no worker of a former release beside it."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from hsl.broadcasts.statuses import HEARTBEAT_AGE_SECONDS
from hsl.commands import session
from hsl.refusal import Refusal

_THERE = "SELECT to_regclass('hsl.senders') IS NOT NULL"
_SENDING = """
SELECT count(*) FROM hsl.senders
WHERE stopped_at IS NULL AND beat_at > clock_timestamp() - make_interval(secs => %s)
"""


def run() -> None:
    """Apply what is missing. Raises Refusal while workers send and a migration is to be applied."""
    with session.database():
        from hsl.projections import adoption

        _refuse_beside_workers()
        adoption.migrate()


def _refuse_beside_workers() -> None:
    """They know nothing of what is new, and would not write it (docs/migrations.md)."""
    with connection.cursor() as cursor:
        cursor.execute(_THERE)
        if not cursor.fetchall()[0][0]:
            return
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        cursor.execute(_SENDING, [HEARTBEAT_AGE_SECONDS])
        workers = cursor.fetchall()[0][0]
    if missing and workers:
        raise Refusal(
            f"Stop the workers first: {workers} of the former release are running, and {len(missing)} migrations are"
            f" to be applied. A worker that was killed counts as running for {HEARTBEAT_AGE_SECONDS} seconds."
        )
