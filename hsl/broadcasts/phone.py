"""What a person received, where Telegram is simulated: asked of the simulator itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Any, cast
from urllib.parse import urlencode, urlsplit
from zlib import crc32

from django.conf import settings

from hsl.broadcasts import uploads
from hsl.broadcasts.preview import Shown, shown
from hsl.telegram.bot import our_bot
from hsl.telegram.messages import Button, Copy, Media, MediaKind

HERE = {"127.0.0.1", "localhost", "::1"}
NEWEST = 50
PATIENCE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Received:
    """A message in the person's chat with the bot. ``photo``: the upload that it shows; None where it is not ours."""

    copy: Copy
    shown: Shown
    at: datetime
    file_name: str
    photo: int | None
    edited: bool


@dataclass(frozen=True, slots=True)
class Chat:
    """The newest messages in a chat, the oldest of them first. ``state`` is another where anything is."""

    messages: list[Received]
    state: str


def in_use() -> bool:
    """Whether Telegram is simulated."""
    return _ask("/__received?messages=no") is not None


def chat(user_id: int) -> Chat | None:
    """The person's chat with our bot; None where Telegram is not simulated."""
    query = {"chat_id": user_id, "bot_id": our_bot() or 0, "last": NEWEST}
    answer = _ask(f"/__received?{urlencode(query)}")
    if answer is None:
        return None
    there = [message for message in answer["messages"] if not message["deleted_at"]]
    state = crc32(json.dumps(there).encode())
    photos = uploads.of_file_ids(_photos(there), our_bot() or 0)
    return Chat([_received(message, photos) for message in there], f"{state:08x}")


def _photos(messages: list[Mapping[str, Any]]) -> set[str]:
    media = [message["media"] for message in messages if message["media"]]
    return {each["file_id"] for each in media if each["kind"] == "photo"}


def _received(message: Mapping[str, Any], photos: Mapping[str, int]) -> Received:
    media = message["media"]
    copy = Copy(
        text=message["html"],
        media=Media(cast("MediaKind", media["kind"]), media["file_id"]) if media else None,
        buttons=tuple(
            tuple(
                Button(
                    str(button["text"]), str(button.get("url") or ""), str(button.get("callback_data") or "")
                )
                for button in row
            )
            for row in message["buttons"]
        ),
        silent=message["silent"],
        protected=message["protected"],
        link_preview=message["link_preview"],
    )
    return Received(
        copy=copy,
        shown=shown(copy),
        at=datetime.fromtimestamp(message["at"], UTC),
        file_name=media["name"] if media else "",
        photo=photos.get(media["file_id"]) if media else None,
        edited=message["edited_at"] is not None,
    )


def _ask(path: str) -> Mapping[str, Any] | None:
    """What the simulator answers. One that is not on this machine is none, and is not asked."""
    server = urlsplit(settings.TELEGRAM_API_URL)
    if server.hostname not in HERE or server.scheme != "http":
        return None
    connection = HTTPConnection(server.hostname, server.port or 80, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        answer = json.loads(connection.getresponse().read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return answer if isinstance(answer, dict) and answer.get("simulator") is True else None
