"""Bookings, registrations and events as lists: the doors of every number that counts them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hsl.accounts.access import needs
from hsl.accounts.exports import export
from hsl.accounts.permissions import Permission
from hsl.facts import counts, words
from hsl.facts.filters import BookingFilter, EventFilter, FactFilter, RegistrationFilter
from hsl.facts.lists import BOOKINGS, EVENTS, REGISTRATIONS, FactList
from hsl.facts.titles import Titles, titles
from hsl.facts.words import person_name
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import one_snapshot
from hsl.ui.dates import short_day
from hsl.ui.filters import Chip
from hsl.ui.lists import render_list


@dataclass(frozen=True)
class FactPage:
    """A list's filters, its facts, how they are counted, and how a row is shown."""

    form: type[FactFilter]
    facts: FactList[Any]
    count: Callable[[counts.Asked], int]
    shown: Callable[[Any, Titles], Mapping[str, object]]

    @property
    def template(self) -> str:
        return f"facts/{self.facts.name}.html"


_BOOKINGS = FactPage(BookingFilter, BOOKINGS, counts.bookings, words.booking)
_REGISTRATIONS = FactPage(RegistrationFilter, REGISTRATIONS, counts.registrations, words.registration)
_EVENTS = FactPage(EventFilter, EVENTS, counts.events, words.event)


@require_safe
@needs(Permission.SEE_PEOPLE)
def bookings(request: HttpRequest) -> HttpResponse:
    """Bookings, the newest first."""
    return _list(request, _BOOKINGS)


@require_safe
@needs(Permission.SEE_PEOPLE)
def registrations(request: HttpRequest) -> HttpResponse:
    """Registrations for lessons, the newest first."""
    return _list(request, _REGISTRATIONS)


@require_safe
@needs(Permission.SEE_PEOPLE)
def events(request: HttpRequest) -> HttpResponse:
    """Events, the newest first."""
    return _list(request, _EVENTS)


@require_safe
@needs(Permission.EXPORT)
def export_bookings(request: HttpRequest) -> HttpResponseBase:
    """The same bookings as a CSV file."""
    return _export(request, _BOOKINGS)


@require_safe
@needs(Permission.EXPORT)
def export_registrations(request: HttpRequest) -> HttpResponseBase:
    """The same registrations as a CSV file."""
    return _export(request, _REGISTRATIONS)


@require_safe
@needs(Permission.EXPORT)
def export_events(request: HttpRequest) -> HttpResponseBase:
    """The same events as a CSV file."""
    return _export(request, _EVENTS)


def _list(request: HttpRequest, page: FactPage) -> HttpResponse:
    catch_up()
    with one_snapshot():
        form = page.form(request)
        if not form.is_valid():
            return render_list(request, page.template, form)
        asked = form.asked()
        rows = page.facts.page(asked.parameters, form.cursor)
        total = page.count(asked)
        named = titles()
        chips = _chips(form, asked.wanted, named)
    shown = rows._replace(rows=[page.shown(fact, named) for fact in rows.rows])
    url = reverse(f"{page.facts.name}_export")
    return render_list(request, page.template, form, shown, total=total, export_url=url, chips=chips)


def _export(request: HttpRequest, page: FactPage) -> HttpResponseBase:
    form = page.form(request)
    if not form.is_valid():
        return render_list(request, page.template, form)
    catch_up()
    asked = form.asked()
    return export(
        request,
        page.facts.name,
        page.facts.row._fields,
        page.facts.all(asked.parameters),
        {**dict(parse_qsl(form.query())), "rows": page.count(asked)},
    )


def _chips(form: FactFilter, wanted: Mapping[str, Any], named: Titles) -> list[Chip]:
    texts = {
        "person": wanted["user_id"] is not None and person_name(wanted["user_id"]),
        "person_empty": wanted["nobody"] and _("yes"),
        "confirmed": wanted.get("odd_status") and f"confirmed = {wanted['confirmed']}",
        "course": wanted.get("course_id") is not None and named.course(wanted["course_id"]),
        "course_empty": wanted.get("no_course") and _("yes"),
        "stream_empty": wanted.get("no_stream") and _("yes"),
        "lesson_empty": wanted.get("no_lesson") and _("yes"),
        "lesson_date_empty": wanted.get("no_lesson_date") and _("yes"),
        "import_": wanted["import_id"] is not None and f"№ {wanted['import_id']}",
    }
    if isinstance(form, EventFilter):
        texts["lesson"] = wanted["lesson_type"] and named.lesson(wanted["lesson_type"])
        texts["lesson_date"] = wanted["lesson_date"] and short_day(wanted["lesson_date"])
    return [form.chip(name, str(text)) for name, text in texts.items() if text]
