"""What the sender asks of the database. Plain SQL over a pool of its own; each method is one transaction."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import AsyncConnection, Error, InterfaceError, OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from hsl.broadcasts.sender.budget import Budget, Lease, NotYet, lease, throttled
from hsl.broadcasts.statuses import HEARTBEAT_AGE_SECONDS, LOST, Delivery, Pause
from hsl.school.sqlfile import read_sql


def load_sql(name: str) -> LiteralString:
    """The statement of a file of the sender's."""
    return read_sql(__file__, f"sql/{name}.sql")


CLAIM, SETTLE, SWEEP, ORPHANS = load_sql("claim"), load_sql("settle"), load_sql("sweep"), load_sql("orphans")
UNREACHABLE, RETURNED = load_sql("unreachable"), load_sql("returned")
DELIVERED, MERGE, BEHINDHAND = load_sql("delivered"), load_sql("merge_counts"), load_sql("behindhand")

AWAY = (Error, PoolTimeout, OSError)
"""What is raised where the database is away, lost while it was asked, or refuses."""
_PASSING = ("08", "25", "40", "53", "55", "57", "58")
"""Classes of SQLSTATE that tell of the server or of other transactions, not of what was asked."""

_AVOIDED = ("seqscan", "bitmapscan", "sort", "hashjoin", "mergejoin", "material")
OPTIONS = " ".join(["-c synchronous_commit=on", *(f"-c enable_{way}=off" for way in _AVOIDED)])
"""A claim must be on disk before its request goes out, whatever the server's default. Each statement goes from few rows
along keys; the planner, whose statistics know nothing yet of a table that grows by a million rows in seconds, would
rather read it whole, and keep to that."""
MANY_COUNTS = 50


