"""The bot's budget, which all workers share: how many messages may go out when. Sums alone, no database.

A lease gives a worker a stretch of time and the permits in it, evenly spread. The next lease begins where this one
ends, whoever takes it, so workers never send more together than one would. (Telegram's limits: its Bots FAQ.)
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hsl.broadcasts.bot import FREE_RATE, limit_of

FIRST_RATE = 25.0
"""Messages a second with which a bot begins that has been quiet."""
CLIMB_SECONDS = 3.0
CLIMB_AFTER_429_SECONDS = 60.0
IDLE = timedelta(seconds=10)
AHEAD = timedelta(milliseconds=250)
"""So long before a lease begins it can be taken."""
HANDOVER = timedelta(seconds=1)
HANDOVER_GAP_SECONDS = 0.02
"""Between two workers' leases, at least: the first one's last requests may be late."""
FREE_AFTER_PAID = timedelta(seconds=1.05)
"""In the second before a free message go no more than the free rate, those that are paid for included."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEASE_SECONDS = 1.0
CLIMBING_LEASE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Budget:
    """The bot's row, as far as it says when to send. Rates are messages a second."""

    next_at: datetime
    rate_from: float
    rate_since: datetime
    climb_seconds: float
    lessee: int | None
    held_until: datetime | None = None
    probing: bool = False
    wrong: bool = False
    paid_until: datetime = EPOCH


@dataclass(frozen=True, slots=True)
class Lease:
    """``permits`` sends, the first at ``starts``, each ``spacing`` seconds after the one before."""

    starts: datetime
    permits: int
    spacing: float


@dataclass(frozen=True, slots=True)
class NotYet:
    """No permits now; worth asking again after ``seconds``."""

    seconds: float
    reason: str = ""


def slack(limit: float) -> float:
    """How many times longer a permit is than its share of a second, so that a request that is written or read late does
    not make a second too full: 8 milliseconds a second, up to 25 at the fastest, where many are on their way at once.
    """
    return 1 + min(0.025, 0.008 * max(1.0, limit / 100))


def window(limit: float) -> float:
    """Seconds within which no more than ``limit`` requests are written: somewhat fewer than their permits take, or
    whoever is late once is late for ever, and those after them."""
    return 1 + 0.7 * (slack(limit) - 1)


def rate_at(budget: Budget, limit: float, now: datetime) -> float:
    """The rate at a moment: it climbs evenly from where it began, to the limit."""
    begun = (now - budget.rate_since).total_seconds()
    part = min(max(begun / budget.climb_seconds, 0.0), 1.0) if budget.climb_seconds > 0 else 1.0
    start = min(budget.rate_from, limit)
    return start + (limit - start) * part


def lease(
    budget: Budget, limit: float, wanted: int, sender: int, now: datetime, *, paid: bool = False
) -> tuple[Budget, Lease | NotYet]:
    """Permits for a worker, or how long to wait for some, and the budget as it is afterwards.

    Args:
        budget: as it is kept.
        limit: messages a second that the bot may send, at most; above 0.
        wanted: how many sends the worker has work for; at least 1.
        sender: the worker's id.
        now: the database's time.
        paid: permits for messages that are paid for; others get 30 a second at most.
    """
    faster, limit = paid and limit > FREE_RATE, limit_of(limit, paid=paid)
    if (held := _held(budget, now)) is not None:
        return budget, held
    if budget.next_at < now - IDLE and budget.rate_since < now - timedelta(seconds=budget.climb_seconds):
        budget = replace(
            budget, rate_from=min(FIRST_RATE, limit), rate_since=now, climb_seconds=CLIMB_SECONDS
        )
    rate = rate_at(budget, limit, now)
    spacing = slack(limit) / rate
    starts = max(budget.next_at, now)
    if not faster:
        starts = max(starts, budget.paid_until + FREE_AFTER_PAID)
    if budget.lessee not in (None, sender) and budget.next_at > now - HANDOVER:
        starts += timedelta(seconds=max(spacing, HANDOVER_GAP_SECONDS))
    if starts > now + AHEAD:
        return budget, NotYet((starts - now - AHEAD).total_seconds())
    seconds = LEASE_SECONDS if rate >= limit else CLIMBING_LEASE_SECONDS
    permits = min(wanted, max(1, int(rate * seconds)))
    ends = starts + timedelta(seconds=permits * spacing)
    budget = replace(budget, next_at=ends, lessee=sender, paid_until=ends if faster else budget.paid_until)
    return budget, Lease(starts, permits, spacing)


def throttled(budget: Budget, limit: float, seconds: float, now: datetime, *, whole_bot: bool) -> Budget:
    """The budget after a 429 that asks to wait ``seconds``: half the rate, climbing back slowly from when sending goes
    on. ``whole_bot``: nothing at all goes out until then."""
    until = now + timedelta(seconds=seconds)
    if whole_bot:
        until = max(until, budget.held_until or until)
    rate = max(1.0, rate_at(budget, limit, now) / 2)
    return replace(
        budget,
        rate_from=rate,
        rate_since=until if whole_bot else now,
        climb_seconds=CLIMB_AFTER_429_SECONDS,
        held_until=until if whole_bot else budget.held_until,
    )


def _held(budget: Budget, now: datetime) -> NotYet | None:
    if budget.wrong:
        return NotYet(1.0, "wrong")
    if budget.probing:
        return NotYet(0.2, "probing")
    if budget.held_until is not None and budget.held_until > now:
        return NotYet(min((budget.held_until - now).total_seconds(), 1.0), "held")
    return None
