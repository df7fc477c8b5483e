"""Tags of every template: icons, numbers, times, form controls. Built in: no ``{% load %}``."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Protocol

from django import template
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.forms import BoundField, CheckboxInput, Select
from django.template import Context
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.safestring import SafeData, SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from hsl.ui.dates import short_day
from hsl.ui.filters import FilterForm

register = template.Library()


@cache
def _svg(name: str) -> str:
    path = finders.find(f"icons/{name}.svg") or staticfiles_storage.path(f"icons/{name}.svg")
    text = Path(path).read_text(encoding="utf-8")
    return text[text.index(">") + 1 : text.rindex("</svg>")].strip()


@register.simple_tag
@lru_cache(512)
def icon(name: str, classes: str = "") -> SafeString:
    """A Tabler icon, inline, for the eye only: put its word beside it, or a label on what holds it."""
    return SafeString(
        f'<svg class="icon {escape(classes)}" viewBox="0 0 24 24" width="24" height="24" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">'
        f"{_svg(name)}</svg>"
    )


@register.simple_tag
def url_of(url_name: str, number: int) -> str:
    """The address of one of many, told apart by a number, as ``{% url %}`` gives it and many times quicker."""
    before, after = _around_number(url_name)
    return SafeString(f"{before}{int(number)}{after}")


@cache
def _around_number(url_name: str) -> tuple[str, str]:
    before, _digit, after = reverse(url_name, args=[7]).rpartition("7")
    return before, after


@register.filter
def number(value: float | None, places: int = 0) -> str:
    """A number with its thousands apart, as the language writes it; a dash for none."""
    if value is None:
        return "—"
    if places == 0 and isinstance(value, int):
        return f"{value:,}".replace(",", formats.get_format("THOUSAND_SEPARATOR"))
    return formats.number_format(value, places, force_grouping=True)


@register.simple_tag(takes_context=True)
def door(context: Context, count: int, url: str, words: str = "", mark: str = "") -> SafeString:
    """A number that leads to the list of exactly what it counts; plain for an operator who may not open lists.

    ``words`` follow the number within the link, ``mark`` names a coloured spot before it. A test opens every door
    and compares ``data-count`` with the count of the list behind it.
    """
    return _door(count, url, words, mark, leads=_sees_people(context))


class Counted(Protocol):
    """A part of a number: its colour, its word, how many, and the list of them."""

    @property
    def mark(self) -> str: ...

    @property
    def label(self) -> object: ...

    @property
    def count(self) -> int: ...

    @property
    def url(self) -> str: ...


@register.simple_tag(takes_context=True)
def parts(context: Context, numbers: Iterable[Counted]) -> SafeString:
    """What a number is made of: doors, each with its colour and word. All by one tag, for a page may hold hundreds."""
    leads = _sees_people(context)
    doors = (_door(part.count, part.url, str(part.label), part.mark, leads=leads) for part in numbers)
    return SafeString(f'<ul class="parts">{"".join(f"<li>{door}</li>" for door in doors)}</ul>')


@register.simple_tag(takes_context=True)
def cells(context: Context, numbers: Iterable[tuple[int, str]]) -> SafeString:
    """The cells of a table's row, each a door: a number and its list. All by one tag, as ``parts``."""
    leads = _sees_people(context)
    doors = (_door(count, url, "", "", leads=leads) for count, url in numbers)
    return SafeString("".join(f'<td class="number">{door}</td>' for door in doors))


def _door(count: int, url: str, words: str, mark: str, *, leads: bool) -> SafeString:
    spot = f'<span class="mark mark-{escape(mark)}"></span>' if mark else ""
    said = f"{spot}{number(count)}{escape(f' {words}') if words else ''}"
    if not url or not leads:
        return SafeString(f'<span data-count="{int(count)}">{said}</span>')
    address = url if isinstance(url, SafeData) else escape(url)
    return SafeString(f'<a class="door" data-count="{int(count)}" href="{address}">{said}</a>')


def _sees_people(context: Context) -> bool:
    sees = context.get("sees_people")
    return sees is not None and bool(sees())


@register.filter
def percent(value: float | None, places: int = 1) -> str:
    """A share that is already in percent, with its sign; a dash for none."""
    return "—" if value is None else f"{number(round(value, places), places)}\N{NO-BREAK SPACE}%"


@register.simple_tag
def when(value: datetime | None) -> str | SafeString:
    """A time, relative to now; the exact one, in the school's zone, on hover. A dash for none."""
    if value is None:
        return "—"
    zone = timezone.get_current_timezone()
    local, now = value.astimezone(zone), timezone.now().astimezone(zone)
    on, at = local.date(), f"{local.hour:02}:{local.minute:02}"
    exact = f"{_long_day(on, get_language())} {at} ({zone})"
    relative = _ago(now - local) or f"{_day(on, now.date())}, {at}"
    return SafeString(
        f'<time datetime="{local.isoformat()}" title="{escape(exact)}">{escape(relative)}</time>'
    )


def _ago(ago: timedelta) -> str:
    """How long ago it was, within the hour."""
    if not timedelta(0) <= ago < timedelta(hours=1):
        return ""
    if ago < timedelta(minutes=1):
        return _("just now")
    minutes = ago // timedelta(minutes=1)
    return ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}


def _day(day: date, today: date) -> str:
    if day == today:
        return _("today")
    if day == today - timedelta(days=1):
        return _("yesterday")
    return short_day(day, year=day.year != today.year)


@lru_cache(1024)
def _long_day(day: date, language: str) -> str:  # noqa: ARG001 - the format is the language's
    return formats.date_format(day)


@register.simple_tag
def day(value: date | None) -> str | SafeString:
    """A day in the page's language, for the eye short, for machines exact. A dash for none."""
    if value is None:
        return "—"
    return SafeString(f'<time datetime="{value.isoformat()}">{escape(short_day(value))}</time>')


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
