"""Editing or deleting a message in every chat: an act, under the same budget as sending.

Both are safe to repeat, so nothing is claimed: one worker is at an act at a time, and whoever takes it up after it does
again at most what was on its way.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog

from hsl.broadcasts.content import Content
from hsl.broadcasts.filling import Filler, Person
from hsl.broadcasts.sender.database import by_halves, load_sql
from hsl.broadcasts.sender.pacing import Pace
from hsl.broadcasts.sender.progress import MANY_COUNTS
from hsl.broadcasts.sender.store import Store
from hsl.broadcasts.statuses import HEARTBEAT_AGE_SECONDS, UNNOTED
from hsl.telegram.client import Telegram
from hsl.telegram.outcomes import (
    Done,
    MessageWrong,
    Migrated,
    Outcome,
    RecipientRejected,
    Refused,
    Unreachable,
    Wait,
)

TAKE, ROWS, SETTLE = load_sql("take_act"), load_sql("act_rows"), load_sql("settle_act")
MERGE = load_sql("merge_act_counts")
AGAIN_SECONDS = 2.0
SETTLE_MOST = 500

log = structlog.get_logger()
Fill = Callable[[int, Content], Awaitable[Filler]]


class ActRow(NamedTuple):
    """A recipient of an act: where the message is, and what the person is called."""

    recipient_id: int
    user_id: int
    telegram_message_id: int
    chat_id: int
    username: str | None
    first_name: str | None
    course_stream: str | None


class Acted(NamedTuple):
    """What became of a recipient of an act."""

    recipient_id: int
    state: str
    reason: str
    words: str


@dataclass(eq=False)
class Act:
    """What this worker is at. What belongs to it is told apart from what belongs to the next."""

    id: int
    message_id: int
    recall: bool
    filler: Filler | None
    mark: int = 0
    on_the_way: int = 0
    look_again_at: float = 0.0


class Acting:
    """One worker's part in editing and recalling."""

    def __init__(
        self, store: Store, sender: int, pace: Pace, fill: Fill, streams: Callable[[], dict[str, str]]
    ) -> None:
        self._store, self._sender, self._pace, self._fill, self._streams = store, sender, pace, fill, streams
        self._settled: dict[Act, list[Acted]] = {}
        self._settling = asyncio.Lock()
        self.act: Act | None = None

    def wanted(self) -> bool:
        """Whether there is something to do now."""
        return self.act is not None and time.monotonic() >= self.act.look_again_at

    async def watch(self) -> set[int]:
        """Write down what is done, and take up an act where this worker is at none; gives the message touched."""
        touched = {act.message_id for act in self._settled} | ({self.act.message_id} if self.act else set())
        await self.settle()
        if self.act is not None:
            await self._store.run(MERGE, {"act": self.act.id, "many": MANY_COUNTS})
        found = await self._store.run(
            TAKE, {"sender": self._sender, "bot": self._store.bot_id, "age": HEARTBEAT_AGE_SECONDS}
        )
        if not found:
            self.act = None
        elif self.act is None or self.act.id != found[0][0]:
            self.act = await self._opened(*found[0])
        return touched

    async def _opened(self, act_id: int, message_id: int, kind: str, content: Any) -> Act:  # noqa: ANN401 # JSON
        filler = None if content is None else await self._fill(message_id, Content.from_json(content))
        return Act(act_id, message_id, kind == "recall", filler)

    async def take(self, act: Act, most: int) -> list[ActRow]:
        """The next recipients, at most so many; where there is nobody ahead, those left are looked for later, or the
        act has ended."""
        values = {
            "act": act.id,
            "mark": act.mark,
            "most": most,
            "bot": self._store.bot_id,
            "sender": self._sender,
        }
        rows = [ActRow(*row) for row in await self._store.run(ROWS, values)]
        if rows:
            act.mark = rows[-1].recipient_id
            act.on_the_way += len(rows)
        elif not act.on_the_way:
            await self.settle()
            await self._end(act)
            act.mark, act.look_again_at = 0, time.monotonic() + AGAIN_SECONDS
        else:
            act.look_again_at = time.monotonic() + 0.1
        return rows

    async def _end(self, act: Act) -> None:
        await self._store.run(
            """UPDATE message_acts SET status = 'done', finished_at = clock_timestamp()
               WHERE id = %(act)s AND status = 'running'
                 AND NOT EXISTS (SELECT FROM message_act_rows WHERE act_id = %(act)s AND state = 'wanted')""",
            {"act": act.id},
        )

    async def do(self, act: Act, row: ActRow, permit: float, telegram: Telegram) -> Outcome:
        """Edit or delete in one chat; gives the answer, for what it means for the bot. Of an act that was stopped since
        ``row`` was taken nothing more is done."""
        try:
            await self._pace.pacer.turn(permit, row.chat_id, paid=False)
            if act is not self.act:
                return Wait(0.0, "lease")
            outcome = await self._request(act, row, telegram)
        finally:
            act.on_the_way -= 1
        settled = self._settled.setdefault(act, [])
        match outcome:
            case Done(reason=reason):
                settled.append(Acted(row.recipient_id, "done", reason, ""))
            case (
                Refused(reason=reason, words=words)
                | Unreachable(reason=reason, words=words)
                | RecipientRejected(reason=reason, words=words)
            ):
                settled.append(Acted(row.recipient_id, "refused", reason, words))
            case MessageWrong(reason=reason, words=words):
                await self._pause(act, reason, words)
            case Migrated(chat_id=chat_id):
                await self._store.note_move(row.user_id, chat_id)
        return outcome

    async def _pause(self, act: Act, reason: str, words: str) -> None:
        await self._store.run(
            """UPDATE message_acts SET status = 'paused', paused_reason = %s, paused_words = %s
               WHERE id = %s AND status = 'running'""",
            [reason, words, act.id],
        )

    async def _request(self, act: Act, row: ActRow, telegram: Telegram) -> Outcome:
        if act.recall:
            return await telegram.delete(row.chat_id, row.telegram_message_id)
        if act.filler is None or act.filler.missing is not None:
            return Wait(AGAIN_SECONDS, "uploading")
        stream = row.course_stream and self._streams().get(row.course_stream, row.course_stream)
        person = Person(row.user_id, row.username, row.first_name, stream)
        return await telegram.edit(row.chat_id, row.telegram_message_id, act.filler.copy(person))

    async def settle(self) -> None:
        """Write down what became of recipients; one at a time, or one would drop what the other has not written."""
        async with self._settling:
            for act, settled in list(self._settled.items()):
                await self._settle(act, settled)
                if act is not self.act and not act.on_the_way:
                    del self._settled[act]

    async def _settle(self, act: Act, settled: list[Acted]) -> None:
        while settled:
            batch = settled[:SETTLE_MOST]
            await self._note(act, batch)
            del settled[: len(batch)]

    async def _note(self, act: Act, batch: Sequence[Acted]) -> None:
        """Where the database refuses to keep what became of somebody, that is why the recipient is refused; and where
        it refuses this too, the act is paused."""

        async def note(told: Sequence[Acted]) -> None:
            ids, states, reasons, words = map(list, zip(*told, strict=True))
            columns = {"ids": ids, "states": states, "reasons": reasons, "words": words}
            await self._store.run(SETTLE, {"act": act.id, "recall": act.recall, **columns})

        async def refuse(told: Acted, error: Exception) -> None:
            log.error(
                "the database refuses what became of a recipient", act=act.id, told=told, error=str(error)
            )
            if told.reason == UNNOTED:
                await self._pause(act, UNNOTED, "")
            else:
                await by_halves([Acted(told.recipient_id, "refused", UNNOTED, "")], note, refuse)

        await by_halves(batch, note, refuse)
