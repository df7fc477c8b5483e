"""How far a job is, and its end; and all of them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from hsl.accounts.access import for_operators
from hsl.jobs import services
from hsl.jobs.kinds import KINDS
from hsl.jobs.listing import JobFilter, jobs_page
from hsl.jobs.models import Job, State
from hsl.ui.lists import render_list

PANELS = 10
"""So many of the jobs under way show how far they are, over the list."""


@for_operators
@require_safe
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """The panel; to a panel that asks after its job has ended, the word to load its page anew."""
    found = _job(request, job_id)
    if not found.under_way and request.headers.get("HX-Request"):
        return HttpResponseClientRefresh()
    return render(request, "jobs/job.html", {"job": found})


@for_operators
@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Cancel the job, and the panel as it then is."""
    _job(request, job_id)
    return render(request, "jobs/job.html", {"job": services.cancel(job_id)})


@for_operators
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """All jobs of the kinds that the operator's role may see."""
    kinds = [name for name, kind in KINDS.items() if request.user.has_perm(kind.needs)]
    form = JobFilter(request, kinds)
    if not form.is_valid():
        return render_list(request, "jobs/jobs.html", form)
    page, total = jobs_page(kinds, form.cleaned_data["kind"], form.cleaned_data["state"], form.cursor)
    under_way = Job.objects.filter(kind__in=kinds, state__in=[State.WAITING, State.RUNNING]).order_by("pk")
    return render_list(request, "jobs/jobs.html", form, page, total=total, under_way=under_way[:PANELS])


def _job(request: HttpRequest, job_id: int) -> Job:
    """The job, for one whose role may see its kind.

    Raises:
        Http404: there is none. PermissionDenied: the role lacks what the kind needs.
    """
    try:
        found = Job.objects.get(pk=job_id)
    except (Job.DoesNotExist, OverflowError):
        raise Http404 from None
    kind = KINDS.get(found.kind)
    if kind is None or not request.user.has_perm(kind.needs):
        raise PermissionDenied
    return found
