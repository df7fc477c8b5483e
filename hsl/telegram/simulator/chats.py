"""What each chat has received."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from hsl.telegram.markup import Entity
from hsl.telegram.simulator.files import File

Keyboard = Sequence[Sequence[Mapping[str, object]]]


@dataclass(slots=True)
class Message:
    """A message in a chat, as the person sees it."""

    number: int
    bot_id: int
    chat_id: int
    message_id: int
    at: float
    text: str
    entities: tuple[Entity, ...]
    html: str
    keyboard: Keyboard
    file: File | None
    silent: bool
    protected: bool
    link_preview: bool
    paid: bool
    edited_at: float | None = None
    deleted_at: float | None = None

    def as_json(self) -> dict[str, object]:
        """For ``/__received``."""
        return {
            "number": self.number,
            "bot_id": self.bot_id,
            "chat_id": self.chat_id,
            "message_id": self.message_id,
            "at": self.at,
            "text": self.text,
            "entities": [entity.as_json() for entity in self.entities],
            "html": self.html,
            "buttons": self.keyboard,
            "media": None
            if self.file is None
            else {"kind": self.file.kind, "name": self.file.name, "file_id": self.file.file_id},
            "silent": self.silent,
            "protected": self.protected,
            "link_preview": self.link_preview,
            "paid": self.paid,
            "edited_at": self.edited_at,
            "deleted_at": self.deleted_at,
        }

    def as_telegram(self, bot: Mapping[str, object]) -> dict[str, object]:
        """The Bot API's ``Message``."""
        chat_type = "private" if self.chat_id > 0 else "supergroup"
        answer: dict[str, object] = {
            "message_id": self.message_id,
            "from": bot,
            "chat": {"id": self.chat_id, "type": chat_type},
            "date": int(self.at),
        }
        text, entities = ("text", "entities") if self.file is None else ("caption", "caption_entities")
        if self.text:
            answer[text] = self.text
        if self.entities:
            answer[entities] = [entity.as_json() for entity in self.entities]
        if self.file is not None:
            answer[self.file.kind] = _file(self.file)
        if self.keyboard:
            answer["reply_markup"] = {"inline_keyboard": self.keyboard}
        if self.edited_at is not None:
            answer["edit_date"] = int(self.edited_at)
        return answer


def _file(file: File) -> object:
    one = {"file_id": file.file_id, "file_unique_id": f"u{file.number}", "width": 640, "height": 480}
    match file.kind:
        case "photo":
            return [{**one, "file_id": f"s{file.file_id}", "width": 90, "height": 67}, one]
        case "video":
            return {**one, "duration": 1}
        case "document":
            return {"file_id": file.file_id, "file_unique_id": f"u{file.number}", "file_name": file.name}


@dataclass(slots=True)
class Chats:
    """All chats of all bots, and what was counted."""

    messages: list[Message] = field(default_factory=list)
    per_second: Counter[int] = field(default_factory=Counter)
    _by_chat: dict[tuple[int, int], dict[int, Message]] = field(default_factory=dict)

    def next_id(self, bot_id: int, chat_id: int) -> int:
        """The id of the next message in a chat."""
        return len(self._by_chat.get((bot_id, chat_id), ())) + 1

    def add(self, message: Message) -> None:
        """A message that was accepted."""
        self.messages.append(message)
        self.per_second[int(message.at)] += 1
        self._by_chat.setdefault((message.bot_id, message.chat_id), {})[message.message_id] = message

    def find(self, bot_id: int, chat_id: int, message_id: int) -> Message | None:
        """A message that is still there."""
        message = self._by_chat.get((bot_id, chat_id), {}).get(message_id)
        return message if message is not None and message.deleted_at is None else None

    def received(self, chat_ids: set[int], bot_ids: set[int], text: str, since: int) -> Iterator[Message]:
        """In the order in which they were accepted; an empty filter takes all."""
        for message in self.messages[since:]:
            if (
                (not chat_ids or message.chat_id in chat_ids)
                and (not bot_ids or message.bot_id in bot_ids)
                and text in message.text
            ):
                yield message
