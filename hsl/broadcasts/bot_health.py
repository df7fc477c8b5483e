"""How the bot is doing that sends: its token, what holds it, how fast it may."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from django.utils import timezone

from hsl.broadcasts.bot import rate_of
from hsl.broadcasts.statuses import HEARTBEAT_AGE_SECONDS
from hsl.school.selecting import select
from hsl.school.sqlfile import read_sql
from hsl.telegram.bot import our_bot


class Hold(StrEnum):
    """What keeps the bot from sending."""

    NO_BOT = "no_bot"
    WRONG = "wrong"
    NO_WORKER = "no_worker"
    HELD = "held"
    PROBING = "probing"


@dataclass(frozen=True)
class Bot:
    """The bot as all workers share it. ``rate``: messages a second now, of ``limit`` at most; ``live``: messages to
    many that share it; ``workers``: how many send."""

    bot_id: int | None
    limit: float
    username: str | None
    held_until: datetime | None
    held_reason: str | None
    probing_since: datetime | None
    wrong: str | None
    seen_at: datetime | None
    rate: float
    live: int
    workers: int

    @cached_property
    def hold(self) -> Hold | None:
        """What holds it now, the gravest first; None where it can send."""
        if self.bot_id is None:
            return Hold.NO_BOT
        if self.wrong is not None:
            return Hold.WRONG
        if not self.workers:
            return Hold.NO_WORKER
        if self.held_until is not None and self.held_until > timezone.now():
            return Hold.HELD
        return Hold.PROBING if self.probing_since is not None else None

    def seconds(self, people: int, *, individual: bool = False) -> float:
        """How long so many messages take, from now on: the messages on their way share the rate."""
        share = 1 if individual else max(self.live, 1)
        return people * share / max(self.rate, 1.0)


def bot(*, paid: bool = False) -> Bot:
    """How it is doing now; its rate is that of messages that are paid for, or of others."""
    bot_id, limit = our_bot(), rate_of(paid=paid)
    values = {"bot": bot_id, "limit": limit, "age": HEARTBEAT_AGE_SECONDS}
    username, held, reason, probing, wrong, seen, rate, live, workers = select(_BOT, values)[0]
    return Bot(
        bot_id,
        limit,
        username,
        held,
        reason,
        probing,
        wrong,
        seen,
        limit if rate is None else float(rate),
        int(live),
        int(workers),
    )


_BOT = read_sql(__file__, "sql/bot.sql")
