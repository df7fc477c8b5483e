"""The sender's loops in one worker: lease, claim and send; the heartbeat; the watch over messages and over the bot."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar
from functools import partial

import structlog

from hsl.broadcasts.sender.acting import Act, Acting, ActRow
from hsl.broadcasts.sender.budget import NotYet
from hsl.broadcasts.sender.database import AWAY
from hsl.broadcasts.sender.delivering import Delivering
from hsl.broadcasts.sender.fence import BEAT_SECONDS, Fence, boot_seconds
from hsl.broadcasts.sender.outbox import Outbox
from hsl.broadcasts.sender.pacing import Pace
from hsl.broadcasts.sender.settling import Settling
from hsl.broadcasts.sender.store import Claimed, Settlement, Store
from hsl.broadcasts.statuses import LOST, Delivery
from hsl.telegram.client import Bot, Telegram
from hsl.telegram.outcomes import BotWrong

SLICE_SECONDS = 0.1
"""A claim is of so many recipients as may be written to within this time."""
PREPARE_SECONDS = 0.1
"""So long before its permits a claim is made: its commit takes a few milliseconds."""
WATCH_SECONDS = 1.0
SWEEP_SECONDS = 2.0
EVER_DAYS = 36_500
BEHINDHAND_SECONDS = 5.0
RETURNED_SECONDS = 60.0
IDLE_SECONDS = 0.2
SHORT_SECONDS = 0.01
TURNS_SECONDS, PAID_TURN_SECONDS = 10.0, 6.0
"""Where messages that are paid for and others are on their way at once, by the server's clock, which all workers share:
the others, who keep to the free rate, wait a second after them."""
PROBE_SECONDS = 1.0
REMEMBERED_SECONDS = 600.0
RETRY_SECONDS = 2.0
UNSETTLED_MOST = 1000
"""Where so many answers wait to be noted nothing more is claimed: were the worker to die, they all would be unknown."""
FINISH_SECONDS, DRAIN_SECONDS, LEAVE_SECONDS = 40.0, 20.0, 10.0
"""Told to stop, a worker waits so long for answers, which time out before, and then so long for its database."""

log = structlog.get_logger()
_claimed_at: ContextVar[float] = ContextVar("claimed_at", default=float("inf"))
"""When the recipient was claimed to whom this task writes (``boot_seconds``)."""


class Sender:
    """One worker's sender. ``limit``: messages a second that the bot may send, all workers together."""

    def __init__(
        self,
        store: Store,
        telegram: Callable[[Callable[[], bool]], Telegram],
        outbox: Callable[[Store, int], Outbox],
        streams: Callable[[], dict[str, str]],
        limit: float,
    ) -> None:
        """``telegram`` makes the client that asks the given function before each request is written."""
        self._store, self._pace = store, Pace(limit)
        self._make_telegram, self._make_outbox, self._streams = telegram, outbox, streams
        self._fence = Fence()
        self._settling = Settling(store)
        self._in_flight: dict[tuple[int, int], asyncio.Task[None]] = {}
        self._tokens: dict[int, float] = {}
        self._acts: set[asyncio.Task[None]] = set()
        self._acts_turn = self._paid = False
        self._claiming = asyncio.Lock()
        self._known = self._swept = False
        self._server_ahead = 0.0
        self._most_in_flight = int(min(max(limit, 8), 256))

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop`` is set; then finish what is in flight, and claim no more."""
        self._id = await self._store.enlist(socket.gethostname(), os.getpid())
        self._outbox = self._make_outbox(self._store, self._id)
        async with self._make_telegram(self._before_write) as telegram:
            self._telegram = telegram
            self._delivering = Delivering(self._store, telegram, self._settling, self._pace, self._streams)
            self._acting = Acting(self._store, self._id, self._pace, self._outbox.fill, self._streams)
            await self._beat()
            beside = [
                asyncio.create_task(each)
                for each in (
                    self._settling.run(),
                    self._every(BEAT_SECONDS, self._beat),
                    self._every(WATCH_SECONDS, self._watch),
                    self._every(SWEEP_SECONDS, self._sweep),
                    self._every(RETRY_SECONDS, self._settling.retry),
                    self._every(RETURNED_SECONDS, self._store.note_returned),
                    self._every(PROBE_SECONDS, self._probe),
                    self._every(BEHINDHAND_SECONDS, self._look_behind),
                )
            ]
            try:
                await self._send_on(stop)
                await self._finish()
            finally:
                for task in beside:
                    task.cancel()
                await asyncio.gather(*beside, return_exceptions=True)
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._watch()
                await self._store.leave(self._id)

    async def _finish(self) -> None:
        """What is in flight, as long as Telegram may take for it. A database that stays away is not waited for: what
        was not noted others will take for unknown."""
        if on_the_way := {*self._in_flight.values(), *self._acts}:
            _landed, late = await asyncio.wait(on_the_way, timeout=FINISH_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._settling.drain(DRAIN_SECONDS)

    def _may_write(self) -> bool:
        return self._fence.holds_since(_claimed_at.get()) and self._delivering.may_write()

    def _before_write(self) -> bool:
        may = self._may_write()
        if may:
            self._pace.pacer.written()
        return may

    async def _send_on(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                pause = await self._send_slice()
            except AWAY as error:
                log.warning("sending waits", error=str(error).strip())
                pause = PROBE_SECONDS
            if pause:
                await _pause(stop, pause)

    async def _send_slice(self) -> float:
        """Claim what may be written to next and set it going; gives the seconds to pause."""
        room = self._most_in_flight - len(self._in_flight) - len(self._acts)
        most = max(1, int(self._pace.limit))
        its_turn = self._choose()
        to_act = self._acting.wanted() and not self._paid
        wanted = most if to_act else self._outbox.wanted(most, paid=self._paid)
        if not self._may_write() or not wanted or self._settling.unsettled() >= UNSETTLED_MOST:
            return IDLE_SECONDS
        if its_turn and self._pace.permits.until_last() < SLICE_SECONDS + PREPARE_SECONDS:
            not_yet = await self._lease(wanted)
            if not_yet and self._pace.permits.until_last() < 0:
                return not_yet
        permits = self._pace.permits.within(SLICE_SECONDS + PREPARE_SECONDS, room)
        if not permits:
            return SHORT_SECONDS
        self._acts_turn = to_act and (not self._acts_turn or not self._outbox.wanted(most, paid=False))
        unused = await (self._act_on(permits) if self._acts_turn else self._set_going(permits))
        self._pace.permits.give_back(unused)
        if len(unused) == len(permits):
            return SHORT_SECONDS
        return max(permits[-1] - time.monotonic() - PREPARE_SECONDS, 0.0)

    def _choose(self) -> bool:
        """Whether permits are for messages that are paid for, or for others; where there are both, they take turns.
        Gives whether more may be leased: whose turn is over uses up those it has, and who is late goes before the
        others begin: among these there may be no room for it."""
        free = bool(self._acting.wanted() or self._outbox.wanted(1, paid=False))
        paid = bool(self._outbox.wanted(1, paid=True))
        still = paid if self._paid else free
        turn = paid if free or paid else self._paid
        if free and paid:
            turn = (time.monotonic() + self._server_ahead) % TURNS_SECONDS < PAID_TURN_SECONDS
        has_permits = still and self._pace.permits.until_last() >= 0
        if turn != self._paid and not (has_permits or self._pace.pacer.waiting):
            self._paid = turn
            self._pace.permits.clear()
        return turn == self._paid

    async def _lease(self, wanted: int) -> float:
        """Lease more permits; gives how long to wait where there are none now."""
        given, now = await self._store.lease(self._pace.limit, wanted, self._id, paid=self._paid)
        if isinstance(given, NotYet):
            return max(given.seconds, SHORT_SECONDS)
        starts = time.monotonic() + (given.starts - now).total_seconds()
        self._pace.permits.add(starts, given.permits, given.spacing)
        return 0.0

    async def _set_going(self, permits: list[float]) -> list[float]:
        """Claim recipients and write to each at its permit's time; gives the permits that were not needed."""
        left = list(permits)
        async with self._claiming:
            asked = boot_seconds()
            for who in await self._outbox.claim(len(permits), paid=self._paid):
                self._tokens[who.token] = time.monotonic()
                if not self._delivering.skip(who, self._outbox.get(who.message_id)):
                    self._begin(who, left.pop(0), asked)
        return left

    def _begin(self, who: Claimed, permit: float, claimed_at: float) -> None:
        task = asyncio.create_task(self._deliver(who, permit, claimed_at))
        self._in_flight[who.recipient_id, who.token] = task
        self._outbox.on_the_way[who.message_id] += 1
        task.add_done_callback(partial(self._landed, who))

    async def _act_on(self, permits: list[float]) -> list[float]:
        """As ``_set_going``, editing or recalling."""
        act = self._acting.act
        if act is None:
            return permits
        rows = await self._acting.take(act, len(permits))
        for row, permit in zip(rows, permits, strict=False):
            task = asyncio.create_task(self._act(act, row, permit))
            self._acts.add(task)
            task.add_done_callback(self._acts.discard)
        return permits[len(rows) :]

    async def _act(self, act: Act, row: ActRow, permit: float) -> None:
        try:
            outcome = await self._acting.do(act, row, permit, self._telegram)
            await self._delivering.mind(row.chat_id, outcome)
        except AWAY as error:
            log.warning("what an answer means was not noted", error=str(error).strip())

    def _landed(self, who: Claimed, _task: asyncio.Task[None]) -> None:
        del self._in_flight[who.recipient_id, who.token]
        self._outbox.on_the_way[who.message_id] -= 1

    async def _deliver(self, who: Claimed, permit: float, claimed_at: float) -> None:
        _claimed_at.set(claimed_at)
        try:
            await self._delivering.deliver(who, self._outbox.get(who.message_id), permit)
        except AWAY as error:
            log.warning("what an answer means was not noted", error=str(error).strip())
        except Exception:
            log.exception("a delivery failed in us", recipient=who.recipient_id)
            self._pace.pacer.not_written()
            self._settling.add(_lost(who.recipient_id, who.message_id, who.token))

    async def _beat(self) -> None:
        asked = boot_seconds()
        at = await self._store.beat(self._id)
        self._server_ahead = at - time.monotonic()
        self._fence.confirm(asked)

    async def _watch(self) -> None:
        await self._outbox.refresh()
        touched = self._settling.touched
        touched.update(await self._acting.watch(), self._outbox.ids())
        for message_id in list(touched):
            touched.discard(message_id)  # whatever is settled from here on touches it again
            message = self._outbox.get(message_id)
            try:
                await self._store.progress(message_id, message.mark if message else 0)
            except AWAY:
                touched.add(message_id)
                raise

    async def _look_behind(self) -> None:
        await self._store.end_deserted()
        if self._known:  # a token that is refused takes nothing from anybody
            await self._store.pause_others()
        self._settling.touched.update(await self._store.behindhand())

    async def _sweep(self) -> None:
        lost = await (self._store.sweep() if self._swept else self._store.sweep(days=EVER_DAYS))
        self._swept = True
        if lost:
            log.warning("a worker fell silent: its deliveries are unknown", deliveries=lost)
        async with self._claiming:  # a claim whose answer is on its way is not forgotten
            await self._settle_forgotten()

    async def _settle_forgotten(self) -> None:
        """What is claimed under our name and not in our memory: a claim whose confirmation never came was not written;
        of one that we did begin, nobody can say."""
        remembered = self._in_flight.keys() | self._settling.keys()
        for recipient_id, message_id, token in await self._store.orphans(self._id):
            if (recipient_id, token) in remembered:
                continue
            if token in self._tokens:
                self._settling.add(_lost(recipient_id, message_id, token))
            else:
                self._settling.add(Settlement(recipient_id, message_id, token, Delivery.PENDING))
        since = time.monotonic() - REMEMBERED_SECONDS
        self._tokens = {token: at for token, at in self._tokens.items() if at > since}

    async def _probe(self) -> None:
        """Ask the bot who it is, where an answer was lost, or at our start: claims go on once it answers."""
        if self._known and not await self._store.probing():
            return
        answer = await self._telegram.me()
        if isinstance(answer, Bot):
            self._known = True
            await self._store.answered(answer.username)
        elif isinstance(answer, BotWrong):
            await self._store.refused(answer.words)
            await self._store.pause(None, answer.reason, answer.words)

    async def _every(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await act()
            except AWAY as error:
                log.warning("the sender waits for its database", error=str(error).strip())
            except Exception:
                log.exception("a part of the sender failed", part=act.__name__)
            await asyncio.sleep(seconds)


def _lost(recipient_id: int, message_id: int, token: int) -> Settlement:
    return Settlement(recipient_id, message_id, token, Delivery.UNKNOWN, LOST)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
