"""Files by their ``file_id``, which says all about itself: a bot's file is known after a restart too."""

import base64
import binascii
import zlib
from dataclasses import dataclass

from hsl.telegram.messages import MediaKind
from hsl.telegram.simulator.errors import ApiError, bad_request

KINDS: dict[str, MediaKind] = {"p": "photo", "v": "video", "d": "document"}
MAX_BYTES: dict[MediaKind, int] = {"photo": 10 * 1024**2, "video": 50 * 1024**2, "document": 50 * 1024**2}
MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class File:
    """What Telegram holds for one bot."""

    kind: MediaKind
    bot_id: int
    number: int
    name: str

    @property
    def file_id(self) -> str:
        """Whoever makes one up is found out by its sum."""
        text = f"{self.kind[0]}:{self.bot_id}:{self.number}:{self.name[:MAX_NAME]}".encode()
        return base64.urlsafe_b64encode(zlib.crc32(text).to_bytes(4) + text).decode().rstrip("=")


def find(file_id: str, bot_id: int, kind: MediaKind) -> File:
    """The file that a bot may send as ``kind``.

    Raises:
        ApiError: it knows no such file, or it is of another kind.
    """
    unknown = bad_request("wrong file identifier/HTTP URL specified")
    try:
        raw = base64.b64decode(file_id + "=" * (-len(file_id) % 4), b"-_", validate=True)
        letter, bot, number, name = raw[4:].decode().split(":", 3)
        file = File(KINDS[letter], int(bot), int(number), name)
    except (binascii.Error, ValueError, KeyError):
        raise unknown from None
    if file.file_id != file_id or file.bot_id != bot_id:
        raise unknown
    if file.kind != kind:
        raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return file


def refuse_too_big(kind: MediaKind, size: int) -> None:
    """See that a file can be taken.

    Raises:
        ApiError: it is empty or too big.
    """
    if size == 0:
        raise bad_request("file must be non-empty")
    if size > MAX_BYTES["document"]:
        raise ApiError(413, "Request Entity Too Large")
    if size > MAX_BYTES[kind]:
        raise bad_request("file is too big")
