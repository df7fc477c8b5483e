"""All that a simulator knows, and the methods of the Bot API over it."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hsl.telegram.markup import Parsed
from hsl.telegram.messages import MediaKind
from hsl.telegram.simulator import files
from hsl.telegram.simulator.chats import Chats, Message
from hsl.telegram.simulator.errors import ApiError, bad_request, forbidden
from hsl.telegram.simulator.faults import Faults
from hsl.telegram.simulator.files import File
from hsl.telegram.simulator.limits import Limits
from hsl.telegram.simulator.parameters import (
    Parameters,
    Upload,
    chat_id_of,
    flag,
    keyboard_of,
    link_preview,
    message_id_of,
    message_ids_of,
    text_of,
)
from hsl.telegram.simulator.people import People
from hsl.telegram.simulator.settings import Settings

WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
DELETABLE_SECONDS = 48 * 3600
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@dataclass
class Bot:
    """One bot."""

    id: int
    limits: Limits
    webhook: str = ""
    user: Mapping[str, object] = field(init=False)

    def __post_init__(self) -> None:
        """Its name is made of its id."""
        name = f"school_{self.id}_bot"
        self.user = {"id": self.id, "is_bot": True, "first_name": "School", "username": name}


class World:
    """People, chats, bots, limits, faults. Forgotten at ``reset`` and with the process."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        """``clock`` paces, ``now`` dates."""
        self.settings = settings
        self._clock = clock
        self._now = now
        self.reset()

    def reset(self) -> None:
        """Forget all but the settings."""
        self.people = People()
        self.faults = Faults()
        self.chats = Chats()
        self.requests: Counter[str] = Counter()
        self.answers: Counter[int] = Counter()
        self._bots: dict[int, Bot] = {}
        self._uploads = 0

    def now(self) -> float:
        """The date of what happens now."""
        return self._now() + self.settings.clock_ahead

    @property
    def throttled(self) -> int:
        """Requests that were answered 429, by the limits or by a fault."""
        return self.answers[429]

    def bot(self, token: str) -> Bot:
        """Whose token it is; any of the right shape is good, until it is revoked.

        Raises:
            ApiError: 401, or 404 for what is no token.
        """
        number, _, secret = token.partition(":")
        if not (number.isascii() and number.isdigit() and secret):
            raise ApiError(404, "Not Found")
        bot_id = int(number)
        if bot_id in self.settings.revoked_bots:
            raise ApiError(401, "Unauthorized")
        if bot_id not in self._bots:
            self._bots[bot_id] = Bot(bot_id, Limits(self._clock))
        return self._bots[bot_id]

    def call(self, bot: Bot, method: str, given: Parameters) -> object:
        """Do what a method asks; its ``result``.

        Raises:
            ApiError: in Telegram's words.
        """
        do = METHODS.get(method)
        if do is None:
            raise ApiError(404, "Not Found: method not found")
        return do(self, bot, given)

    def send_message(self, bot: Bot, given: Parameters) -> object:
        chat_id = chat_id_of(given)
        return self._accept(bot, chat_id, text_of(given), given, None)

    def send_media(self, bot: Bot, given: Parameters, kind: MediaKind) -> object:
        chat_id = chat_id_of(given)
        text = text_of(given, "caption")
        return self._accept(bot, chat_id, text, given, self._file(bot, given, kind))

    def _file(self, bot: Bot, given: Parameters, kind: MediaKind) -> File:
        value = given.get(kind)
        if isinstance(value, str) and value.startswith("attach://"):
            value = given.get(value.removeprefix("attach://"))
        if isinstance(value, Upload):
            files.refuse_too_big(kind, value.size)
            self._uploads += 1
            return File(kind, bot.id, self._uploads, value.name[: files.MAX_NAME])
        if not isinstance(value, str) or not value:
            raise bad_request(f"there is no {kind} in the request")
        if value.startswith(("http://", "https://")):
            self._uploads += 1
            return File(kind, bot.id, self._uploads, value.rpartition("/")[2][: files.MAX_NAME])
        return files.find(value, bot.id, kind)

    def _accept(
        self, bot: Bot, chat_id: int, text: tuple[str, Parsed], given: Parameters, file: File | None
    ) -> object:
        html, parsed = text
        keyboard = keyboard_of(given)
        paid = flag(given, "allow_paid_broadcast")
        bot.limits.admit(self.settings, chat_id, paid=paid)
        self._refuse_chat(bot, chat_id)
        message = Message(
            number=len(self.chats.messages) + 1,
            bot_id=bot.id,
            chat_id=chat_id,
            message_id=self.chats.next_id(bot.id, chat_id),
            at=self.now(),
            text=parsed.text.rstrip(),
            entities=parsed.entities,
            html=html,
            keyboard=keyboard,
            file=file,
            silent=flag(given, "disable_notification"),
            protected=flag(given, "protect_content"),
            link_preview=link_preview(given),
            paid=paid,
        )
        self.chats.add(message)
        return message.as_telegram(bot.user)

    def _refuse_chat(self, bot: Bot, chat_id: int) -> None:
        if chat_id == bot.id:
            raise forbidden("the bot can't send messages to the bot")
        self.people.refuse(self.settings, chat_id)

    def edit(self, bot: Bot, given: Parameters, name: str) -> object:
        chat_id, message_id = chat_id_of(given), message_id_of(given)
        html, parsed = text_of(given, name)
        keyboard = keyboard_of(given)
        bot.limits.admit(self.settings, chat_id, paid=False)
        self._refuse_chat(bot, chat_id)
        message = self.chats.find(bot.id, chat_id, message_id)
        if message is None:
            raise bad_request("message to edit not found")
        if (message.file is None) != (name == "text"):
            raise bad_request(f"there is no {name} in the message to edit")
        text = parsed.text.rstrip()
        if (text, parsed.entities, list(keyboard)) == (
            message.text,
            message.entities,
            list(message.keyboard),
        ):
            raise bad_request(NOT_MODIFIED)
        message.html, message.text, message.entities = html, text, parsed.entities
        message.keyboard, message.edited_at = keyboard, self.now()
        return message.as_telegram(bot.user)

    def delete_message(self, bot: Bot, given: Parameters) -> object:
        chat_id, message_id = chat_id_of(given), message_id_of(given)
        bot.limits.admit(self.settings, chat_id, paid=False)
        message = self.chats.find(bot.id, chat_id, message_id)
        if message is None:
            raise bad_request("message to delete not found")
        if self.now() - message.at > DELETABLE_SECONDS:
            raise bad_request("message can't be deleted for everyone")
        message.deleted_at = self.now()
        return True

    def delete_messages(self, bot: Bot, given: Parameters) -> object:
        chat_id, message_ids = chat_id_of(given), message_ids_of(given)
        bot.limits.admit(self.settings, chat_id, paid=False)
        found = [self.chats.find(bot.id, chat_id, each) for each in message_ids]
        there = [message for message in found if message is not None]
        if any(self.now() - message.at > DELETABLE_SECONDS for message in there):
            raise bad_request("message can't be deleted for everyone")
        for message in there:
            message.deleted_at = self.now()
        return True

    def set_webhook(self, bot: Bot, given: Parameters) -> object:
        url = str(given.get("url") or "")
        if url and not url.startswith("https://"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        bot.webhook = url
        return True

    def get_updates(self, bot: Bot, given: Parameters) -> object:  # noqa: ARG002 - as the others
        if bot.webhook:
            raise ApiError(409, f"Conflict: {WEBHOOK_ACTIVE}")
        return []


def _delete_webhook(world: World, bot: Bot, given: Parameters) -> object:  # noqa: ARG001 - as the others
    bot.webhook = ""
    return True


def _webhook_info(world: World, bot: Bot, given: Parameters) -> object:  # noqa: ARG001 - as the others
    return {"url": bot.webhook, "has_custom_certificate": False, "pending_update_count": 0}


#: By their names in lower case: Telegram does not mind the case.
METHODS: dict[str, Callable[[World, Bot, Parameters], object]] = {
    "getme": lambda _world, bot, _given: bot.user,
    "sendmessage": World.send_message,
    "sendphoto": lambda world, bot, given: world.send_media(bot, given, "photo"),
    "sendvideo": lambda world, bot, given: world.send_media(bot, given, "video"),
    "senddocument": lambda world, bot, given: world.send_media(bot, given, "document"),
    "editmessagetext": lambda world, bot, given: world.edit(bot, given, "text"),
    "editmessagecaption": lambda world, bot, given: world.edit(bot, given, "caption"),
    "deletemessage": World.delete_message,
    "deletemessages": World.delete_messages,
    "answercallbackquery": lambda _world, _bot, _given: True,
    "setwebhook": World.set_webhook,
    "deletewebhook": _delete_webhook,
    "getwebhookinfo": _webhook_info,
    "getupdates": World.get_updates,
}
