"""One moment for all that a page reads."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Concatenate, ParamSpec, TypeVar

from django.db import transaction

from hsl.school.selecting import value

P = ParamSpec("P")
T = TypeVar("T")

KEPT = 16
"""Readings of each kind: some ranges of days, of the newest state and of the one before."""

# Shorter than PostgreSQL waits before it looks for deadlocks: a bot that truncates several tables at once is never the
# one that dies of a page that reads them one by one.
_OPENING = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL lock_timeout = '200ms';
SELECT concat_ws(' ', current_database(), pg_postmaster_start_time(), pg_current_snapshot())
"""


@contextmanager
def one_snapshot() -> Iterator[str]:
    """Everything read inside is as it was in one moment, and nothing can be written. Gives the moment's mark: the same
    one as long as no transaction has written anything, in any database of the server.

    The outermost transaction always: raises RuntimeError inside another one. Raises OperationalError from psycopg's
    LockNotAvailable for a table that another program holds (a TRUNCATE).
    """
    with transaction.atomic(durable=True):
        yield str(value(_OPENING))


def once_a_snapshot(read: Callable[P, T]) -> Callable[Concatenate[str, P], T]:
    """Read once for all who look while nothing is written: ``read``, with the mark of the snapshot that it is called
    in before its own parameters.

    A snapshot tells of every transaction whether it is seen (PostgreSQL's documentation, 9.28, pg_snapshot), so what
    was read in one is what another with the same mark would read; a server that was started anew, maybe from a backup,
    gives other marks. ``read`` must take from the database and its parameters alone, and what it gives is shared:
    nobody changes it.
    """

    @lru_cache(KEPT)
    def kept(_mark: str, *args: P.args, **kwargs: P.kwargs) -> T:
        return read(*args, **kwargs)

    return kept  # type: ignore[return-value] # typeshed's lru_cache forgets what the parameters are
