"""Обзор, the first page: the school at a glance."""

from datetime import datetime
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hsl.accounts.access import needs
from hsl.accounts.permissions import Permission
from hsl.analytics import activity, presentation, queries
from hsl.analytics.forms import RangeForm
from hsl.analytics.leads import hot_leads
from hsl.analytics.overview import read_overview
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import one_snapshot
from hsl.projections.waiting import waiting


@require_safe
@needs(Permission.SEE_NUMBERS)
def overview(request: HttpRequest) -> HttpResponse:
    """The numbers of a range of days; the usual one, with a word, where the one asked for can't be shown."""
    catch_up()
    with one_snapshot():
        zone = queries.school_zone()
        now = datetime.now(zone)
        form = RangeForm(request.GET, today=now.date())
        page = read_overview(form.chosen, form.asked, now, zone)
        newest = activity.newest()
        leads = hot_leads(now.date()) if request.user.has_perm(Permission.SEE_PEOPLE) else None
        behind = waiting()
    shown = {"page": page, "form": form, "newest": newest, "leads": leads, "behind": behind}
    with timezone.override(zone):
        return render(
            request,
            "analytics/overview.html",
            {**shown, **presentation.of(page)},
            status=200 if form.is_valid() else 400,
        )


@require_safe
@needs(Permission.SEE_PEOPLE)
def newest_activity(request: HttpRequest) -> HttpResponse:
    """The newest facts alone, for the page to ask for again; nothing (204) where it shows just these already."""
    catch_up()
    with one_snapshot():
        newest = activity.newest()
    if request.GET.get("shown") == newest.mark:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "analytics/newest_activity.html", {"newest": newest})
