"""``hsl migrate``: everything that stands between any database (empty, a bot's, an older one of ours) and true pages."""

from django.core.management import call_command
from django.db import connection

from hsl.school.sqlfile import read_sql


def migrate() -> None:
    """Bring the database up to date. Safe to repeat: twice in a row ends the same."""
    from hsl import school

    school_file = str(school.__file__)
    with connection.cursor() as cursor:
        cursor.execute(read_sql(school_file, "sql/prepare.sql"))
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute(read_sql(school_file, "sql/views.sql"))
        for name in ("sums",):
            cursor.execute(read_sql(__file__, f"sql/{name}.sql"))
