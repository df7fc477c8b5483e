"""Why a message is where it is, and why somebody did not get it: in words, with what to do."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hsl.broadcasts.bot_health import Bot, Hold
from hsl.broadcasts.statuses import ERASED, LEFT_UNKNOWN, LOST, UNNOTED, Pause, Status
from hsl.telegram import outcomes
from hsl.telegram.markup_words import in_words

STATUSES: dict[str, tuple[Promise | str, str, str]] = {
    Status.DRAFT: (pgettext_lazy("message", "draft"), "pencil", "secondary"),
    Status.SCHEDULED: (pgettext_lazy("message", "scheduled"), "clock", "blue"),
    Status.SENDING: (pgettext_lazy("message", "being sent"), "send", "blue"),
    Status.PAUSED: (pgettext_lazy("message", "paused"), "player-pause", "yellow"),
    Status.SENT: (pgettext_lazy("message", "sent"), "circle-check", "green"),
    Status.CANCELLED: (pgettext_lazy("message", "cancelled"), "x", "secondary"),
    Status.FAILED: (pgettext_lazy("message", "failed"), "alert-triangle", "red"),
    Status.EXTERNAL: (pgettext_lazy("message", "another program's"), "external-link", "secondary"),
}
"""What a message's status is called, its icon and its colour."""

DELIVERIES: dict[str, tuple[Promise | str, str, str]] = {
    "sent": (pgettext_lazy("delivery", "sent"), "circle-check", "green"),
    "failed": (pgettext_lazy("delivery", "failed"), "alert-triangle", "red"),
    "unknown": (pgettext_lazy("delivery", "unknown"), "help-circle", "yellow"),
    "pending": (pgettext_lazy("delivery", "waits"), "clock", "secondary"),
    "sending": (pgettext_lazy("delivery", "on its way"), "send", "blue"),
    "deleted": (pgettext_lazy("delivery", "recalled"), "arrow-back-up", "secondary"),
}
"""What has become of a recipient, its icon and its colour."""

_OURS: dict[str, Promise] = {
    ERASED: _("The person is no longer among the school's people."),
    LEFT_UNKNOWN: _("Nobody knows whether it arrived, and it was let be."),
    LOST: _("The worker that was sending it was stopped: nobody can say whether it arrived."),
    UNNOTED: _("The database refused to keep what became of it: the worker's log says why."),
}


class Told(NamedTuple):
    """Why a message is paused, and what to do about it."""

    why: Promise | str
    advice: Promise | str


_PAUSES: dict[str, Told] = {
    Pause.OPERATOR: Told(_("It was paused by hand."), _("It goes on when somebody resumes it.")),
    Pause.QUIET: Told(_("The school's quiet hours."), _("It goes on by itself when they end.")),
    Pause.MISSED: Told(
        _("Its time passed while no worker was running."),
        _("Nobody has got it yet. Resume it to send it now, or cancel it."),
    ),
    Pause.NOBODY: Told(
        _("When its time came, nobody was in its audience whom the bot reaches."),
        _("Resume it to look once more, or cancel it and write to others."),
    ),
    Pause.ALL_UNREACHABLE: Told(
        _("The bot could reach none of the first recipients."),
        _(
            "Perhaps this is another bot's token, or another bot's people. Check HSL_BOT_TOKEN, then resume it."
        ),
    ),
    Pause.TABLES: Told(
        _("The database refuses to mark its recipients as being sent."),
        _(
            "hsl doctor says what stands in the way and what to run. Nobody has got it meanwhile: resume it then."
        ),
    ),
    Pause.OTHER_BOT: Told(
        _("It was begun with another bot than the one whose token is given now."),
        _(
            "If nobody has it yet, resume it, and it goes on with the bot of now. Else give the former bot's token, "
            "start again and resume it; or cancel it, and write again from a copy."
        ),
    ),
    "token": Told(
        outcomes.sentence("token"), _("Nothing is lost: put the token right, start again, and resume it.")
    ),
    "moved": Told(
        outcomes.sentence("moved"), _("Nothing is lost: put the address right, start again, and resume it.")
    ),
    "address": Told(
        outcomes.sentence("address"), _("Nothing is lost: put the address right, start again, and resume it.")
    ),
}
_OF_THE_MESSAGE = _(
    "Nobody else gets it as it is. Write it again from a copy, and cancel this one; or resume it if it was a mistake."
)


def reason_words(reason: str) -> str:
    """Why a delivery failed, is unknown or is put off."""
    if not reason:
        return gettext("Nobody said why.")
    return str(_OURS.get(reason) or outcomes.sentence(reason))


def pause_words(reason: str | None) -> Told:
    """Why a message is paused; of what is wrong with it by Telegram's word, in its words."""
    if reason in _PAUSES:
        return _PAUSES[reason]
    return Told(reason_words(reason or ""), _OF_THE_MESSAGE)


def explained(sentence: Promise | str, words: str) -> tuple[str, str]:
    """A sentence with what Telegram's words say further, in the reader's language, where we know them: they are not
    needed then any more. Words that we don't know stay as they are."""
    known = in_words(words)
    return (f"{sentence} {known}", "") if known else (str(sentence), words)


def hold_words(bot: Bot) -> Told | None:
    """What keeps the bot from sending, and what to do about it; None where nothing does."""
    if bot.hold is Hold.NO_BOT:
        return Told(gettext("There is no bot's token."), gettext("Set HSL_BOT_TOKEN and start again."))
    if bot.hold is Hold.WRONG:
        return Told(outcomes.sentence("token"), bot.wrong or "")
    if bot.hold is Hold.NO_WORKER:
        return Told(
            gettext("No worker is sending."),
            gettext("Start hsl worker: it goes on where the last one stopped."),
        )
    if bot.hold is Hold.HELD and bot.held_until is not None:
        return Told(
            gettext("Telegram asks to wait until %(time)s.") % {"time": _clock(bot.held_until)},
            gettext("It goes on by itself, more slowly at first."),
        )
    if bot.hold is Hold.PROBING:
        return Told(
            gettext("An answer of Telegram was lost."),
            gettext("Nothing more goes out until it answers again, so that few are unknown."),
        )
    return None


def _clock(moment: datetime) -> str:
    local = timezone.localtime(moment)
    seconds = local - timezone.localtime() < timedelta(minutes=2)
    return f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
