"""Inputs and selects as Django's templates write them, without the templates: a list's filters hold some hundred
options, each of them two templates."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]
"""What ``Widget.get_context()`` tells a template as ``widget``."""


def _select(widget: Widget) -> str:
    options: list[str] = []
    for group, choices, _index in widget["optgroups"]:
        told = "".join(map(_option, choices))
        options.append(f'<optgroup label="{escape(str(group))}">{told}</optgroup>' if group else told)
    name = escape(widget["name"])
    return f'<select name="{name}"{_attributes(widget["attrs"])}>{"".join(options)}\n</select>'


def _option(option: Widget) -> str:
    value, label = escape(str(option["value"])), conditional_escape(option["label"])
    return f'\n<option value="{value}"{_attributes(option["attrs"])}>{label}</option>'


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{escape(str(widget["value"]))}"'
    kind, name = escape(widget["type"]), escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _attributes(attrs: Mapping[str, Any]) -> str:
    given = ((name, value) for name, value in attrs.items() if value is not False)
    return "".join(
        f" {name}" if value is True else f' {name}="{escape(str(value))}"' for name, value in given
    )


_DRAWN: dict[str, Callable[[Widget], str]] = {
    "select": _select,
    **dict.fromkeys(("input", "text", "search", "date", "hidden", "number", "email", "checkbox"), _input),
}


def draw(template_name: str, context: Mapping[str, Any]) -> SafeString | None:
    """The widget that Django would render by the template of this name; None for one that is not drawn here."""
    directory, _slash, file = template_name.rpartition("/")
    drawn = _DRAWN.get(file.removesuffix(".html")) if directory == "django/forms/widgets" else None
    return None if drawn is None else SafeString(drawn(context["widget"]))
