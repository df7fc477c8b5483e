"""What the methods of the Bot API are given, and where they put a file's id."""

from dataclasses import dataclass
from functools import lru_cache

from hsl.telegram.messages import Button, Copy, MediaKind

METHODS: dict[MediaKind, str] = {"photo": "sendPhoto", "video": "sendVideo", "document": "sendDocument"}


@dataclass(frozen=True, slots=True)
class Request:
    """A method of the Bot API and its parameters."""

    method: str
    parameters: dict[str, object]


def send(chat_id: int, copy: Copy) -> Request:
    """A message: text, or media by their ``file_id`` with the text under them."""
    if copy.media is not None:
        return _with_media(chat_id, copy.media.kind, copy, {copy.media.kind: copy.media.file_id})
    parameters: dict[str, object] = {"chat_id": chat_id, "text": copy.text, "parse_mode": "HTML"}
    return Request("sendMessage", parameters | _preview(copy) | _delivery(copy) | _buttons(copy))


def upload(chat_id: int, kind: MediaKind, copy: Copy) -> Request:
    """A message with a file that comes along under the name of its kind."""
    return _with_media(chat_id, kind, copy, {})


def edit(chat_id: int, message_id: int, copy: Copy) -> Request:
    """The text, or the text under media, and the buttons of a message anew."""
    common: dict[str, object] = {"chat_id": chat_id, "message_id": message_id, "parse_mode": "HTML"}
    if copy.media is not None:
        return Request("editMessageCaption", common | {"caption": copy.text} | _buttons(copy))
    return Request("editMessageText", common | {"text": copy.text} | _preview(copy) | _buttons(copy))


def safe_filename(name: str) -> str:
    """A name that can stand in a request's header, as like the given one as can be."""
    return "".join(letter for letter in name if letter.isprintable() and letter not in '"\\/') or "file"


def file_id_in(message: object) -> str:
    """Of the file that a sent message carries, else nothing. (Of a photo's sizes the largest is the last; a video
    without sound comes back as an animation.)"""
    match message:
        case (
            {"photo": [*_, {"file_id": str(file_id)}]}
            | {"video": {"file_id": str(file_id)}}
            | {"animation": {"file_id": str(file_id)}}
            | {"document": {"file_id": str(file_id)}}
        ):
            return file_id
    return ""


def _with_media(chat_id: int, kind: MediaKind, copy: Copy, file: dict[str, object]) -> Request:
    parameters: dict[str, object] = {"chat_id": chat_id, "caption": copy.text, "parse_mode": "HTML"}
    return Request(METHODS[kind], parameters | file | _delivery(copy) | _buttons(copy))


def _preview(copy: Copy) -> dict[str, object]:
    return {} if copy.link_preview else {"link_preview_options": {"is_disabled": True}}


def _delivery(copy: Copy) -> dict[str, object]:
    asked = {
        "disable_notification": copy.silent,
        "protect_content": copy.protected,
        "allow_paid_broadcast": copy.paid,
    }
    return {name: True for name, wanted in asked.items() if wanted}


def _buttons(copy: Copy) -> dict[str, object]:
    return {"reply_markup": {"inline_keyboard": _keyboard(copy.buttons)}} if copy.buttons else {}


@lru_cache(maxsize=256)
def _keyboard(rows: tuple[tuple[Button, ...], ...]) -> list[list[dict[str, str]]]:
    return [[_button(button) for button in row] for row in rows]


def _button(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.text, "url": button.url}
    return {"text": button.text, "callback_data": button.callback_data}
