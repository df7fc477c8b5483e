"""Reading the parameters of a method, which come as JSON, as a form, or in the address."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from hsl.telegram.markup import MarkupError, Parsed, escape, parse, units
from hsl.telegram.simulator.chats import Keyboard
from hsl.telegram.simulator.errors import bad_request

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_BUTTONS = 100
MAX_CALLBACK_BYTES = 64


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came along."""

    name: str
    size: int


Parameters = Mapping[str, object]


def chat_id_of(given: Parameters) -> int:
    """Where to.

    Raises:
        ApiError: nowhere.
    """
    value = given.get("chat_id")
    if value in {None, ""}:
        raise bad_request("chat_id is empty")
    if (number := _whole(value)) is None:
        raise bad_request("chat not found")
    return number


def message_id_of(given: Parameters) -> int:
    """Which message.

    Raises:
        ApiError: none is named.
    """
    if (number := _whole(given.get("message_id"))) is None:
        raise bad_request("message identifier is not specified")
    return number


def message_ids_of(given: Parameters) -> list[int]:
    """Which messages, at most a hundred.

    Raises:
        ApiError: none are named, or too many.
    """
    value = as_json(given.get("message_ids"))
    if not isinstance(value, list) or not value:
        raise bad_request("message identifiers are not specified")
    if len(value) > 100:
        raise bad_request("too many message identifiers specified")
    return [number for each in value if (number := _whole(each)) is not None]


def flag(given: Parameters, name: str) -> bool:
    """Whether something is wanted."""
    return str(given.get(name, "")).lower() in {"true", "1", "yes"}


def link_preview(given: Parameters) -> bool:
    """Whether the page behind a link may be shown."""
    options = as_json(given.get("link_preview_options"))
    off = isinstance(options, dict) and options.get("is_disabled") is True
    return not off and not flag(given, "disable_web_page_preview")


def text_of(given: Parameters, name: str = "text") -> tuple[str, Parsed]:
    """The text as HTML and as it is shown; a caption where ``name`` says so.

    Raises:
        ApiError: it can't be parsed, is empty or too long.
    """
    html = str(given.get(name) or "")
    mode = str(given.get("parse_mode") or "").lower()
    if mode not in {"", "html"}:
        raise bad_request("unsupported parse_mode")
    try:
        parsed = parse(html) if mode else Parsed(html, ())
    except MarkupError as error:
        raise bad_request(str(error)) from None
    shown = units(parsed.text.strip())
    if name == "text" and not shown:
        raise bad_request("message text is empty")
    if name == "text" and shown > MAX_TEXT:
        raise bad_request("message is too long")
    if name == "caption" and shown > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return html if mode else escape(html), parsed


def keyboard_of(given: Parameters) -> Keyboard:
    """Rows of buttons under a message.

    Raises:
        ApiError: Telegram would not show them.
    """
    if given.get("reply_markup") in {None, ""} if not isinstance(given.get("reply_markup"), dict) else False:
        return ()
    markup = as_json(given.get("reply_markup"))
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array')
    for row in rows:
        for button in row:
            _check_button(button)
    if sum(map(len, rows)) > MAX_BUTTONS:
        raise bad_request("reply markup is too long")
    return rows


def _check_button(button: object) -> None:
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be non-empty')
    url, data = button.get("url"), button.get("callback_data")
    if url:
        _check_url(str(url))
    elif data:
        if len(str(data).encode()) > MAX_CALLBACK_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    else:
        words = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        raise bad_request(words)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or " " in url:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if parts.scheme != "tg" and "." not in host.strip("."):
        raise bad_request("BUTTON_URL_INVALID")


def as_json(value: object) -> object:
    """What a value says: a form has it as text.

    Raises:
        ApiError: it can't be read.
    """
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad_request("can't parse JSON object") from None


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    try:
        return int(str(value).strip())
    except ValueError:
        return None
