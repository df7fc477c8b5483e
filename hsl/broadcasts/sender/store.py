"""What the sender asks of the database about recipients, the budget and the workers; each method is one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg import AsyncConnection

from hsl.broadcasts.sender.budget import Budget, Lease, NotYet, lease, throttled
from hsl.broadcasts.sender.database import load_sql, value
from hsl.broadcasts.sender.progress import HELD, Progress
from hsl.broadcasts.statuses import HEARTBEAT_AGE_SECONDS, LOST, Delivery

CLAIM, SETTLE, SWEEP, ORPHANS = load_sql("claim"), load_sql("settle"), load_sql("sweep"), load_sql("orphans")
UNREACHABLE, RETURNED = load_sql("unreachable"), load_sql("returned")
TRIED_SECONDS = 10.0
"""A worker that has nobody on their way, and reached nobody for so long, leaves a message's first recipients to others:
perhaps the network is away where it runs."""
OTHERS_TRY = """
SELECT EXISTS (
  SELECT FROM broadcasts b JOIN deliveries d ON d.recipient_id BETWEEN b.first_recipient AND b.last_recipient
  JOIN senders s ON s.id = d.sender
  JOIN public.message_recipients r ON r.id = d.recipient_id
  WHERE b.message_id = %(message)s AND d.message_id = b.message_id AND d.sender <> %(sender)s
    AND (r.delivery_status = 'sending'
         OR r.delivery_status = 'failed' AND d.settled_at > clock_timestamp() - make_interval(secs => %(idle)s))
    AND s.stopped_at IS NULL AND s.beat_at > clock_timestamp() - make_interval(secs => %(age)s)
)
"""


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
    """A message that is being sent. ``kept``: its content as the database keeps it."""

    message_id: int
    content: dict[str, Any]
    individual: bool
    mark: int
    first: int
    last: int
    kept: str


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


class Store(Progress):
    """The database as one worker sees it."""

    async def enlist(self, host: str, pid: int) -> int:
        """Be known as a worker that sends; gives its id."""
        await self.run("INSERT INTO bots (bot_id) VALUES (%s) ON CONFLICT DO NOTHING", [self.bot_id])
        ((sender,),) = await self.run(
            "INSERT INTO senders (host, pid, bot_id) VALUES (%s, %s, %s) RETURNING id",
            [host, pid, self.bot_id],
        )
        return int(sender)

    async def beat(self, sender: int) -> float:
        """The heartbeat; gives its time by the server's clock, which is the same for all workers (seconds)."""
        ((at,),) = await self.run(
            """UPDATE senders SET beat_at = clock_timestamp(), stopped_at = NULL WHERE id = %s
               RETURNING extract(epoch FROM beat_at)::double precision""",
            [sender],
        )
        return float(at)

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
                 b.individual, b.mark, b.first_recipient, b.last_recipient, b.content::text
               FROM broadcasts b JOIN bots USING (bot_id)
               WHERE b.status = 'sending' AND b.bot_id = %s ORDER BY b.individual DESC, b.started_at, b.message_id""",
            [self.bot_id],
        )
        return [Live(*row) for row in found]

    async def claim(self, message: Live, mark: int, most: int, sender: int) -> list[Claimed]:
        """Claim at most so many recipients. Committed, on disk, when this returns. Nobody is claimed of a message that
        was changed since ``message`` was read."""
        async with self.transaction() as conn:
            return await self._claim(conn, message, mark, most, sender)

    async def claim_first(self, message: Live, mark: int, most: int, sender: int) -> list[Claimed] | None:
        """As ``claim``, of a message that nobody is known to have got; None where another worker, that lives, is at its
        first recipients."""
        values = {
            "message": message.message_id,
            "sender": sender,
            "age": HEARTBEAT_AGE_SECONDS,
            "idle": TRIED_SECONDS,
        }
        async with self.transaction() as conn:
            await conn.execute(HELD, values)
            if await value(conn, OTHERS_TRY, values):
                return None
            return await self._claim(conn, message, mark, most, sender)

    async def _claim(
        self, conn: AsyncConnection[Any], message: Live, mark: int, most: int, sender: int
    ) -> list[Claimed]:
        values = {
            "message": message.message_id,
            "bot": self.bot_id,
            "sender": sender,
            "mark": mark,
            "last": message.last,
            "most": most,
            "content": message.kept,
        }
        found = await (await conn.execute(CLAIM, values)).fetchall()
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

    async def sweep(self, *, days: int = 2) -> int:
        """Take what silent workers have claimed for unknown; gives how many. Of messages that are neither being sent
        nor paused, those touched within ``days`` are looked at."""
        ((lost,),) = await self.run(SWEEP, {"age": HEARTBEAT_AGE_SECONDS, "reason": LOST, "days": days})
        return int(lost)

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
