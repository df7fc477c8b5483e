"""When each request is written: at its permit's time, and never more in a second than the limit."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Self

from hsl.broadcasts.bot import limit_of
from hsl.broadcasts.sender.budget import window

STALE_SECONDS = 0.2
"""A permit that nobody used in time is void: another worker's may begin where ours end."""
BURST = 0.12
"""Of a second's requests, how many may go within a tenth of it, when some were held up; rounded up, where that is no
more than a sixth, or at a low rate one that was late would hold up all after it."""
ON_ITS_WAY_SECONDS = 0.002
CHAT_SECONDS = 1.05
"""Between two messages to one chat (Bots FAQ: about one a second)."""
REMEMBERED_CHATS = 10_000


class Permits:
    """The permits that this worker has leased: times by ``time.monotonic``, in order."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._times: deque[float] = deque()

    def add(self, starts: float, permits: int, spacing: float) -> None:
        """Permits of a new lease; they come after those we have."""
        self._times.extend(starts + spacing * n for n in range(permits))

    def until_last(self) -> float:
        """Seconds from now to the last permit; negative where there is none ahead."""
        return self._times[-1] - self._clock() if self._times else -1.0

    def within(self, seconds: float, most: int) -> list[float]:
        """Take the permits of the next ``seconds``, at most so many; those gone stale are dropped."""
        now = self._clock()
        while self._times and self._times[0] < now - STALE_SECONDS:
            self._times.popleft()
        taken: list[float] = []
        while self._times and len(taken) < most and self._times[0] <= now + seconds:
            taken.append(self._times.popleft())
        return taken

    def give_back(self, times: list[float]) -> None:
        """Permits that found nobody to write to."""
        self._times.extendleft(reversed(times))

    def clear(self) -> None:
        """Void them all: the bot is held."""
        self._times.clear()


@dataclass(frozen=True, slots=True)
class _Limit:
    """Of requests: how many in so many seconds, about one, and within a tenth of one."""

    most: int
    second: float
    most_at_once: int

    @classmethod
    def of(cls, rate: float) -> Self:
        """Of so many a second."""
        at_once = max(1, min(ceil(rate * BURST), int(rate / 6)))
        return cls(max(1, int(rate)), window(rate), at_once)


class Pacer:
    """Holds each request until its turn."""

    def __init__(self, limit: float, clock: Callable[[], float] = time.monotonic) -> None:
        """``limit``: requests in any second, where they are paid for; others keep to the free rate too."""
        self._clock = clock
        self._limits = {paid: _Limit.of(limit_of(limit, paid=paid)) for paid in (False, True)}
        self._written: deque[float] = deque(maxlen=self._limits[True].most)
        self._granted = 0
        self._chats: dict[int, float] = {}
        self._granted_to: dict[int, float] = {}
        self.waiting = 0
        """So many requests wait for their turn."""

    async def turn(self, permit: float, chat_id: int, *, paid: bool) -> None:
        """Wait for the permit's time, for the chat's second to pass, and for room in the second behind us. Afterwards
        the request is ``written``, or ``not_written``."""
        at = self.reserve(permit, chat_id)
        self.waiting += 1
        try:
            while (wait := self.goes_at(at, chat_id, paid=paid) - self._clock()) > 0:
                await asyncio.sleep(wait)
        finally:
            self.waiting -= 1
        self.granted(chat_id)

    def goes_at(self, at: float, chat_id: int, *, paid: bool) -> float:
        """From when on a request may go that was reserved for ``at``: with room for it, and a second after the last one
        to its chat, however late that was."""
        chat_free_at = self._granted_to.get(chat_id, -CHAT_SECONDS) + CHAT_SECONDS
        return max(at, self.room_at(paid=paid), chat_free_at)

    def granted(self, chat_id: int) -> None:
        """It is a request's turn."""
        self._granted += 1
        self._granted_to[chat_id] = self._clock()

    def reserve(self, permit: float, chat_id: int) -> float:
        """When a request may be written, as far as permit and chat say; the chat's next comes a second later."""
        at = max(permit, self._chats.get(chat_id, 0.0))
        self._chats[chat_id] = max(at, self._clock()) + CHAT_SECONDS
        self._forget()
        return at

    def room_at(self, *, paid: bool) -> float:
        """From when on one request more is not too many, in the second and in the tenth of one behind it."""
        limit = self._limits[paid]
        return max(self._room(limit.most, limit.second), self._room(limit.most_at_once, 0.1))

    def _room(self, most: int, seconds: float) -> float:
        """From when on there are fewer than ``most`` within so many seconds, with those whose turn it was and who are
        not written yet."""
        left = most - self._granted
        if left <= 0:
            return self._clock() + ON_ITS_WAY_SECONDS
        return self._written[-left] + seconds if len(self._written) >= left else 0.0

    def written(self) -> None:
        """A request is written now."""
        self._written.append(self._clock())
        self.not_written()

    def not_written(self) -> None:
        """A request whose turn it was is not written after all."""
        self._granted = max(self._granted - 1, 0)

    def hold(self, chat_id: int, seconds: float) -> None:
        """Telegram asks to leave this chat alone for so long."""
        self._chats[chat_id] = max(self._chats.get(chat_id, 0.0), self._clock() + seconds)

    def _forget(self) -> None:
        if len(self._chats) > REMEMBERED_CHATS:
            now = self._clock()
            self._chats = {chat: until for chat, until in self._chats.items() if until > now}
            self._granted_to = {chat: at for chat, at in self._granted_to.items() if at + CHAT_SECONDS > now}


class Pace:
    """A worker's permits and pacer. ``limit``: messages a second that the bot may send, all workers together."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.permits, self.pacer = Permits(), Pacer(limit)
