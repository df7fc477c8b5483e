"""Tags of every template: icons, numbers, times, form controls. Built in: no ``{% load %}``."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BoundField, CheckboxInput, Select
from django.template import Context
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hsl.ui.dates import short_day
from hsl.ui.filters import FilterForm

register = template.Library()


@cache
def _svg(name: str) -> str:
    path = finders.find(f"icons/{name}.svg") or staticfiles_storage.path(f"icons/{name}.svg")
    text = Path(path).read_text(encoding="utf-8")
    return text[text.index(">") + 1 : text.rindex("</svg>")].strip()


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """A Tabler icon, inline, for the eye only: put its word beside it, or a label on what holds it."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
        'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>',
        classes,
        mark_safe(_svg(name)),  # noqa: S308 - a file of the icon package
    )


@register.filter
def number(value: float | None, places: int = 0) -> str:
    """A number with its thousands apart, as the language writes it; a dash for none."""
    if value is None:
        return "—"
    return formats.number_format(value, places, force_grouping=True)


@register.simple_tag(takes_context=True)
def door(context: Context, count: int, url: str, words: str = "", mark: str = "") -> SafeString:
    """A number that leads to the list of exactly what it counts; plain for an operator who may not open lists.

    ``words`` follow the number within the link, ``mark`` names a coloured spot before it. A test opens every door
    and compares ``data-count`` with the count of the list behind it.
    """
    spot = format_html('<span class="mark mark-{}"></span>', mark) if mark else ""
    said = format_html("{}{}{}", spot, number(count), f" {words}" if words else "")
    if not url or not _sees_people(context):
        return format_html('<span data-count="{}">{}</span>', int(count), said)
    return format_html('<a class="door" data-count="{}" href="{}">{}</a>', int(count), url, said)


def _sees_people(context: Context) -> bool:
    return "perms" in context and bool(context["perms"]["accounts"]["see_people"])


@register.filter
def percent(value: float | None, places: int = 1) -> str:
    """A share that is already in percent, with its sign; a dash for none."""
    return "—" if value is None else f"{number(round(value, places), places)}\N{NO-BREAK SPACE}%"


@register.simple_tag
def when(value: datetime | None) -> str | SafeString:
    """A time, relative to now; the exact one, in the school's zone, on hover. A dash for none."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    exact = f"{formats.date_format(local, 'DATETIME_FORMAT')} ({timezone.get_current_timezone_name()})"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(),
        exact,
        _relative(local, timezone.localtime()),
    )


def _relative(then: datetime, now: datetime) -> str:
    ago = now - then
    if timedelta(0) <= ago < timedelta(minutes=1):
        return _("just now")
    if timedelta(0) <= ago < timedelta(hours=1):
        minutes = ago // timedelta(minutes=1)
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}
    return f"{_day(then.date(), now.date())}, {formats.time_format(then, 'H:i')}"


def _day(day: date, today: date) -> str:
    if day == today:
        return _("today")
    if day == today - timedelta(days=1):
        return _("yesterday")
    return short_day(day, year=day.year != today.year)


@register.simple_tag
def day(value: date | None) -> str | SafeString:
    """A day in the page's language, for the eye short, for machines exact. A dash for none."""
    if value is None:
        return "—"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), short_day(value))


@register.inclusion_tag("ui/change.html", takes_context=True)
def change(context: Context, value: int, before: int, url: str = "") -> dict[str, object]:
    """How ``value`` differs from the one ``before``: an arrow, the difference, and what it was, a door to ``url``."""
    direction = "up" if value > before else "down" if value < before else ""
    return {
        "direction": direction,
        "difference": abs(value - before),
        "was": door(context, before, url) if direction else "",
    }


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """A form's field, as Tabler draws it, tied to its help and its errors."""
    widget = field.field.widget
    kind = "form-check-input" if isinstance(widget, CheckboxInput) else "form-control"
    if isinstance(widget, Select):
        kind = "form-select"
    attrs: dict[str, str | bool] = {"class": f"{kind} is-invalid" if field.errors else kind}
    if str(widget.attrs.get("placeholder")) == str(field.label):
        attrs["placeholder"] = ""  # it would say the label twice, and look filled in
    return field.as_widget(attrs=attrs)


@register.inclusion_tag("ui/sort_head.html", takes_context=True)
def sort_head(context: Context, label: str, column: str, classes: str = "") -> dict[str, object]:
    """The head of a column that the list (``form`` in the context) can be sorted by: its ``SORTS`` named ``column``
    (the least first) and ``-column``. Sorted by it already, the link turns it round."""
    form: FilterForm = context["form"]
    ways = [sort.name for sort in form.SORTS if sort.name.lstrip("-") == column]
    now = form.sort.name if form.sort.name in ways else ""
    others = [way for way in ways if way != now]
    return {
        "label": label,
        "classes": classes,
        "direction": "" if not now else "descending" if now.startswith("-") else "ascending",
        "url": form.address(sort=(others or ways)[0]),
    }
