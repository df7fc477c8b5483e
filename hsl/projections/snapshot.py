"""One moment for all that a page reads."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Shorter than PostgreSQL waits before it looks for deadlocks: a bot that truncates several tables at once is never the
# one that dies of a page that reads them one by one.
_OPENING = """
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL lock_timeout = '200ms'
"""


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Everything read inside is as it was in one moment, and nothing can be written.

    The outermost transaction always: raises RuntimeError inside another one. Raises OperationalError from psycopg's
    LockNotAvailable for a table that another program holds (a TRUNCATE).
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(_OPENING)
        yield
