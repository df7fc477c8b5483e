"""What the page of a message shows: how far it has come, what holds it, what can be done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from hsl.broadcasts import bot_health, queries
from hsl.broadcasts.bot_health import Bot
from hsl.broadcasts.controls import fresh_unknown
from hsl.broadcasts.messages import Broadcast
from hsl.broadcasts.queries import Act, Counts, External
from hsl.broadcasts.reasons import Told, explained, hold_words, pause_words, reason_words
from hsl.broadcasts.shown import Badge, Part, Reason, Segment, badge, parts, reasons, recipients_url, segments
from hsl.broadcasts.spending import paid_allowed
from hsl.broadcasts.statuses import LEFT_UNKNOWN, Pause, Status
from hsl.broadcasts.words import duration_words, when_words

_ACT_PARTS: dict[str, dict[str, Promise | str]] = {
    "edit": {
        "done": pgettext_lazy("edit", "edited"),
        "refused": pgettext_lazy("edit", "refused"),
        "wanted": pgettext_lazy("edit", "left"),
    },
    "recall": {
        "done": pgettext_lazy("recall", "recalled"),
        "refused": pgettext_lazy("recall", "refused"),
        "wanted": pgettext_lazy("recall", "left"),
    },
}
_ACT_TITLES: dict[str, Promise | str] = {
    "edit": pgettext_lazy("act", "Edit in all chats"),
    "recall": pgettext_lazy("act", "Recall from the chats"),
}
SOON = timedelta(minutes=1)
"""So long before a message's time its page begins to watch."""


@dataclass(frozen=True, slots=True)
class Live:
    """How far a message is. ``hold``: what keeps it from going on, with what to do; ``rate`` (messages a second) and
    ``lasts`` (in words) where it goes on."""

    status: str
    badge: Badge
    counts: Counts
    parts: list[Part]
    segments: list[Segment]
    total_url: str
    failed: list[Reason]
    unknown: list[Reason]
    too_fresh: int
    retryable: int
    hold: Told | None
    hold_words: str
    goes_on: str
    rate: float | None
    lasts: str
    acts: list["ShownAct"]
    left_out: int
    moves: bool

    @property
    def reached(self) -> int:
        """In how many chats the message is."""
        return self.counts.sent

    @property
    def act_under_way(self) -> bool:
        """Whether it is being edited or recalled."""
        return any(act.under_way for act in self.acts)

    @property
    def can_repeat(self) -> bool:
        """Whether those whom it did not reach can be written to again; of a cancelled one that would reach the rest."""
        return self.status != Status.CANCELLED or not self.counts.left

    @property
    def can_act(self) -> bool:
        """Whether it can be edited in the chats, or recalled from them."""
        return bool(self.counts.sent) and self.status != Status.SENDING and not self.act_under_way


@dataclass(frozen=True, slots=True)
class ShownAct:
    """An edit or a recall, in words."""

    id: int
    title: Promise | str
    state: str
    under_way: bool
    parts: list[Part]
    segments: list[Segment]
    refused: list[Reason]
    at: datetime
    why: Told | None
    words: str


def live(message: Broadcast) -> Live:
    """How far a message of ours is."""
    counts = queries.counts([message.message_id])[message.message_id]
    bot = bot_health.bot(paid=message.content.paid and paid_allowed())
    acts = [_act(message.message_id, act) for act in queries.acts(message.message_id)]
    hold, words = _hold(message, bot)
    goes = message.status is Status.SENDING and hold is None and counts.left > 0
    return Live(
        status=message.status,
        badge=badge(message.status),
        counts=counts,
        parts=parts(message.message_id, counts),
        segments=segments(counts),
        total_url=recipients_url(message.message_id),
        failed=reasons(message.message_id, "failed", counts),
        unknown=reasons(message.message_id, "unknown", counts),
        too_fresh=fresh_unknown(message.message_id) if counts.unknown else 0,
        retryable=counts.failed - counts.reasons["failed"].get(LEFT_UNKNOWN, 0),
        hold=hold,
        hold_words=words,
        goes_on=when_words(message.resumes_at)
        if message.resumes_at and message.status is Status.PAUSED
        else "",
        rate=bot.rate if goes else None,
        lasts=duration_words(bot.seconds(counts.left, individual=message.individual)) if goes else "",
        acts=acts,
        left_out=message.left_out,
        moves=_moves(message) or any(act.under_way for act in acts),
    )


def external(message: External) -> Live:
    """How far a message of another program is, as far as its rows tell."""
    counts = queries.counts([], [message.id])[message.id]
    return Live(
        status=Status.EXTERNAL,
        badge=badge(Status.EXTERNAL),
        counts=counts,
        parts=parts(message.id, counts),
        segments=segments(counts),
        total_url=recipients_url(message.id),
        failed=[],
        unknown=[],
        too_fresh=0,
        retryable=0,
        hold=None,
        hold_words="",
        goes_on="",
        rate=None,
        lasts="",
        acts=[],
        left_out=0,
        moves=False,
    )


def _hold(message: Broadcast, bot: Bot) -> tuple[Told | None, str]:
    """Why it doesn't go on, and Telegram's words of it."""
    if message.status is Status.PAUSED:
        return _explained(pause_words(message.paused_reason), message.paused_words)
    due = message.status is Status.SCHEDULED and (message.scheduled_at or timezone.now()) <= timezone.now()
    if message.status is not Status.SENDING and not due:
        return None, ""
    if message.status is Status.SENDING and bot.bot_id is not None and message.bot_id != bot.bot_id:
        return pause_words(Pause.OTHER_BOT), ""
    return hold_words(bot), ""


def _explained(told: Told, words: str | None) -> tuple[Told, str]:
    why, left = explained(told.why, words or "")
    return Told(why, told.advice), left


def _moves(message: Broadcast) -> bool:
    at = {
        Status.SENDING: timezone.now(),
        Status.SCHEDULED: message.scheduled_at or timezone.now(),
        Status.PAUSED: message.resumes_at,
    }.get(message.status)
    return at is not None and at <= timezone.now() + SOON


def _act(message_id: int, act: Act) -> ShownAct:
    def url(state: str, reason: str = "") -> str:
        return recipients_url(message_id, act=act.id, state=state, act_reason=reason)

    refused = sum(act.refused.values())
    words = _ACT_PARTS[act.kind]
    numbers = {"done": act.done, "refused": refused, "wanted": act.wanted}
    marks = {"done": "sent", "refused": "failed", "wanted": "left"}
    counted = Counts(sent=act.done, failed=refused, left=act.wanted)
    paused = act.status == "paused"
    why, said = _explained(pause_words(act.paused_reason), act.paused_words) if paused else (None, "")
    return ShownAct(
        id=act.id,
        title=_ACT_TITLES[act.kind],
        state=act.status,
        under_way=act.under_way,
        parts=[
            Part(marks[state], words[state], count, url(state)) for state, count in numbers.items() if count
        ],
        segments=segments(counted),
        refused=[
            Reason(reason_words(reason), count, url("refused", reason))
            for reason, count in sorted(act.refused.items(), key=lambda item: -item[1])
        ],
        at=act.finished_at or act.created_at,
        why=why,
        words=said,
    )
