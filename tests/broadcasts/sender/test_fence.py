"""A worker writes only while others take it for alive, and never what they may have given up meanwhile."""

from hsl.broadcasts.sender.fence import FENCE_SECONDS, Fence
from hsl.broadcasts.statuses import HEARTBEAT_AGE_SECONDS


class Clock:
    """Stands until it is set."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def beaten(clock: Clock) -> Fence:
    fence = Fence(clock)
    fence.confirm(clock.now)
    return fence


def test_it_is_closed_until_a_heartbeat_is_confirmed() -> None:
    assert not Fence(Clock()).holds()


def test_it_closes_well_before_others_give_the_worker_up() -> None:
    clock = Clock()
    fence = beaten(clock)

    clock.now += FENCE_SECONDS

    assert not fence.holds()
    assert FENCE_SECONDS < HEARTBEAT_AGE_SECONDS


def test_a_heartbeat_counts_from_when_it_was_asked_for() -> None:
    clock = Clock()
    fence = beaten(clock)
    asked = clock.now

    clock.now += 2
    fence.confirm(asked)
    clock.now += FENCE_SECONDS - 2

    assert not fence.holds()


def test_what_was_claimed_before_it_was_closed_is_never_written_again() -> None:
    clock = Clock()
    fence = beaten(clock)
    claimed_at = clock.now = clock.now + 1
    assert fence.holds_since(claimed_at)

    clock.now += 60
    fence.confirm(clock.now)

    assert fence.holds()
    assert not fence.holds_since(claimed_at)
    assert fence.holds_since(clock.now)


def test_heartbeats_in_time_keep_what_was_claimed() -> None:
    clock = Clock()
    fence = beaten(clock)
    claimed_at = clock.now
    for _ in range(10):
        clock.now += 1
        fence.confirm(clock.now - 0.5)

    assert fence.holds_since(claimed_at)
