"""``hsl migrate`` and ``hsl detach``: moving into a database, empty or a live bot's, and out of it again."""

from functools import partial

from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection
from psycopg import sql
from psycopg.errors import LockNotAvailable

from hsl import school
from hsl.projections import attachment, indexes
from hsl.projections.fold import fold_to_the_end
from hsl.projections.migrating import run_migrations
from hsl.projections.patience import LOCK_TIMEOUT, Connection, alone, patiently, tries
from hsl.school.folding import create_fold, index_trigrams
from hsl.school.listing import list_what_bookings_hold
from hsl.school.rights import refuse_without_rights
from hsl.school.sqlfile import read_sql
from hsl.school.zone import set_time_zone

DEFINITIONS = (
    "sums",
    "user_cache",
    "user_activity",
    "memberships",
    "lesson_people",
    "programme_views",
    "leads",
    "recompute",
    "take",
    "merge",
    "recount",
)


def migrate() -> None:
    """Bring the database up to date: whatever stands between it and true pages.

    Safe to repeat, also where it was killed half-way; twice in a row ends the same, and of two at once one waits.
    Tables that were there before us get triggers and indexes, and nothing else.

    Raises:
        Refusal: the role lacks a right (the SQL to grant it is in the sentence), a table was busy all the while, or the
            server does not know the time zone of ``HSL_TIME_ZONE``.
    """
    conn = _connection()
    refuse_without_rights(conn)
    indexes.refuse_unless_buildable(conn)
    with alone(conn):
        conn.execute(read_sql(str(school.__file__), "sql/prepare.sql"))
        create_fold(conn)
        _run_migrations(conn)
        index_trigrams(conn)
        attachment.compose(conn)
        for name in DEFINITIONS:
            conn.execute(read_sql(__file__, f"sql/{name}.sql"))
        list_what_bookings_hold(conn)
        attachment.attach(conn)
        indexes.build_indexes(conn)
        set_time_zone(conn, settings.SCHOOL_TIME_ZONE)
    fold_to_the_end(conn)


def detach() -> None:
    """Leave the database: triggers table by table, our indexes, then the schema. Facts and messages stay.

    Raises:
        TableBusyError: a table was busy all the while; repeat it.
    """
    conn = _connection()
    with alone(conn):
        attachment.detach(conn)
        indexes.drop_indexes(conn)
        patiently(conn, partial(conn.execute, "DROP SCHEMA IF EXISTS hsl CASCADE"), what="The schema hsl")


def roll_back_messages(*, drop_adopted: bool) -> None:
    """Take back the messaging migration (docs/migrations.md): drop message_recipients, then message_history.

    Tables that were there before us stay unless ``drop_adopted``, their owner's word. ``migrate`` makes missing
    ones anew.
    """
    conn = _connection()
    with alone(conn):
        conn.execute(
            "SELECT set_config('hsl.drop_adopted_messages', %s, false)", ["yes" if drop_adopted else "no"]
        )
        call_command("migrate", "messaging", "zero", verbosity=0, interactive=False)


def _run_migrations(conn: Connection) -> None:
    """Django's migrations, each waiting at most 200 ms for a lock; those done are not done again.

    They see the schema hsl alone: what another package's migration says without a schema (the queue's, of which a bot
    may have one of its own) can't mean a bot's.
    """
    conn.execute(sql.SQL("SET lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
    conn.execute("SET search_path = hsl")
    try:
        for busy in tries("Migrations"):
            try:
                run_migrations()
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable):
                    raise
                busy(error)
            else:
                return
    finally:
        conn.execute("RESET lock_timeout")
        conn.execute("RESET search_path")


def _connection() -> Connection:
    connection.ensure_connection()
    conn: Connection = connection.connection
    return conn
