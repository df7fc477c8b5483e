"""The bot's budget: whoever leases, no second gets more messages than the limit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hsl.broadcasts.bot import FREE_RATE
from hsl.broadcasts.sender.budget import (
    CLIMB_AFTER_429_SECONDS,
    Budget,
    Lease,
    NotYet,
    lease,
    rate_at,
    throttled,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=1)
QUIET = Budget(next_at=LONG_AGO, rate_from=25, rate_since=LONG_AGO, climb_seconds=3, lessee=None)

askings = st.lists(
    st.tuples(
        st.integers(1, 3),  # who asks
        st.integers(1, 2000),  # for how many
        st.floats(0, 1.5),  # how long after the one before
    ),
    min_size=1,
    max_size=120,
)


def taken(asked: list[tuple[int, int, float]], limit: float, budget: Budget = QUIET) -> list[float]:
    """The times, in seconds from NOW, of all permits that such askings get."""
    now, times = NOW, []
    for sender, wanted, after in asked:
        now += timedelta(seconds=after)
        budget, given_ = lease(budget, limit, wanted, sender, now, paid=True)
        if isinstance(given_, Lease):
            starts = (given_.starts - NOW).total_seconds()
            times += [starts + given_.spacing * n for n in range(given_.permits)]
    return times


@given(asked=askings, limit=st.sampled_from([1.0, 20.0, 30.0, 250.0, 1000.0]))
def test_in_no_second_are_there_more_permits_than_the_limit(
    asked: list[tuple[int, int, float]], limit: float
) -> None:
    times = taken(asked, limit)

    assert times == sorted(times)
    for first, later in zip(times, times[int(limit) :], strict=False):
        assert later - first >= 1.0


@given(asked=askings)
def test_nobody_gets_more_than_was_asked_for_nor_for_longer_than_a_second(
    asked: list[tuple[int, int, float]],
) -> None:
    budget, now = QUIET, NOW
    for sender, wanted, after in asked:
        now += timedelta(seconds=after)
        budget, given_ = lease(budget, 30, wanted, sender, now)
        if isinstance(given_, Lease):
            assert 1 <= given_.permits <= min(wanted, 30)
            assert given_.starts >= now


def test_a_quiet_bot_begins_at_25_a_second_and_reaches_the_limit_in_three() -> None:
    budget, first = lease(QUIET, 100, 1000, 1, NOW, paid=True)

    assert isinstance(first, Lease)
    assert 1 / first.spacing == 25 / 1.008
    assert rate_at(budget, 100, NOW + timedelta(seconds=1.5)) == 62.5
    assert rate_at(budget, 100, NOW + timedelta(seconds=3)) == 100


def test_a_limit_below_25_is_kept_from_the_start() -> None:
    _budget, first = lease(QUIET, 20, 1000, 1, NOW)

    assert isinstance(first, Lease)
    assert first.spacing >= 1 / 20


@given(
    asked=st.lists(st.tuples(st.booleans(), askings), max_size=6), limit=st.sampled_from([20.0, 31.0, 1000.0])
)
def test_a_second_that_ends_with_a_free_message_holds_no_more_than_the_free_rate(
    asked: list[tuple[bool, list[tuple[int, int, float]]]], limit: float
) -> None:
    budget, now, times = QUIET, NOW, list[tuple[float, bool]]()
    for paid, asking in asked:
        for sender, wanted, after in asking[:20]:
            now += timedelta(seconds=after)
            budget, given_ = lease(budget, limit, wanted, sender, now, paid=paid)
            if isinstance(given_, Lease):
                starts = (given_.starts - NOW).total_seconds()
                times += [(starts + given_.spacing * n, paid) for n in range(given_.permits)]

    most = int(min(limit, FREE_RATE))
    for (first, _), (later, paid) in zip(times, times[most:], strict=False):
        assert later - first >= 1.0 or paid
    for (first, _), (later, _) in zip(times, times[int(limit) :], strict=False):
        assert later - first >= 1.0


def test_a_lone_worker_uses_nearly_all_of_it_once_it_has_climbed() -> None:
    asked = [(1, 30, 0.1)] * 700

    times = [at for at in taken(asked, 30) if 5 <= at < 65]

    assert len(times) >= 0.99 * 30 * 60


def test_two_workers_take_turns() -> None:
    asked = [(1, 30, 0.05), (2, 30, 0.05)] * 400
    now, budget, got = NOW, QUIET, {1: 0, 2: 0}
    for sender, wanted, after in asked:
        now += timedelta(seconds=after)
        budget, given_ = lease(budget, 30, wanted, sender, now)
        got[sender] += given_.permits if isinstance(given_, Lease) else 0

    assert min(got.values()) > 0
    assert sum(got.values()) >= 0.9 * 30 * 40


def test_a_429_of_the_bot_holds_everything_and_halves_the_rate() -> None:
    running = replace(QUIET, next_at=NOW, rate_from=30, rate_since=LONG_AGO)

    held = throttled(running, 30, 40, NOW, whole_bot=True)

    _budget, refused = lease(held, 30, 30, 1, NOW + timedelta(seconds=39))
    assert refused == NotYet(1.0, "held")
    after = NOW + timedelta(seconds=40)
    assert rate_at(held, 30, after) == 15
    assert rate_at(held, 30, after + timedelta(seconds=CLIMB_AFTER_429_SECONDS)) == 30


def test_a_429_of_one_chat_lowers_the_rate_and_holds_nobody() -> None:
    running = replace(QUIET, next_at=NOW, rate_from=30, rate_since=LONG_AGO)

    slower = throttled(running, 30, 1, NOW, whole_bot=False)

    _budget, given_ = lease(slower, 30, 30, 1, NOW)
    assert isinstance(given_, Lease)
    assert given_.spacing >= 1 / 15


def test_a_longer_hold_is_not_shortened_by_a_later_429() -> None:
    held = throttled(QUIET, 30, 600, NOW, whole_bot=True)

    assert throttled(held, 30, 5, NOW, whole_bot=True).held_until == NOW + timedelta(seconds=600)


def test_nothing_is_given_while_an_answer_is_missing_or_the_token_is_refused() -> None:
    assert lease(replace(QUIET, probing=True), 30, 1, 1, NOW)[1] == NotYet(0.2, "probing")
    assert lease(replace(QUIET, wrong=True), 30, 1, 1, NOW)[1] == NotYet(1.0, "wrong")