@dataclass(frozen=True, slots=True)
class Claimed:
    """A recipient that this worker writes to now. ``ahead``: found going forward from the mark."""

    recipient_id: int
    message_id: int
    user_id: int
    token: int
    ahead: bool
    username: str | None
    first_name: str | None
    course_stream: str | None
    gone: bool
    unreachable: str | None
    chat_id: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a claimed recipient. ``wait``: seconds before one put back to pending is tried again."""

    recipient_id: int
    message_id: int
    token: int
    status: Delivery
    reason: str = ""
    words: str = ""
    telegram_message_id: int | None = None
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Live:
    """A message that is being sent."""

    message_id: int
    content: dict[str, Any]
    individual: bool
    mark: int
    first: int
    last: int


def passes(error: BaseException) -> bool:
    """Whether the same may succeed a little later: the database is away or busy, and refuses nothing."""
    if not isinstance(error, Error):
        return isinstance(error, OSError)
    if error.sqlstate is None:
        return isinstance(error, OperationalError | InterfaceError)
    return error.sqlstate[:2] in _PASSING


def _claimed(message_id: int, row: tuple[Any, ...]) -> Claimed:
    recipient_id, user_id, token, ahead, username, first_name, course_stream, gone, unreachable, moved_to = (
        row
    )
    return Claimed(
        recipient_id=recipient_id,
        message_id=message_id,
        user_id=user_id,
        token=token,
        ahead=ahead,
        username=username,
        first_name=first_name,
        course_stream=course_stream,
        gone=gone,
        unreachable=unreachable,
        chat_id=user_id if moved_to is None else moved_to,
    )


class Store:
    """The database as one worker sees it."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection[Any]], bot_id: int) -> None:
        self._pool = pool
        self.bot_id = bot_id

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection[Any]]:
        """A connection of the pool, in a transaction."""
        async with self._pool.connection() as conn, conn.transaction():
            yield conn

    async def run(self, statement: LiteralString, values: Any = None) -> list[tuple[Any, ...]]:  # noqa: ANN401 # psycopg's
        """One statement in one transaction; gives its rows."""
        async with self.transaction() as conn:
            cursor = await conn.execute(statement, values)
            return list(await cursor.fetchall()) if cursor.description else []

    async def enlist(self, host: str, pid: int) -> int:
        """Be known as a worker that sends; gives its id."""
        await self.run("INSERT INTO bots (bot_id) VALUES (%s) ON CONFLICT DO NOTHING", [self.bot_id])
        return int(
            (await self.run("INSERT INTO senders (host, pid) VALUES (%s, %s) RETURNING id", [host, pid]))[0][
                0
            ]
        )

    async def beat(self, sender: int) -> None:
        """The heartbeat."""
        await self.run(
            "UPDATE senders SET beat_at = clock_timestamp(), stopped_at = NULL WHERE id = %s", [sender]
        )

    async def leave(self, sender: int) -> None:
        """This worker has ended, and nothing is on its way."""
        await self.run("UPDATE senders SET stopped_at = clock_timestamp() WHERE id = %s", [sender])

    async def lease(
        self, limit: float, wanted: int, sender: int, *, paid: bool
    ) -> tuple[Lease | NotYet, datetime]:
        """Permits of the bot's budget, for messages that are paid for or for others, and the server's time."""
        async with self.transaction() as conn:
            budget, now = await self._budget(conn)
            budget, given = lease(budget, limit, wanted, sender, now, paid=paid)
            if isinstance(given, Lease):
                await self._keep(conn, budget)
        return given, now

    async def throttled(self, limit: float, seconds: float, *, whole_bot: bool) -> None:
        """Telegram answered 429."""
        async with self.transaction() as conn:
            budget, now = await self._budget(conn)
            await self._keep(conn, throttled(budget, limit, seconds, now, whole_bot=whole_bot))

    async def _budget(self, conn: AsyncConnection[Any]) -> tuple[Budget, datetime]:
        cursor = await conn.execute(
            """SELECT next_at, rate_from, rate_since, climb_seconds, lessee, held_until,
                      probing_since IS NOT NULL, wrong IS NOT NULL, paid_until
               FROM bots WHERE bot_id = %s FOR UPDATE""",
            [self.bot_id],
        )
        row = await cursor.fetchone()
        now = (await (await conn.execute("SELECT clock_timestamp()")).fetchall())[0][0]
        return Budget(*row) if row else Budget(now, 25.0, now, 3.0, None), now

    async def _keep(self, conn: AsyncConnection[Any], budget: Budget) -> None:
        await conn.execute(
            """UPDATE bots SET next_at = %s, rate_from = %s, rate_since = %s, climb_seconds = %s, lessee = %s,
                 held_until = %s, paid_until = %s
               WHERE bot_id = %s""",
            [
                budget.next_at,
                budget.rate_from,
                budget.rate_since,
                budget.climb_seconds,
                budget.lessee,
                budget.held_until,
                budget.paid_until,
                self.bot_id,
            ],
        )

    async def live(self) -> list[Live]:
        """The messages that are being sent, single ones first, then by when they began. None is paid for where the
        owner does not allow it."""
        found = await self.run(
            """SELECT b.message_id,
                 b.content || jsonb_build_object('paid', bots.paid AND coalesce(b.content -> 'paid' = 'true', false)),
                 b.individual, b.mark, b.first_recipient, b.last_recipient
               FROM broadcasts b JOIN bots USING (bot_id)
               WHERE b.status = 'sending' AND b.bot_id = %s ORDER BY b.individual DESC, b.started_at, b.message_id""",
            [self.bot_id],
        )
        return [Live(*row) for row in found]

    async def claim(self, message: Live, mark: int, most: int, sender: int) -> list[Claimed]:
        """Claim at most so many recipients. Committed, on disk, when this returns."""
        found = await self.run(
            CLAIM,
            {
                "message": message.message_id,
                "bot": self.bot_id,
                "sender": sender,
                "mark": mark,
                "last": message.last,
                "most": most,
            },
        )
        return [_claimed(message.message_id, row) for row in found]

    async def settle(self, settlements: Sequence[Settlement]) -> None:
        """Note what became of recipients. A message that had ended goes on where somebody is to get it after all."""
        settlements = sorted(
            settlements, key=lambda one: one.recipient_id
        )  # so that workers' locks never cross
        values = {
            "ids": [one.recipient_id for one in settlements],
            "tokens": [one.token for one in settlements],
            "statuses": [one.status for one in settlements],
            "reasons": [one.reason for one in settlements],
            "words": [one.words for one in settlements],
            "telegram_ids": [one.telegram_message_id for one in settlements],
            "waits": [one.wait for one in settlements],
        }
        async with self.transaction() as conn:
            left = await (await conn.execute(SETTLE, values)).fetchall()
            if left:
                await self._reopen(conn, [row[0] for row in left])

    async def _reopen(self, conn: AsyncConnection[Any], message_ids: list[int]) -> None:
        """Held to the end of the transaction, whatever their status: nobody ends them without having seen who is left.
        Who holds a message may wait for our rows: we give way, and settle anew."""
        await conn.execute("SET LOCAL lock_timeout = '500ms'")
        await conn.execute(
            """UPDATE broadcasts
               SET status = CASE WHEN status <> 'sent' THEN status
                                 WHEN paused_reason IS NULL THEN 'sending' ELSE 'paused' END,
                   finished_at = CASE status WHEN 'sent' THEN NULL ELSE finished_at END, updated_at = clock_timestamp()
               WHERE message_id = ANY (%s)""",
            [message_ids],
        )

    async def progress(self, message_id: int, mark: int) -> bool:
        """Bring what the message's rows say of its progress up to date; gives whether nobody is left to be written to.
        It has ended then, also where it was paused in the last moment; where the bot reached nobody, it is asked about
        first. Why it was paused is kept, should somebody be put back."""
        values = {
            "message": message_id,
            "mark": mark,
            "many": MANY_COUNTS,
            "asked": Pause.ALL_UNREACHABLE,
        }
        async with self.transaction() as conn:
            await conn.execute(MERGE, values)
        async with self.transaction() as conn:
            await conn.execute(
                "SELECT FROM broadcasts WHERE message_id = %(message)s FOR NO KEY UPDATE", values
            )
            ((_delivered, remaining),) = await (await conn.execute(DELIVERED, values)).fetchall()
            await conn.execute(
                """UPDATE broadcasts SET mark = greatest(mark, %(mark)s), updated_at = clock_timestamp()
                   WHERE message_id = %(message)s AND status = 'sending' AND mark < %(mark)s""",
                values,
            )
            if remaining <= 0:
                await conn.execute(
                    """UPDATE broadcasts
                       SET status = 'sent', finished_at = clock_timestamp(), updated_at = clock_timestamp()
                       WHERE message_id = %(message)s
                         AND (status = 'sending'
                              OR status = 'paused' AND started_at IS NOT NULL AND paused_reason <> %(asked)s)""",
                    values,
                )
        return bool(remaining <= 0)

    async def behind(self, message_id: int) -> bool:
        """Whether somebody pending is neither put back for later nor on their way: the mark has passed them."""
        ((left,),) = await self.run(
            """SELECT (SELECT coalesce(sum(people), 0) FROM delivery_counts
                       WHERE message_id = %(m)s AND status = 'pending')
                    - (SELECT count(*) FROM deliveries WHERE message_id = %(m)s AND not_before IS NOT NULL)
                    - (SELECT count(*) FROM public.message_recipients WHERE message_id = %(m)s
                       AND delivery_status = 'sending')""",
            {"m": message_id},
        )
        return bool(left > 0)

    async def counts(self, message_id: int) -> dict[tuple[str, str], int]:
        """How many recipients by status and reason."""
        found = await self.run(
            """SELECT status, reason, sum(people)::integer FROM delivery_counts WHERE message_id = %s
               GROUP BY 1, 2 HAVING sum(people) <> 0""",
            [message_id],
        )
        return {(status, reason): people for status, reason, people in found}

    async def pause(self, message_ids: Sequence[int] | None, reason: str, words: str) -> None:
        """Pause messages that are being sent, all of this bot where None is given."""
        await self.run(
            """UPDATE broadcasts SET status = 'paused', paused_reason = %(reason)s, paused_words = %(words)s,
                 resumes_at = NULL, updated_at = clock_timestamp()
               WHERE status = 'sending' AND bot_id = %(bot)s
                 AND (%(ids)s::integer[] IS NULL OR message_id = ANY (%(ids)s::integer[]))""",
            {
                "reason": reason,
                "words": words,
                "bot": self.bot_id,
                "ids": None if message_ids is None else list(message_ids),
            },
        )

    async def sweep(self, *, days: int = 2) -> int:
        """Take what silent workers have claimed for unknown; gives how many. Of messages that are neither being sent
        nor paused, those touched within ``days`` are looked at."""
        ((lost,),) = await self.run(SWEEP, {"age": HEARTBEAT_AGE_SECONDS, "reason": LOST, "days": days})
        return int(lost)

    async def behindhand(self) -> set[int]:
        """Messages not being sent whose counter is behind, or whose end: who settled their last rows died before it was
        brought up to date, or what it had claimed was taken for unknown."""
        values = {"bot": self.bot_id, "asked": Pause.ALL_UNREACHABLE}
        return {row[0] for row in await self.run(BEHINDHAND, values)}

    async def end_deserted(self) -> None:
        """End those of our messages whose row of message_history another program on the same table has deleted."""
        await self.run(
            """UPDATE broadcasts b
               SET status = 'cancelled', resumes_at = NULL,
                   finished_at = clock_timestamp(), updated_at = clock_timestamp()
               WHERE b.bot_id = %s AND b.status IN ('scheduled', 'sending', 'paused')
                 AND NOT EXISTS (SELECT FROM public.message_history h WHERE h.id = b.message_id)""",
            [self.bot_id],
        )

    async def orphans(self, sender: int) -> list[tuple[int, int, int]]:
        """What has been claimed under this worker's name for a while: recipients, messages and tokens."""
        return [(row[0], row[1], row[2]) for row in await self.run(ORPHANS, {"sender": sender})]

    async def note_unreachable(self, people: Iterable[tuple[int, str]]) -> None:
        """Whom the bot can't reach, and why."""
        newest = dict(people)
        values = {"bot": self.bot_id, "users": list(newest), "reasons": list(newest.values())}
        await self.run(UNREACHABLE, values)

    async def note_reached(self, user_ids: Sequence[int]) -> None:
        """Who got a message though they were noted as unreachable."""
        await self.run(
            "DELETE FROM unreachable WHERE bot_id = %s AND user_id = ANY (%s)", [self.bot_id, list(user_ids)]
        )

    async def note_returned(self) -> None:
        """Forget as unreachable who has done something since."""
        await self.run(RETURNED, {"bot": self.bot_id})

    async def note_move(self, user_id: int, chat_id: int) -> None:
        """A person's chat has another id now."""
        await self.run(
            """INSERT INTO chat_moves VALUES (%s, %s, %s)
               ON CONFLICT (bot_id, user_id) DO UPDATE SET chat_id = EXCLUDED.chat_id""",
            [self.bot_id, user_id, chat_id],
        )

    async def probing(self) -> bool:
        """Whether an answer was lost and none came since."""
        found = await self.run(
            "SELECT probing_since IS NOT NULL OR wrong IS NOT NULL FROM bots WHERE bot_id = %s", [self.bot_id]
        )
        return bool(found and found[0][0])

    async def stop_claims(self) -> None:
        """Nobody claims until the bot answers again."""
        await self.run(
            "UPDATE bots SET probing_since = coalesce(probing_since, clock_timestamp()) WHERE bot_id = %s",
            [self.bot_id],
        )

    async def answered(self, username: str) -> None:
        """The bot answered: claims go on."""
        await self.run(
            """UPDATE bots SET probing_since = NULL, wrong = NULL, username = %s, seen_at = clock_timestamp()
               WHERE bot_id = %s""",
            [username, self.bot_id],
        )

    async def refused(self, words: str) -> None:
        """Telegram refuses the token."""
        await self.run("UPDATE bots SET wrong = %s WHERE bot_id = %s", [words, self.bot_id])
