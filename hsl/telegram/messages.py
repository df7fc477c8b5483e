"""What goes to one person: the text in Telegram's HTML, media by its ``file_id``, rows of buttons."""

from dataclasses import dataclass
from typing import Literal

MediaKind = Literal["photo", "video", "document"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: a link, or a command that the school's own bot handles (1 to 64 bytes)."""

    text: str
    url: str = ""
    callback_data: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A photo, video or document that Telegram holds. A ``file_id`` belongs to one bot."""

    kind: MediaKind
    file_id: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One person's copy of a message; personal fields are filled."""

    text: str
    media: Media | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    protected: bool = False
    link_preview: bool = True
    paid: bool = False
