"""The queue of jobs lives in our schema, also beside a bot that has the very same queue."""

from collections.abc import Callable

from procrastinate.schema import SchemaManager

from tests.adoption.bots import SCHOOL, adopt, leave
from tests.adoption.catalog import describe
from tests.databases import Database

TYPES = "SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e' ORDER BY 1"
# Of an older release, which migrations of the queue drop by its name alone.
OLDER = "CREATE FUNCTION procrastinate_defer_periodic_job(text) RETURNS text LANGUAGE sql RETURN $1"
OURS = "SELECT count(*) FROM pg_class WHERE relnamespace = 'hsl'::regnamespace AND relname = 'procrastinate_jobs'"


def test_a_bots_own_procrastinate_stays_as_it_is(bot_database: Callable[[], Database]) -> None:
    database = bot_database()
    database.execute(SCHOOL)
    database.execute(SchemaManager.get_schema())
    database.execute(OLDER)
    database.execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('bot', 'bot.remind')")
    with database.connect() as conn:
        before, types = describe(conn), conn.execute(TYPES).fetchall()
        adopt(database)
        assert conn.execute(OURS).fetchone() == (1,)
        assert describe(conn) == before
        leave(database)
        assert describe(conn) == before
        assert conn.execute(TYPES).fetchall() == types
