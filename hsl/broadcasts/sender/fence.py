"""The worker's own lease on life: without a heartbeat that the database confirmed lately it writes to nobody, because
others take what it has claimed for lost."""

import time
from collections.abc import Callable

from hsl.broadcasts.statuses import HEARTBEAT_AGE_SECONDS

BEAT_SECONDS = 1.0
FENCE_SECONDS = HEARTBEAT_AGE_SECONDS / 2
"""Well within the age at which others give us up."""


def boot_seconds() -> float:
    """Seconds since the machine started, the time it slept included; where the system counts no such, of its run."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Fence:
    """Open while the newest confirmed heartbeat is young. What was claimed before it was closed for a while may have
    been given up meanwhile, and claimed by another: that is never written any more."""

    def __init__(self, clock: Callable[[], float] = boot_seconds) -> None:
        self._clock = clock
        self._asked_at, self._open_since = float("-inf"), float("inf")

    def confirm(self, asked_at: float) -> None:
        """The database has the heartbeat that we asked it to keep at ``asked_at`` (``boot_seconds``)."""
        if not self.holds():
            self._open_since = self._clock()
        self._asked_at = max(self._asked_at, asked_at)

    def holds(self) -> bool:
        """Whether we may write, now."""
        return self._clock() - self._asked_at < FENCE_SECONDS

    def holds_since(self, claimed_at: float) -> bool:
        """Whether what was claimed at ``claimed_at`` may be written, now."""
        return self.holds() and claimed_at >= self._open_since
