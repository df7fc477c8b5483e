"""How far messages are, and that they end: in the database, each method one transaction."""

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection

from hsl.broadcasts.sender.database import Database, load_sql, value
from hsl.broadcasts.statuses import HEARTBEAT_AGE_SECONDS, Pause

DELIVERED, MERGE, BEHINDHAND = load_sql("delivered"), load_sql("merge_counts"), load_sql("behindhand")
RECOUNT, PAUSE_OTHERS = load_sql("recount"), load_sql("pause_others")

MANY_COUNTS = 50
HELD = "SELECT true FROM broadcasts WHERE message_id = %(message)s FOR NO KEY UPDATE"
"""Who holds a message, so that what another statement of theirs finds is true until they commit."""
MAY_END = """
SELECT status = 'sending' OR status = 'paused' AND started_at IS NOT NULL AND paused_reason <> %(asked)s
FROM broadcasts WHERE message_id = %(message)s FOR NO KEY UPDATE
"""


class Progress(Database):
    """What is known of messages as wholes."""

    async def progress(self, message_id: int, mark: int) -> bool:
        """Bring what the message's rows say of its progress up to date; gives whether nobody is left to be written to.
        It has ended then, by its rows, also where it was paused in the last moment; where the bot reached nobody, it
        is asked about first. Why it was paused is kept, should somebody be put back."""
        values = {
            "message": message_id,
            "mark": mark,
            "many": MANY_COUNTS,
            "asked": Pause.ALL_UNREACHABLE,
        }
        async with self.transaction() as conn:
            await conn.execute(MERGE, values)
        async with self.transaction() as conn:
            may_end = await value(conn, MAY_END, values)
            remaining = await self._brought_up_to_date(conn, values)
            await conn.execute(
                """UPDATE broadcasts SET mark = greatest(mark, %(mark)s), updated_at = clock_timestamp()
                   WHERE message_id = %(message)s AND status = 'sending' AND mark < %(mark)s""",
                values,
            )
            if remaining <= 0 and may_end:
                await conn.execute(RECOUNT, values)
                remaining = await self._brought_up_to_date(conn, values)
            if remaining <= 0 and may_end:
                await conn.execute(
                    """UPDATE broadcasts
                       SET status = 'sent', finished_at = clock_timestamp(), updated_at = clock_timestamp()
                       WHERE message_id = %(message)s""",
                    values,
                )
        return remaining <= 0

    async def _brought_up_to_date(self, conn: AsyncConnection[Any], values: dict[str, Any]) -> int:
        """The specification's counter is now what our counts say; gives how many are left to be written to."""
        ((_delivered, remaining),) = await (await conn.execute(DELIVERED, values)).fetchall()
        return int(remaining)

    async def recount(self, message_id: int) -> None:
        """Count a message's recipients anew by their rows: some may have been deleted by another program."""
        values = {"message": message_id}
        async with self.transaction() as conn:
            await conn.execute(HELD, values)
            await conn.execute(RECOUNT, values)

    async def behind(self, message_id: int) -> bool:
        """Whether somebody pending is neither put back for later nor on their way: the mark has passed them, or their
        row is gone."""
        ((left,),) = await self.run(
            """SELECT (SELECT coalesce(sum(people), 0) FROM delivery_counts
                       WHERE message_id = %(m)s AND status = 'pending')
                    - (SELECT count(*) FROM deliveries d JOIN public.message_recipients r ON r.id = d.recipient_id
                       WHERE d.message_id = %(m)s AND d.not_before IS NOT NULL AND r.delivery_status || '' = 'pending')
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

    async def behindhand(self) -> set[int]:
        """Messages not being sent whose counter is behind, or whose end: who settled their last rows died before it was
        brought up to date, or what it had claimed was taken for unknown."""
        found = await self.run(BEHINDHAND, {"asked": Pause.ALL_UNREACHABLE})
        return {row[0] for row in found}

    async def pause_others(self) -> None:
        """Pause what another bot began, of which no worker lives: messages, edits and recalls."""
        values = {"bot": self.bot_id, "reason": Pause.OTHER_BOT, "age": HEARTBEAT_AGE_SECONDS}
        await self.run(PAUSE_OTHERS, values)

    async def end_deserted(self) -> None:
        """End those of our messages whose row of message_history another program on the same table has deleted."""
        await self.run(
            """UPDATE broadcasts b
               SET status = 'cancelled', resumes_at = NULL,
                   finished_at = clock_timestamp(), updated_at = clock_timestamp()
               WHERE b.status IN ('scheduled', 'sending', 'paused')
                 AND NOT EXISTS (SELECT FROM public.message_history h WHERE h.id = b.message_id)"""
        )
