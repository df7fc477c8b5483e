"""The sender's way into the database: plain SQL over a pool of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, LiteralString, TypeVar

from psycopg import AsyncConnection, Error, InterfaceError, OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from hsl.connection import parameters
from hsl.school.selecting import Values
from hsl.school.sqlfile import read_sql

AWAY = (Error, PoolTimeout, OSError)
"""What is raised where the database is away, lost while it was asked, or refuses."""
_PASSING = ("08", "25", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE that tell of the server or of other transactions, not of what was asked."""

_AVOIDED = ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin", "material")
_COMMITTED = r"-c default_transaction_isolation=read\ committed"
OPTIONS = " ".join(["-c synchronous_commit=on", _COMMITTED, *(f"-c enable_{way}=off" for way in _AVOIDED)])
"""A claim must be on disk before its request goes out, and who has waited for a lock must see what its holder did,
whatever the server's defaults. Each statement goes from few rows along keys; the planner, whose statistics know nothing
yet of a table that grows by a million rows in seconds, would rather read it whole, and keep to that."""

T = TypeVar("T")


def load_sql(name: str) -> LiteralString:
    """The statement of a file of the sender's."""
    return read_sql(__file__, f"sql/{name}.sql")


def passes(error: BaseException) -> bool:
    """Whether the same may succeed a little later: the database is away or busy, and refuses nothing."""
    if not isinstance(error, Error):
        return isinstance(error, OSError)
    if error.sqlstate is None:
        return isinstance(error, OperationalError | InterfaceError)
    return error.sqlstate[:2] in _PASSING


async def by_halves(
    batch: Sequence[T],
    note: Callable[[Sequence[T]], Awaitable[None]],
    refuse: Callable[[T, Exception], Awaitable[None]],
) -> None:
    """Have the database note a batch; where it refuses the whole, each half by itself, down to who is to blame.

    Args:
        batch: what is to be noted, at least one.
        note: writes several, in one transaction.
        refuse: told of one that the database refuses, and why.

    Raises what ``note`` raises where that ``passes`` (the database is away or busy), and what ``refuse`` raises.
    """
    try:
        await note(batch)
    except Exception as error:
        if passes(error):
            raise
        if len(batch) == 1:
            await refuse(batch[0], error)
        else:
            middle = len(batch) // 2
            for half in (batch[:middle], batch[middle:]):
                await by_halves(half, note, refuse)


async def value(conn: AsyncConnection[Any], statement: LiteralString, values: Values) -> Any:  # noqa: ANN401 # a column's
    """The one value that a statement gives; None where there is no row."""
    found = await (await conn.execute(statement, values)).fetchone()
    return found[0] if found else None


class Database:
    """The database, for one bot."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]], bot_id: int) -> None:
        self._pool = pool
        self.bot_id = bot_id

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection[Any]]:
        """A connection of the pool, in a transaction."""
        async with self._pool.connection() as conn, conn.transaction():
            yield conn

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[AsyncConnection[Any]]:
        """A connection beside the pool, in autocommit, for what takes long: nobody waits for it."""
        params = parameters("hsl upload", OPTIONS)
        async with await AsyncConnection.connect(**params, autocommit=True) as conn:
            yield conn

    async def run(self, statement: LiteralString, values: Any = None) -> list[tuple[Any, ...]]:  # noqa: ANN401 # psycopg's
        """One statement in one transaction; gives its rows."""
        async with self.transaction() as conn:
            cursor = await conn.execute(statement, values)
            return list(await cursor.fetchall()) if cursor.description else []
