"""How fast a bot may send, and what follows where it sends faster."""

from collections import deque
from collections.abc import Callable

from hsl.telegram.simulator.errors import too_many
from hsl.telegram.simulator.settings import Settings

SHORT_SECONDS = 0.1
SHARE_OF_SHORT = 6
FORGIVEN_SECONDS = 60
CHATS_KEPT = 100_000


class Limits:
    """Of one bot. A message that is refused is not counted; each refusal is."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """``clock`` gives monotonic seconds."""
        self._clock = clock
        self._second: deque[float] = deque()
        self._held_until = 0.0
        self._offences = 0
        self._last_offence = float("-inf")
        self._chats: dict[int, tuple[float, float]] = {}
        self.throttled = 0

    def admit(self, settings: Settings, chat_id: int, *, paid: bool) -> None:
        """Count a message.

        Raises:
            ApiError: 429.
        """
        now = self._clock()
        if now < self._held_until:
            latest = now + settings.longest_retry_after
            self._held_until = min(self._held_until + settings.lengthening, latest)
            self._refuse(self._held_until - now)
        most = settings.paid_per_second if paid else settings.bot_per_second
        second = self._second
        while second and second[0] <= now - 1:
            second.popleft()
        in_short = max(round(most / SHARE_OF_SHORT), 1)
        full = len(second) >= most
        if full or (len(second) >= in_short and second[-in_short] > now - SHORT_SECONDS):
            self._punish(settings, now)
        self._admit_chat(settings, chat_id, now)
        second.append(now)

    def _punish(self, settings: Settings, now: float) -> None:
        self._offences = self._offences + 1 if now - self._last_offence < FORGIVEN_SECONDS else 1
        self._last_offence = now
        wait = min(settings.retry_after * 2 ** min(self._offences - 1, 30), settings.longest_retry_after)
        self._held_until = now + wait
        self._refuse(wait)

    def _admit_chat(self, settings: Settings, chat_id: int, now: float) -> None:
        left, then = self._chats.get(chat_id, (settings.chat_burst, now))
        left = min(left + (now - then) * settings.chat_per_second, settings.chat_burst)
        if left < 1:
            self._chats[chat_id] = (left, now)
            self._refuse(settings.chat_retry_after)
        if len(self._chats) >= CHATS_KEPT:
            self._chats.pop(next(iter(self._chats)))  # the one that has waited longest to be heard of
        self._chats.pop(chat_id, None)
        self._chats[chat_id] = (left - 1, now)

    def _refuse(self, seconds: float) -> None:
        self.throttled += 1
        raise too_many(seconds)
