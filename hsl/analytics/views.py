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
from hsl.analytics.leads import SHOWN, shown_leads
from hsl.analytics.overview import read_overview
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import once_a_snapshot, one_snapshot
from hsl.projections.waiting import waiting

_overview = once_a_snapshot(read_overview)
_newest_activity = once_a_snapshot(queries.newest_activity)
_hot_leads = once_a_snapshot(queries.hot_leads)


@require_safe
@needs(Permission.SEE_NUMBERS)
def overview(request: HttpRequest) -> HttpResponse:
    """The numbers of a range of days; the usual one, with a word, where the one asked for can't be shown."""
    catch_up()
    with one_snapshot() as snapshot:
        zone = queries.school_zone()
        now = datetime.now(zone).replace(second=0, microsecond=0)
        form = RangeForm(request.GET, today=now.date())
        page = _overview(snapshot, form.chosen, form.asked, now, zone)
        newest = activity.newest(_newest_activity(snapshot, activity.READ))
        sees_people = request.user.has_perm(Permission.SEE_PEOPLE)
        leads = shown_leads(_hot_leads(snapshot, now.date(), SHOWN), now.date()) if sees_people else None
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
    with one_snapshot() as snapshot:
        newest = activity.newest(_newest_activity(snapshot, activity.READ))
    if request.GET.get("shown") == newest.mark:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return render(request, "analytics/newest_activity.html", {"newest": newest})
