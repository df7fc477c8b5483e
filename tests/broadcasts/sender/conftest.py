"""The sender's way into the session's database, and messages on their way."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.filling import Filler
from hsl.broadcasts.sender.database import OPTIONS
from hsl.broadcasts.sender.store import Live, Store
from hsl.broadcasts.services import Draft, create, schedule
from hsl.broadcasts.starting import start
from hsl.connection import parameters
from hsl.projections.fold import fold
from hsl.telegram.client import Telegram, always
from tests.loops import Loop
from tests.telegram.simulated import SimulatedTelegram
from tests.waiting import until_waiting

BOT = 4242
TOKEN = f"{BOT}:{'a' * 35}"
T = TypeVar("T")
Run = Callable[[Awaitable[T]], T]


async def fill(_message_id: int, content: Content) -> Filler:
    """What copies are made of where a message has no file, and its links lead straight."""
    return Filler(content, None, None)


def bot_at(
    telegram: SimulatedTelegram, *, connections: int = 1, before_write: Callable[[], bool] = always
) -> Telegram:
    """Our bot, as a worker speaks for it. ``before_write``: asked right before each request is written."""
    return Telegram(
        TOKEN, api_url=telegram.url, connections=connections, timeout=30, before_write=before_write
    )


class Desk:
    """Two workers' stores on one database, and what tests ask of it."""

    def __init__(
        self, run: Callable[[Any], Any], pool: AsyncConnectionPool[Any], conn: psycopg.Connection
    ) -> None:
        self._run, self.conn = run, conn
        self.store = Store(pool, BOT)
        self.workers = [self.do(self.store.enlist("host", n)) for n in (1, 2)]

    def do(self, awaited: Awaitable[T]) -> T:
        """Wait for it."""
        found: T = self._run(awaited)
        return found

    def people(self, first: int, last: int) -> None:
        """People with a confirmed booking in 3rd_stream."""
        self.conn.execute(
            """INSERT INTO public.bookings (user_id, first_name, course_id, course_stream, confirmed)
               SELECT n, 'Имя ' || n, 1, '3rd_stream', 2 FROM generate_series(%s::integer, %s::integer) AS n""",
            [first, last],
        )
        fold(self.conn)

    def message(self, *people: int) -> int:
        """A message that is being sent, to these people, else to all of 3rd_stream."""
        audience = Audience(people=people) if people else Audience(groups=("3rd_stream",))
        message_id = create(Draft(Content("Привет!"), audience), actor=None)
        schedule(message_id, None, actor=None)
        start(message_id)
        return message_id

    def live(self, message_id: int) -> Live:
        """The message as a worker sees it."""
        return next(one for one in self.do(self.store.live()) if one.message_id == message_id)

    def statuses(self, message_id: int) -> dict[str, int]:
        """How many recipients are in each status, by their rows."""
        rows = self.conn.execute(
            "SELECT delivery_status, count(*)::integer FROM public.message_recipients WHERE message_id = %s GROUP BY 1",
            [message_id],
        )
        return dict(rows.fetchall())

    def until_waiting(self, sessions: int) -> None:
        """Until so many wait for what another has locked."""
        until_waiting(self.conn, sessions)

    def value(self, statement: str, *values: object) -> Any:  # what a column holds
        """The one value that a statement gives."""
        ((value,),) = self.conn.execute(statement, values).fetchall()
        return value


@pytest.fixture
def desk(school: psycopg.Connection, settings: Any) -> Iterator[Desk]:  # pytest-django's
    """The sender's database."""
    settings.BOT_TOKEN = TOKEN
    with Loop() as loop:

        async def opened() -> AsyncConnectionPool[Any]:
            pool: AsyncConnectionPool[Any] = AsyncConnectionPool(
                kwargs=parameters("hsl sender", OPTIONS), min_size=1, max_size=3, open=False
            )
            await pool.open(wait=True)
            return pool

        pool = loop.run(opened())
        yield Desk(loop.run, pool, school)
        loop.run(pool.close())
