"""Words of pages about people."""

from collections.abc import Mapping
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.filter
def called_in(name: str | None, titles: Mapping[str, str]) -> str:
    """What people call a stream: its title among ``titles``, else its own name."""
    return "" if name is None else titles.get(name, name)


@register.simple_tag
def person_status(status: str) -> SafeString:
    """The badge of a person's status, as people/status.html has it."""
    return _badge(status, get_language())


@lru_cache(32)
def _badge(status: str, language: str) -> SafeString:  # noqa: ARG001 - the words are the language's
    return SafeString(render_to_string("people/status.html", {"status": status}).strip())
