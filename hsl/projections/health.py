"""How it goes: whether a worker folds, and how far the numbers are behind."""

from dataclasses import dataclass
from typing import Literal

from django.db import connection

from hsl.projections.waiting import COUNTED_UP_TO, Waiting, waiting

WORKER = "hsl worker"
"""By this name the database knows the connection of ``hsl worker``."""


@dataclass(frozen=True, slots=True)
class Health:
    """``waiting``: what is still to be folded; ``worker``: whether one is connected; ``changes``: how many were noted
    and not yet taken, counted up to ``COUNTED_UP_TO``; ``database``: the server's version."""

    waiting: Waiting
    worker: bool
    changes: int
    database: str

    @property
    def behind(self) -> bool:
        """Whether the numbers are not yet true of what has been committed."""
        return self.waiting.many or self.waiting.recounting

    @property
    def is_more(self) -> bool:
        """Whether more changes wait than were counted."""
        return self.changes >= COUNTED_UP_TO

    @property
    def state(self) -> Literal["good", "busy", "bad"]:
        """In one word: nobody folds, or somebody does and is behind, or all is counted."""
        if not self.worker:
            return "bad"
        return "busy" if self.behind else "good"


def health() -> Health:
    """How it goes now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s),"
            " (SELECT count(*) FROM (SELECT FROM changes LIMIT %s) AS first),"
            " split_part(current_setting('server_version'), ' ', 1)",
            [WORKER, COUNTED_UP_TO],
        )
        worker, changes, database = cursor.fetchone()
    return Health(waiting(), worker, changes, database)
