"""Words of pages about people."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def called_in(name: str | None, titles: Mapping[str, str]) -> str:
    """What people call a stream: its title among ``titles``, else its own name."""
    return "" if name is None else titles.get(name, name)
