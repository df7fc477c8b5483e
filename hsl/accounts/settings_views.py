"""The pages of Настройки that are this room's."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hsl.accounts.access import needs
from hsl.accounts.filters import RecordFilter
from hsl.accounts.permissions import Permission
from hsl.accounts.record import acts
from hsl.ui.dates import moments
from hsl.ui.lists import render_list


@require_safe
@needs(Permission.SEE_AUDIT)
def record(request: HttpRequest) -> HttpResponse:
    """The record of operators' acts, the newest first."""
    form = RecordFilter(request)
    if not form.is_valid():
        return render_list(request, "accounts/record.html", form)
    asked = form.cleaned_data
    since, until = moments(asked["from_"], asked["to"])
    page, total = acts(
        who=asked["who"],
        act=asked["act"],
        subject=asked["subject"],
        since=since,
        until=until,
        cursor=form.cursor,
    )
    chips = [form.chip("subject", asked["subject"])] if asked["subject"] else []
    return render_list(request, "accounts/record.html", form, page, total=total, chips=chips)
