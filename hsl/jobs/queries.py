"""Which jobs nobody works on any more."""

from pathlib import Path

from django.db import connection

LOCKS = 1752395626
"""The first half of the advisory lock that whoever runs a job holds; the second is the job's id."""

_LOST = Path(__file__).with_name("sql") / "lost.sql"


def lost() -> list[int]:
    """Ids of the jobs whose worker is gone. The database knows it in the moment in which that worker's connection
    ends, so no job is lost for longer than it takes to ask."""
    with connection.cursor() as cursor:
        cursor.execute(_LOST.read_text(encoding="utf-8"), {"locks": LOCKS})
        return [job_id for (job_id,) in cursor.fetchall()]
