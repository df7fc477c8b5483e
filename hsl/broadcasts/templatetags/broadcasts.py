"""Words and signs of broadcasts."""

from django import template
from django.utils.translation import gettext_lazy as _

from hsl.telegram.messages import MediaKind

register = template.Library()

KINDS: dict[MediaKind, tuple[str, object, str]] = {
    "photo": ("photo", _("Photo"), "image/jpeg,image/png,image/webp"),
    "video": ("movie", _("Video"), "video/mp4"),
    "document": ("file", _("File"), ""),
}
"""Of each kind of media its icon, its name, and the files that a browser offers for it."""


@register.filter
def media_icon(kind: MediaKind) -> str:
    """The icon of a kind of media."""
    return KINDS[kind][0]


@register.filter
def media_name(kind: MediaKind) -> object:
    """What a kind of media is called."""
    return KINDS[kind][1]


@register.simple_tag
def media_kinds() -> list[tuple[MediaKind, object, str]]:
    """Each kind of media: itself, its name, the files that a browser offers for it."""
    return [(kind, name, accept) for kind, (_icon, name, accept) in KINDS.items()]
