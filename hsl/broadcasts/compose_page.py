"""What the compose page shows."""

import json
from dataclasses import asdict
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.http import urlencode

from hsl.broadcasts import tracking
from hsl.broadcasts.bot import FREE_RATE, send_rate
from hsl.broadcasts.composing import Composed
from hsl.broadcasts.content import Content
from hsl.broadcasts.filling import Filler
from hsl.broadcasts.models import Template, Upload
from hsl.broadcasts.preview import shown
from hsl.broadcasts.readers import person_of
from hsl.broadcasts.spending import paid_allowed
from hsl.broadcasts.validation import most_characters, problems
from hsl.broadcasts.words import group_name
from hsl.people import queries
from hsl.people.groups import groups
from hsl.people.rows import Card
from hsl.school.models import School
from hsl.school.queries import stream_titles
from hsl.telegram.markup import MarkupError, length


class Tile(NamedTuple):
    """A group to choose: its number of people, the door to them, and whether it is chosen, or left out."""

    name: str
    label: str
    people: int
    url: str
    chosen: bool
    minus: bool


def page(written: Composed, errors: dict[str, str], message_id: int | None) -> dict[str, Any]:
    """Context of the whole page."""
    titles = stream_titles()
    audience = written.audience
    return {
        "message_id": message_id,
        "written": written,
        "errors": errors,
        "tiles": _tiles(written, titles),
        "people": queries.cards(list(audience.people)),
        "titles": titles,
        "filters_url": f"{reverse('people')}?{audience.filters}" if audience.filters is not None else "",
        "school_row": School.objects.first() or School(),
        **what(written.content),
    }


def what(content: Content) -> dict[str, Any]:
    """Context of the part that says what is sent."""
    rate = send_rate()
    return {
        "content": content,
        "buttons_json": json.dumps([[asdict(button) for button in row] for row in content.buttons]),
        "tracking": bool(tracking.public_base()),
        "paid_allowed": paid_allowed(),
        "send_rate": rate,
        "free": rate <= FREE_RATE,
        "templates": list(Template.objects.order_by("name").only("name")),
        **media(content),
    }


def media(content: Content) -> dict[str, Any]:
    """Context of the media of a message."""
    ref = content.media
    upload = None
    if ref is not None and ref.upload is not None:
        upload = Upload.objects.defer("data").filter(pk=ref.upload).first()
    return {"media": ref, "upload": upload}


def phone(content: Content, card: Card | None) -> dict[str, Any]:
    """Context of the phone: the message as the person of ``card`` sees it."""
    copy = Filler(content, "shown", None).copy(person_of(card))
    return {"copy": copy, "shown": shown(copy), "reader": card, "content": content, **media(content)}


def counted(content: Content, card: Card | None, *, refused: bool) -> dict[str, Any]:
    """Context of the count of characters, and of what is wrong; a message that nobody has begun is not scolded, unless
    it was to go out and was refused."""
    copy = Filler(content, None, None).copy(person_of(card))
    try:
        characters = length(copy.text)
    except MarkupError:
        characters = length_of_broken(copy.text)
    begun = refused or content.text.strip() or content.media or content.buttons
    return {
        "characters": characters,
        "most": most_characters(content),
        "errors": problems(content) if begun else {},
    }


def length_of_broken(text: str) -> int:
    """How long a text is that Telegram can't read: as it was written."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _tiles(written: Composed, titles: dict[str, str]) -> list[Tile]:
    audience = written.audience
    return [
        Tile(
            name,
            group_name(name, titles),
            count,
            f"{reverse('people')}?{urlencode({'group': name})}",
            name in audience.groups,
            name in audience.minus,
        )
        for name, count in groups()
    ]
