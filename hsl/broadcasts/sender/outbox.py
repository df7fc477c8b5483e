"""The messages that this worker sends from: how far it has gone in each, and what it makes their copies of."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from hsl.broadcasts.content import Content
from hsl.broadcasts.filling import Filler, Person
from hsl.broadcasts.sender.database import AWAY, passes
from hsl.broadcasts.sender.store import Claimed, Live, Store
from hsl.broadcasts.statuses import Pause
from hsl.telegram.messages import Copy

UNPROVED_MOST = 20
"""So many recipients are tried, by one worker, before the first of a message is known to have arrived. That none of
them can be reached is another bot's token or audience."""
AGAIN_SECONDS = 1.0
"""Whoever found nobody to claim in a message looks again after this long."""
RECOUNTED_SECONDS = 10.0
"""A message whose rows were counted anew is not looked at before: somebody may hold its rows for long."""


@dataclass
class Outgoing:
    """One message on its way, as this worker sees it."""

    live: Live
    filler: Filler
    mark: int
    proved: bool
    look_again_at: float = 0.0
    unreached: int = 0
    wrong_in_a_row: set[int] = field(default_factory=set)

    @property
    def id(self) -> int:
        """The message's."""
        return self.live.message_id

    @property
    def paid(self) -> bool:
        """Whether it goes out above the free rate, for Stars."""
        return bool(self.live.content.get("paid"))

    def may_claim(self, on_the_way: int) -> int:
        """How many more may be claimed now, when so many are on their way."""
        if time.monotonic() < self.look_again_at:
            return 0
        if self.filler.missing is not None:  # its file goes out with one copy; the others wait for it
            return max(1 - on_the_way, 0)
        return 10**9 if self.proved else max(UNPROVED_MOST - on_the_way - self.unreached, 0)

    def copy(self, who: Claimed, streams: dict[str, str]) -> Copy:
        """The message as this recipient gets it."""
        stream = who.course_stream and streams.get(who.course_stream, who.course_stream)
        return self.filler.copy(Person(who.user_id, who.username, who.first_name, stream))


class Outbox:
    """The messages that are being sent; kept up to date by ``refresh``."""

    def __init__(self, store: Store, sender: int, fill: Callable[[int, Content], Awaitable[Filler]]) -> None:
        """``fill`` gives what makes a message's copies."""
        self._store, self._sender, self.fill = store, sender, fill
        self._messages: dict[int, Outgoing] = {}
        self._turn = 0
        self.on_the_way: Counter[int] = Counter()
        """Of each message, how many recipients are on their way."""
        self.changed = asyncio.Event()

    def get(self, message_id: int) -> Outgoing | None:
        """The message, where this worker knows it."""
        return self._messages.get(message_id)

    def ids(self) -> list[int]:
        """Of all messages that are being sent."""
        return list(self._messages)

    async def refresh(self) -> None:
        """Learn which messages are being sent now."""
        live = await self._store.live()
        kept = {}
        for one in live:
            known = self._messages.get(one.message_id)
            if known is None or known.live.content != one.content:
                known = await self._opened(one, known)
            known.live = one
            known.proved = known.proved or await self._is_proved(one)
            kept[one.message_id] = known
        if kept.keys() - self._messages.keys():
            self.changed.set()
        self._messages = kept

    async def _opened(self, live: Live, known: Outgoing | None) -> Outgoing:
        filler = await self.fill(live.message_id, Content.from_json(live.content))
        mark = max(live.mark, live.first - 1) if known is None else known.mark
        return Outgoing(live, filler, mark, proved=known is not None and known.proved)

    async def _is_proved(self, live: Live) -> bool:
        """Whether somebody is known to have got it, from whichever worker; to one person it goes all the same."""
        if live.individual:
            return True
        return any(
            status in ("sent", "deleted") for status, _reason in await self._store.counts(live.message_id)
        )

    def wanted(self, most: int, *, paid: bool) -> int:
        """How many permits there may be use for, at most so many: for messages that are paid for, or for others."""
        waiting = [one for one in self._messages.values() if one.paid == paid and self._may_claim(one)]
        return most if any(not one.live.individual for one in waiting) else min(most, len(waiting))

    async def claim(self, most: int, *, paid: bool) -> list[Claimed]:
        """Claim at most so many recipients: of single messages first, then of the others in turn; of messages that are
        paid for, or of those that are not."""
        claimed: list[Claimed] = []
        for message in self._in_turn(paid=paid):
            room = min(most - len(claimed), self._may_claim(message))
            if room <= 0:
                continue
            try:
                found = await self._claim(message, room)
            except AWAY as error:
                if passes(error):
                    raise
                await self._store.pause([message.id], Pause.TABLES, str(error).strip()[:300])
                message.look_again_at = time.monotonic() + AGAIN_SECONDS
                continue
            if found is None:
                message.look_again_at = time.monotonic() + AGAIN_SECONDS
                continue
            message.mark = max([message.mark, *(one.recipient_id for one in found if one.ahead)])
            claimed += found
            if len(found) < room:
                await self._look_again_later(message)
        return claimed

    async def _claim(self, message: Outgoing, most: int) -> list[Claimed] | None:
        claim = self._store.claim if message.proved else self._store.claim_first
        return await claim(message.live, message.mark, most, self._sender)

    def _may_claim(self, message: Outgoing) -> int:
        return message.may_claim(self.on_the_way[message.id])

    def _in_turn(self, *, paid: bool) -> list[Outgoing]:
        messages = [one for one in self._messages.values() if one.paid == paid]
        single = [one for one in messages if one.live.individual]
        many = [one for one in messages if not one.live.individual]
        self._turn += 1
        start = self._turn % len(many) if many else 0
        return single + many[start:] + many[:start]

    async def _look_again_later(self, message: Outgoing) -> None:
        """Nobody more is found ahead: later. Where somebody is left all the same, the mark has passed them, so from the
        first recipient; and where they were looked for from there, their row is gone."""
        message.look_again_at = time.monotonic() + AGAIN_SECONDS
        if not await self._store.behind(message.id):
            return
        if message.mark >= message.live.first:
            message.mark = max(message.live.first - 1, 0)
        else:
            message.look_again_at = time.monotonic() + RECOUNTED_SECONDS
            await self._store.recount(message.id)
