"""The list of people, and the look-up of the top bar."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hsl.accounts.access import needs
from hsl.accounts.permissions import Permission
from hsl.people import listing
from hsl.people.cursors import Order
from hsl.people.filters import ALL, NON_COURSE_USERS, PeopleFilter
from hsl.people.forms import PeopleForm
from hsl.people.groups import groups
from hsl.people.list_form import list_form
from hsl.people.lookup import found_streams
from hsl.people.queries import unreachable
from hsl.people.rows import Member
from hsl.people.search import LONGEST, found_cards
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import one_snapshot
from hsl.school.queries import stream_titles, streams_on_offer
from hsl.ui.frame import found_places
from hsl.ui.keyset import Cursor, Page, read_page
from hsl.ui.lists import render_list

SHOWN_BY_LOOKUP = 8


class Find(Protocol):
    """How a page of people is found: in any time, or within a blink, and None where that is too short."""

    def __call__(
        self,
        wanted: PeopleFilter,
        order: Order,
        cursor: Cursor | None = None,
        *,
        limit: int,
        totals: Mapping[str, int] | None = None,
    ) -> listing.Found | None: ...


@needs(Permission.SEE_PEOPLE)
@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    """The people, streams and pages that the text in the top bar finds, as options of its list; nothing for no text."""
    q = request.GET.get("q", "")
    catch_up()
    too_long = len(q) > LONGEST
    asked = "" if too_long else q.strip()
    found = {
        "cards": found_cards(asked, SHOWN_BY_LOOKUP),
        "titles": stream_titles(),
        "streams": found_streams(asked) if asked else [],
        "pages": found_places(request, asked) if asked else [],
    }
    return render(request, "people/lookup.html", {"q": asked, "too_long": too_long, **found})


@needs(Permission.SEE_PEOPLE)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """The people asked for; a list that takes longer than a blink loads itself into the page (``people_whole``)."""
    return _list(request, listing.find_quickly)


@needs(Permission.SEE_PEOPLE)
@require_safe
def people_whole(request: HttpRequest) -> HttpResponse:
    """The same, however long it takes."""
    return _list(request, listing.find)


@needs(Permission.SEE_PEOPLE)
@require_safe
def people_count(request: HttpRequest) -> HttpResponse:
    """How many people are asked for, in words; the list asks for it where its rows are found before they are
    counted."""
    catch_up()
    with one_snapshot():
        totals = listing.sums()
        form = list_form(request.GET, [name for name, _n in groups(totals)])
        if not form.is_valid():
            return HttpResponse(status=400)
        total = listing.count(form.wanted, totals)
    return render(request, "people/count.html", {"total": total})


def _list(request: HttpRequest, find: Find) -> HttpResponse:
    catch_up()
    with one_snapshot():
        totals = listing.sums()
        tabs = groups(totals)
        form = list_form(request.GET, [name for name, _n in tabs])
        context: dict[str, Any] = {
            "tabs": _tabs(form, tabs, unreachable()),
            "streams": form.titles,
            "listed": streams_on_offer(),
        }
        if not form.is_valid():
            return render_list(request, "people/people.html", form, **context)
        page, total = _page(form, partial(find, totals=totals))
    context |= {"chips": form.chips(), "slow": page is None, "query": form.query()}
    context["all_reached"] = total == 0 and form.wanted == PeopleFilter(reachable=False)
    return render_list(
        request, "people/people.html", form, page, total=total, export_url=reverse("people_export"), **context
    )


class _SlowError(Exception):
    """The page takes longer than a blink."""


def _page(form: PeopleForm, find: Find) -> tuple[Page[tuple[Member, Any]] | None, int | None]:
    totals: list[int | None] = []

    def fetch(cursor: Cursor | None, limit: int) -> list[tuple[Member, Any]]:
        found = find(form.wanted, Order(form.sort.name), cursor, limit=limit)
        if found is None:
            raise _SlowError
        totals.append(found.total)
        return list(found.people)

    try:
        page = read_page(fetch, form.cursor, lambda row: (row[1], row[0].user_id))
    except _SlowError:
        return None, None
    return page, totals[-1]


def _tabs(form: PeopleForm, counted: list[tuple[str, int]], lost: int) -> list[dict[str, object]]:
    """A tab a group, and one for the ``lost`` people whom the bot does not reach: its words, its number of people, its
    address, and whether it is the one shown."""
    words = {ALL: _("All"), NON_COURSE_USERS: _("Without payment")}
    shown, lost_shown = form.data.get("group") or ALL, form.is_of_the_lost
    of_groups = [
        {
            "label": words.get(name) or form.titles.get(name, name),
            "count": count,
            "alone": form.path if name == ALL else f"{form.path}?group={name}",
            "current": name == shown and not lost_shown,
        }
        for name, count in counted
    ]
    of_the_lost = {
        "label": _("Out of reach"),
        "count": lost,
        "alone": f"{form.path}?reachable=no",
        "current": lost_shown,
    }
    return [*of_groups, of_the_lost]
