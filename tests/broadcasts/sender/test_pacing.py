"""When requests are written: never more in a second than the limit, whatever held some of them up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hsl.broadcasts.sender.budget import slack
from hsl.broadcasts.sender.pacing import Pacer, Permits


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@given(delays=st.lists(st.floats(0, 0.5), min_size=40, max_size=200), limit=st.sampled_from([10, 30, 100]))
def test_no_second_sees_more_than_the_limit_also_after_a_stall(delays: list[float], limit: int) -> None:
    clock = Clock()
    pacer = Pacer(limit, clock)
    written = []
    for n, delay in enumerate(delays):
        at = pacer.reserve(100.0 + n / limit, chat_id=n)
        clock.now = max(clock.now, at + delay, pacer.room_at(paid=True))
        pacer.written()
        written.append(clock.now)

    for first, later in zip(written, written[limit:], strict=False):
        assert later - first > 0.9999
    burst = max(1, int(limit / 6))
    for first, later in zip(written, written[burst:], strict=False):
        assert later - first > 0.0999


@pytest.mark.parametrize("limit", [20, 30, 1000])
def test_requests_that_were_late_do_not_make_those_after_them_late_for_ever(limit: int) -> None:
    clock = Clock()
    pacer = Pacer(limit, clock)
    late = []
    for n in range(60 * limit):
        permit = pacer.reserve(100.0 + n * slack(limit) / limit, chat_id=n)
        clock.now = max(clock.now, permit + (0.005 if n % 7 == 0 else 0.0), pacer.room_at(paid=True))
        pacer.written()
        late.append(clock.now - permit)

    assert max(late) < 0.03


def test_what_is_not_paid_for_keeps_to_the_free_rate_also_amid_what_is() -> None:
    clock = Clock()
    pacer = Pacer(200, clock)
    written: list[tuple[float, bool]] = []
    for n in range(400):
        paid = n % 10 != 0
        clock.now = max(clock.now, pacer.reserve(100.0, chat_id=n), pacer.room_at(paid=paid))
        pacer.written()
        written.append((clock.now, paid))

    for (first, _), (later, paid) in zip(written, written[30:], strict=False):
        assert paid or later - first > 0.9999


def test_one_chat_gets_a_message_a_second() -> None:
    pacer = Pacer(30, Clock())

    times = [pacer.reserve(100.0, chat_id=1) for _ in range(3)]

    assert times[1] - times[0] > 1
    assert times[2] - times[1] > 1
    assert pacer.reserve(100.0, chat_id=2) == 100.0


def test_a_chat_s_next_message_comes_a_second_after_one_that_was_late() -> None:
    clock = Clock()
    pacer = Pacer(30, clock)
    pacer.reserve(100.0, chat_id=1)
    second = pacer.reserve(100.0, chat_id=1)

    clock.now = 100.9
    pacer.granted(1)

    assert second < 101.1
    assert pacer.goes_at(second, 1, paid=False) > 101.9


def test_a_chat_that_telegram_asks_to_leave_alone_waits() -> None:
    pacer = Pacer(30, Clock())

    pacer.hold(1, 3)

    assert pacer.reserve(100.0, chat_id=1) == 103.0


def test_permits_are_taken_in_order_and_stale_ones_are_void() -> None:
    clock = Clock()
    permits = Permits(clock)
    permits.add(100.0, 10, 0.1)

    assert permits.within(0.25, 100) == [100.0, 100.1, 100.2]
    clock.now = 100.75
    assert permits.within(0.0, 100) == [100.6, 100.7]


def test_permits_that_found_nobody_are_used_next() -> None:
    permits = Permits(Clock())
    permits.add(100.0, 3, 0.1)
    taken = permits.within(1, 100)

    permits.give_back(taken[1:])

    assert permits.within(1, 100) == taken[1:]
