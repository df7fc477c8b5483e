"""A message filled for one person. It is worked out once what stands where; a copy is then a walk along it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html import escape

from hsl.broadcasts import links
from hsl.broadcasts.content import Content
from hsl.broadcasts.links import Link
from hsl.people import fields
from hsl.people.fields import Field
from hsl.telegram.messages import Button, Copy, Media

Track = Callable[[str, int], str]
"""Gives the address that leads a person (by their id) to another one, and tells."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a copy is for. ``course_stream``: the stream's title, as people call it."""

    user_id: int
    username: str | None
    first_name: str | None
    course_stream: str | None


class Filler:
    """Makes the copies of ``content``. ``file_id``: of its media, for the bot that sends. ``track``: None for links
    that lead straight to where they lead."""

    def __init__(self, content: Content, file_id: str | None, track: Track | None) -> None:
        self.personal = any(isinstance(part, Field) for part in fields.split(content.text))
        self._track = track if content.tracked else None
        self._parts = list(_parts(content.text, tracked=self._track is not None))
        self._follows_buttons = self._track is not None and any(
            links.is_web(button.url) for row in content.buttons for button in row
        )
        self._plain = Copy(
            text=fields.plain(content.text),
            media=Media(content.media.kind, file_id) if content.media and file_id else None,
            buttons=content.buttons,
            silent=content.silent,
            protected=content.protected,
            link_preview=content.link_preview,
            paid=content.paid,
        )
        self.missing = content.media if self._plain.media is None else None
        """Its media, while they are not with Telegram yet."""
        self._same_for_all = not self.personal and self._track is None

    def copy(self, person: Person) -> Copy:
        """The message as ``person`` gets it."""
        if self._same_for_all:
            return self._plain
        text = "".join(part if isinstance(part, str) else self._fill(part, person) for part in self._parts)
        return replace(self._plain, text=text, buttons=self._buttons(person))

    def has_file(self, media: Media) -> None:
        """From now on copies are sent with these media: Telegram has them."""
        self._plain, self.missing = replace(self._plain, media=media), None

    def plain(self) -> Copy:
        """The message as it is for somebody of whom nothing is known, with its links as they are."""
        return self._plain

    def _fill(self, part: Field | Link, person: Person) -> str:
        if isinstance(part, Link):
            return part.into(self._track(part.url, person.user_id)) if self._track else part.html
        value: str | None = getattr(person, part.name) if part.name in fields.LONGEST else None
        return escape(value) if value else part.fallback

    def _buttons(self, person: Person) -> tuple[tuple[Button, ...], ...]:
        track = self._track
        if track is None or not self._follows_buttons:
            return self._plain.buttons
        return tuple(
            tuple(
                replace(button, url=track(button.url, person.user_id)) if links.is_web(button.url) else button
                for button in row
            )
            for row in self._plain.buttons
        )


def _parts(text: str, *, tracked: bool) -> Iterator[str | Field | Link]:
    for part in links.split(text) if tracked else [text]:
        if isinstance(part, Link):
            yield part
        else:
            yield from fields.split(part)
