"""Writing to one recipient, and what follows from the answer for the message and for the bot."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from hsl.broadcasts.bot import limit_of
from hsl.broadcasts.sender.database import AWAY, passes
from hsl.broadcasts.sender.decisions import Throttling, rejected, settlement, skipped
from hsl.broadcasts.sender.outbox import UNPROVED_MOST, Outgoing
from hsl.broadcasts.sender.pacing import Pace
from hsl.broadcasts.sender.settling import Settling
from hsl.broadcasts.sender.store import Claimed, Store
from hsl.broadcasts.sender.uploading import NO_FILE, Uploading
from hsl.broadcasts.statuses import Pause
from hsl.telegram.client import Telegram
from hsl.telegram.outcomes import (
    BotWrong,
    MessageWrong,
    Migrated,
    Outcome,
    Sent,
    Unknown,
    Unreachable,
    Wait,
)

WRONG_IN_A_ROW = 3
"""So many people in a row whose copies are wrong: the message is."""
INSIST_SECONDS = 1.0
LOOK_AGAIN_SECONDS = 3.0
OF_THE_TEXT = frozenset({"markup", "too_long", "caption_too_long", "empty"})

Streams = Callable[[], dict[str, str]]

log = structlog.get_logger()


class Delivering:
    """Writes to recipients that were claimed, each at its permit's time."""

    def __init__(
        self, store: Store, telegram: Telegram, settling: Settling, pace: Pace, streams: Streams
    ) -> None:
        self._store, self._telegram, self._settling = store, telegram, settling
        self._pace, self._streams = pace, streams
        self._throttling, self._uploading = Throttling(), Uploading(store, telegram)
        self.held_until = 0.0
        """By ``time.monotonic``: until then this worker writes to nobody."""

    def may_write(self) -> bool:
        """Whether nothing holds the bot, as far as this worker knows."""
        return time.monotonic() >= self.held_until

    def skip(self, who: Claimed, message: Outgoing | None) -> bool:
        """Settle, without a request, who is not to be written to; gives whether it was so."""
        found = skipped(who, individual=message is not None and message.live.individual)
        if found is not None:
            self._settling.add(found)
        return found is not None

    async def deliver(self, who: Claimed, message: Outgoing | None, permit: float) -> None:
        """Write to one recipient and settle what became of it."""
        if message is None:  # paused or cancelled since it was claimed
            self._settling.add(settlement(who, Wait(0.0, "")))
            return
        await self._pace.pacer.turn(permit, who.chat_id, paid=message.paid)
        outcome = await self._write(who.chat_id, who, message)
        if isinstance(outcome, Migrated):
            moved_to = outcome.chat_id
            await insist(lambda: self._store.note_move(who.user_id, moved_to))
            await self._pace.pacer.turn(permit, moved_to, paid=message.paid)
            outcome = await self._write(moved_to, who, message)
        await self._settle(who, message, outcome)

    async def _write(self, chat_id: int, who: Claimed, message: Outgoing) -> Outcome:
        copy, missing = message.copy(who, self._streams()), message.filler.missing
        if missing is not None:
            outcome = await self._uploading.send(chat_id, message, missing, copy)
            if outcome == NO_FILE:
                self._pace.pacer.not_written()
            return outcome
        return await self._telegram.send(chat_id, copy)

    async def _settle(self, who: Claimed, message: Outgoing, outcome: Outcome) -> None:
        found = settlement(who, outcome)
        wrong_for_all = None
        if isinstance(outcome, MessageWrong):
            if self._is_wrong_for_all(who, message, outcome):
                wrong_for_all = outcome
            else:
                found = rejected(who, outcome.reason, outcome.words)
        try:
            if wrong_for_all is not None:
                message.look_again_at = time.monotonic() + LOOK_AGAIN_SECONDS
                await self._pause([message.id], wrong_for_all.reason, wrong_for_all.words)
            await self._follow(who, message, outcome)
        finally:
            self._settling.add(found)

    async def _follow(self, who: Claimed, message: Outgoing, outcome: Outcome) -> None:
        """What an answer means beyond its recipient."""
        match outcome:
            case Sent():
                message.proved = True
                message.wrong_in_a_row.clear()
                if who.unreachable is not None:
                    await self._store.note_reached([who.user_id])
            case Unreachable(reason=reason):
                await self._store.note_unreachable([(who.user_id, reason)])
                message.unreached += 1
                if not message.proved and message.unreached >= UNPROVED_MOST:
                    await self._pause([message.id], Pause.ALL_UNREACHABLE, "")
                    message.unreached = 0  # resumed, so many more are tried
            case _:
                await self.mind(who.chat_id, outcome, paid=message.paid)

    async def mind(self, chat_id: int, outcome: Outcome, *, paid: bool = False) -> None:
        """What an answer to a message, ``paid`` for or not, means for the whole bot."""
        if isinstance(outcome, Wait) and outcome.reason != "throttled":
            self._pace.pacer.not_written()
        match outcome:
            case Wait(reason="throttled", seconds=seconds):
                await self._throttled(chat_id, seconds, limit_of(self._pace.limit, paid=paid))
            case Wait(reason="lease" | "uploading"):
                pass
            case Unknown(reason=reason, words=words) | Wait(reason=reason, words=words):
                await self._stop_claims(reason, words)
            case BotWrong(reason=reason, words=words):
                self._hold(1.0)
                await insist(lambda: self._store.refused(words))
                await self._pause(None, reason, words)

    async def _pause(self, message_ids: list[int] | None, reason: str, words: str) -> None:
        await insist(lambda: self._store.pause(message_ids, reason, words))

    def _is_wrong_for_all(self, who: Claimed, message: Outgoing, outcome: MessageWrong) -> bool:
        """Whether the message is wrong for everybody: what is wrong can't come of a personal field (the text without
        them was found right before it was sent), or several different people in a row were refused."""
        message.wrong_in_a_row.add(who.user_id)
        copy = message.copy(who, self._streams())
        personal = outcome.reason in OF_THE_TEXT and copy != message.filler.plain()
        return not personal or len(message.wrong_in_a_row) >= WRONG_IN_A_ROW

    async def _throttled(self, chat_id: int, seconds: float, limit: float) -> None:
        whole_bot = self._throttling.holds_bot(chat_id, seconds, time.monotonic())
        log.warning("telegram asks to wait", seconds=seconds, whole_bot=whole_bot)
        if whole_bot:
            self._hold(seconds)
        else:
            self._pace.pacer.hold(chat_id, seconds)
        await insist(lambda: self._store.throttled(limit, seconds, whole_bot=whole_bot))

    async def _stop_claims(self, reason: str, words: str) -> None:
        log.warning("an answer of telegram was lost", reason=reason, words=words)
        self._pace.permits.clear()
        await insist(self._store.stop_claims)

    def _hold(self, seconds: float) -> None:
        self.held_until = max(self.held_until, time.monotonic() + seconds)
        self._pace.permits.clear()


async def insist(note: Callable[[], Awaitable[None]]) -> None:
    """Have the database keep what concerns more than one recipient; while it is away, ask again: without it the next
    recipients would meet the same. Raises what it refuses."""
    while True:
        try:
            return await note()
        except AWAY as error:
            if not passes(error):
                raise
            log.warning("what an answer means waits to be noted", error=str(error).strip())
            await asyncio.sleep(INSIST_SECONDS)
