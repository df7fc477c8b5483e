"""Уроки: who registered for free lessons, and who came."""

from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hsl.accounts.access import needs
from hsl.accounts.permissions import Permission
from hsl.analytics import queries
from hsl.analytics.lessons import date_row, lesson_row, lesson_rows, untyped
from hsl.analytics.rows import LessonDate
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import one_snapshot
from hsl.projections.waiting import waiting

DATES = 60
"""How many dates of a lesson a page shows."""


class DatesForm(forms.Form):
    """Which dates of a lesson: those from right before ``before`` on, the latest first."""

    before = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked)


@needs(Permission.SEE_NUMBERS)
@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    """A row a lesson type."""
    catch_up()
    with one_snapshot():
        found = queries.lesson_conversion()
        behind = waiting()
    context = {"lessons": lesson_rows(found), "untyped": untyped(found), "behind": behind}
    return render(request, "analytics/lessons_page.html", context)


@needs(Permission.SEE_NUMBERS)
@require_safe
def lesson(request: HttpRequest, lesson_type: str) -> HttpResponse:
    """One lesson type, and its dates."""
    if "\0" in lesson_type or not lesson_type:
        raise Http404
    form = DatesForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    catch_up()
    with one_snapshot():
        found = [row for row in queries.lesson_conversion() if row.lesson_type == lesson_type]
        dates = queries.lesson_dates(lesson_type, before=before, limit=DATES + 1)
        behind = waiting()
    if not found:
        raise Http404
    context = {
        "lesson": lesson_row(found[0]),
        "dates": [date_row(lesson_type, counts) for counts in dates[:DATES]],
        "latest_url": request.path if before else "",
        "earlier_url": _earlier(request.path, dates),
        "behind": behind,
        "form": form,
    }
    return render(request, "analytics/lesson.html", context, status=200 if form.is_valid() else 400)


def _earlier(path: str, dates: list[LessonDate]) -> str:
    if len(dates) <= DATES:
        return ""
    last = dates[DATES - 1].lesson_date
    return f"{path}?{urlencode({'before': last})}" if last else ""
