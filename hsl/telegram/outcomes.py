"""What became of a request, in one list: each outcome carries the decision that follows from it.

``reason`` is a short code that the database keeps; ``words`` are Telegram's own, for who wants to know exactly.
``sentence(reason)`` says it to an operator.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_WORDS = 300


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram has it; ``file_id`` of the file that came along."""

    message_id: int
    file_id: str = ""
    reason: str = "sent"


@dataclass(frozen=True, slots=True)
class Wait:
    """It certainly was not sent: again, ``seconds`` later."""

    seconds: float
    reason: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Migrated:
    """Not sent: the chat has another id now, to send to and to keep."""

    chat_id: int
    reason: str = "migrated"
    words: str = ""


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Not sent: this person gets nothing from this bot, until they come back."""

    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class RecipientRejected:
    """Not sent: something is wrong with this person's copy, or Telegram refuses it for a reason of its own."""

    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class MessageWrong:
    """Not sent: the message is wrong, most likely for everyone."""

    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class BotWrong:
    """Not sent: nothing can be sent with this token, or at this address."""

    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request went out and no answer says what became of it. It must not be repeated by itself."""

    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Done:
    """The edit or deletion is done, or was done before."""

    reason: str = "done"


@dataclass(frozen=True, slots=True)
class Refused:
    """Telegram does not let this message be edited or deleted."""

    reason: str
    words: str


Failure = Wait | Migrated | Unreachable | RecipientRejected | MessageWrong | BotWrong | Unknown
Outcome = Sent | Failure | Done | Refused

#: By what Telegram's words hold, in lower case; the first that is found counts.
_UNREACHABLE = (
    ("bot was blocked by the user", "blocked"),
    ("user_is_blocked", "blocked"),
    ("user is deactivated", "deactivated"),
    ("input_user_deactivated", "deactivated"),
    ("can't initiate conversation with a user", "never_started"),
    ("peer_id_invalid", "never_started"),
    ("chat not found", "chat_not_found"),
    ("can't send messages to the bot", "bot_chat"),
    ("can't send messages to bots", "bot_chat"),
    ("bot was kicked", "not_member"),
    ("bot is not a member", "not_member"),
    ("group chat was deleted", "not_member"),
)
_MESSAGE_WRONG = (
    ("can't parse entities", "markup"),
    ("message is too long", "too_long"),
    ("message_too_long", "too_long"),
    ("caption is too long", "caption_too_long"),
    ("media_caption_too_long", "caption_too_long"),
    ("reply markup is too long", "buttons_too_long"),
    ("reply_markup_too_long", "buttons_too_long"),
    ("text is empty", "empty"),
    ("text must be non-empty", "empty"),
    ("button_url_invalid", "button_url"),
    ("button_data_invalid", "button_data"),
    ("inline keyboard button", "button_url"),
    ("button_type_invalid", "button_url"),
    ("wrong type of the web page content", "web_page"),
    ("failed to get http url content", "web_page"),
    ("webpage_curl_failed", "web_page"),
    ("webpage_media_empty", "web_page"),
    ("wrong file identifier", "file"),
    ("wrong remote file identifier", "file"),
    ("wrong file_id", "file"),
    ("image_process_failed", "file"),
    ("photo_invalid_dimensions", "file"),
    ("can't use file of type", "file"),
    ("file is too big", "file_too_big"),
    ("request entity too large", "file_too_big"),
)
_DONE = (
    ("message is not modified", "not_modified"),
    ("message to edit not found", "gone"),
    ("message to delete not found", "gone"),
    ("message_id_invalid", "gone"),
)
_REFUSED = (
    ("message can't be deleted", "too_old"),
    ("message can't be edited", "not_editable"),
    ("there is no text in the message to edit", "not_editable"),
    ("there is no caption in the message to edit", "not_editable"),
)

_BY_STATUS: dict[int, tuple[type[Unknown | BotWrong | MessageWrong], str]] = {
    HTTPStatus.UNAUTHORIZED: (BotWrong, "token"),
    HTTPStatus.NOT_FOUND: (BotWrong, "token"),
    HTTPStatus.MISDIRECTED_REQUEST: (BotWrong, "moved"),
    HTTPStatus.REQUEST_TIMEOUT: (Unknown, "server_error"),  # of something between us and Telegram
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (MessageWrong, "file_too_big"),
}

_SENTENCES: dict[str, Promise] = {
    "sent": _("Telegram has accepted it."),
    "throttled": _("Telegram asks to wait. It will be sent later by itself."),
    "refused_connection": _("Telegram could not be reached. It will be sent later by itself."),
    "lease": _("The worker had lost its turn. It will be sent later by itself."),
    "uploading": _("Its file is being brought to Telegram. It will be sent after that."),
    "migrated": _("The chat has a new id. It will be sent there."),
    "blocked": _("The person has blocked the bot."),
    "deactivated": _("The person's Telegram account is gone."),
    "never_started": _("The person has never started the bot, and a bot can't write first."),
    "chat_not_found": _("This bot does not know the person: perhaps they talked to another bot."),
    "bot_chat": _("This is a bot, and a bot can't write to a bot."),
    "not_member": _("The bot is no longer in this chat, or the chat was deleted."),
    "rejected": _("Telegram refused it for this person."),
    "markup": _("Telegram can't read the formatting of the text."),
    "too_long": _("The text is too long: Telegram takes 4096 characters."),
    "caption_too_long": _("The text under a file is too long: Telegram takes 1024 characters."),
    "buttons_too_long": _("There are too many buttons, or what is in them is too long."),
    "empty": _("Nothing is left of the text: it is empty."),
    "button_url": _("A button leads to an address that Telegram does not take."),
    "button_data": _("The command of a button is too long, or is none."),
    "web_page": _("Telegram could not load the file from the given address."),
    "file": _("Telegram does not know this file, or can't use it. Upload it anew."),
    "file_too_big": _("The file is too big for Telegram."),
    "token": _("Telegram does not accept the bot's token. Check HSL_BOT_TOKEN."),
    "moved": _("The bot is served by another Bot API server. Check HSL_TELEGRAM_API_URL."),
    "address": _("No Bot API answers at this address. Check HSL_TELEGRAM_API_URL."),
    "server_error": _("Telegram answered with an error of its own: nobody can say whether it arrived."),
    "timeout": _("Telegram did not answer in time: nobody can say whether it arrived."),
    "cut_connection": _("The connection broke before the answer: nobody can say whether it arrived."),
    "unreadable_answer": _("The answer could not be read: nobody can say whether it arrived."),
    "done": _("It is done."),
    "not_modified": _("It was so already."),
    "gone": _("The message is no longer in the chat."),
    "too_old": _("Telegram no longer lets this message be deleted: 48 hours have passed."),
    "not_editable": _("Telegram does not let this message be edited."),
}
REASONS = frozenset(_SENTENCES)


def sentence(reason: str) -> Promise | str:
    """What a reason says to an operator; one that is not in the list speaks for itself."""
    return _SENTENCES.get(reason, reason)


def classify(status: int, description: str, parameters: Mapping[str, object]) -> Failure:
    """What an answer other than success means for a message.

    Args:
        status: of HTTP.
        description: Telegram's words; empty where the answer was not Telegram's.
        parameters: ``ResponseParameters`` of the Bot API.
    """
    words = description.strip()[:MAX_WORDS] or _title(status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Wait(_retry_after(words, parameters), "throttled", words)
    if (by_status := _by_status(status)) is not None:
        kind, reason = by_status
        return kind(reason, words)
    moved_to = parameters.get("migrate_to_chat_id")
    if isinstance(moved_to, int) and moved_to:
        return Migrated(moved_to, words=words)
    if reason := _found(words, _UNREACHABLE):
        return Unreachable(reason, words)
    if status == HTTPStatus.BAD_REQUEST and (reason := _found(words, _MESSAGE_WRONG)):
        return MessageWrong(reason, words)
    return RecipientRejected("rejected", words)


def _by_status(status: int) -> tuple[type[Unknown | BotWrong | MessageWrong], str] | None:
    """Where the status alone says it."""
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unknown, "server_error"
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return Unknown, "unreadable_answer"
    if status < HTTPStatus.BAD_REQUEST:  # a redirect: Telegram has none
        return BotWrong, "address"
    return _BY_STATUS.get(status)


def classify_act(status: int, description: str, parameters: Mapping[str, object]) -> Failure | Done | Refused:
    """What an answer other than success means for an edit or a deletion; arguments as of ``classify``."""
    if status == HTTPStatus.BAD_REQUEST:
        words = description.strip()[:MAX_WORDS]
        if reason := _found(words, _DONE):
            return Done(reason)
        if reason := _found(words, _REFUSED):
            return Refused(reason, words)
    return classify(status, description, parameters)


def _found(words: str, table: tuple[tuple[str, str], ...]) -> str:
    lower = words.lower()
    return next((reason for part, reason in table if part in lower), "")


def _retry_after(words: str, parameters: Mapping[str, object]) -> float:
    given = parameters.get("retry_after")
    if isinstance(given, int | float) and not isinstance(given, bool) and given > 0:
        return float(given)
    said = re.search(r"retry after (\d{1,9})", words, re.IGNORECASE)
    return max(float(said[1]), 1.0) if said else 1.0


def _title(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
