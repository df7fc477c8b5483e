"""What a message is, before it is filled for anybody. Kept as JSON beside the message (``broadcasts.content``)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

from hsl.broadcasts import links
from hsl.broadcasts.links import Link
from hsl.telegram.messages import Button, MediaKind

KINDS: tuple[MediaKind, ...] = get_args(MediaKind)


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A photo, video or document: one that Telegram holds (``file_id``), or one of ``uploads``."""

    kind: MediaKind
    file_id: str = ""
    upload: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A message as an operator wrote it: ``text`` is Telegram's HTML with personal fields in it.

    ``tracked``: links go through ``/r/<code>``. ``paid``: sent faster than the free 30 a second, for Stars.
    """

    text: str
    media: MediaRef | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    protected: bool = False
    link_preview: bool = True
    tracked: bool = False
    paid: bool = False

    def to_json(self) -> dict[str, Any]:
        """As it is kept; ``from_json`` gives it back."""
        return {**asdict(self), "buttons": [[asdict(button) for button in row] for row in self.buttons]}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Content":
        """What ``to_json`` made. What is not in it is as for a new message.

        Raises:
            TypeError: it was not made by ``to_json``.
        """
        media = kept.get("media")
        buttons = kept.get("buttons", ())
        plain = {name: value for name, value in kept.items() if name not in ("media", "buttons")}
        return cls(
            **{"text": "", **plain},
            media=MediaRef(**media) if media else None,
            buttons=tuple(tuple(Button(**button) for button in row) for row in buttons),
        )


def tracked_urls(content: Content) -> list[str]:
    """Each address of the web in ``content`` once, in the order in which they stand there; buttons last."""
    urls = [part.url for part in links.split(content.text) if isinstance(part, Link)]
    urls += [button.url for row in content.buttons for button in row if links.is_web(button.url)]
    return list(dict.fromkeys(urls))
