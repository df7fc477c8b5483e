"""What is sent: one person's copy of a message."""

from dataclasses import dataclass
from typing import Literal

MediaKind = Literal["photo", "video", "document"]


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it opens ``url``, or hands ``callback_data`` (1 to 64 bytes) to the bot."""

    text: str
    url: str = ""
    callback_data: str = ""


@dataclass(frozen=True, slots=True)
class Media:
    """A file that Telegram has already; its ``file_id`` belongs to one bot."""

    kind: MediaKind
    file_id: str


@dataclass(frozen=True, slots=True)
class Copy:
    """One person's copy, personal fields filled.

    Attributes:
        text: Telegram's HTML; with ``media`` it is the caption.
        buttons: rows of buttons.
        silent: delivered without a sound.
        protected: can't be forwarded or saved.
        link_preview: Telegram may show the page behind the first link.
        paid: above the free rate, for Stars (``allow_paid_broadcast``).
    """

    text: str
    media: Media | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    protected: bool = False
    link_preview: bool = True
    paid: bool = False
