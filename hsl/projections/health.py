"""How it goes: whether a worker folds, and how far the numbers are behind."""

from dataclasses import dataclass
from typing import Literal

from django.db import connection

from hsl.projections.waiting import Waiting, waiting

WORKER = "hsl worker"
"""By this name the database knows the connection of ``hsl worker``."""


@dataclass(frozen=True, slots=True)
class Health:
    """``waiting``: what is still to be folded; ``worker``: whether one is connected; ``database``: the server's
    version."""

    waiting: Waiting
    worker: bool
    database: str

    @property
    def behind(self) -> bool:
        """Whether the numbers are not yet true of what has been committed."""
        return self.waiting.many or self.waiting.recounting

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
            " split_part(current_setting('server_version'), ' ', 1)",
            [WORKER],
        )
        worker, database = cursor.fetchone()
    return Health(waiting(), worker, database)
