"""The frame's health: a dot and a word, and how far the numbers are behind while they are; and the page on whether the
numbers are true."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hsl.accounts.access import for_operators, needs, operator_of
from hsl.accounts.permissions import Permission
from hsl.jobs.models import Job, State
from hsl.jobs.services import start
from hsl.projections.health import health
from hsl.projections.integrity import differences_shown, rules_shown, set_aside
from hsl.projections.tasks import VERIFY
from hsl.projections.verifications import last_verified


@for_operators
@require_safe
def health_panel(request: HttpRequest) -> HttpResponse:
    """The panel, which asks again every two seconds while something is being counted."""
    return render(request, "projections/health.html", {"health": health()})


@require_safe
@needs(Permission.MANAGE_SCHOOL)
def integrity(request: HttpRequest) -> HttpResponse:
    """Whether the numbers are true: what waits, what the last verification found, which rules are broken."""
    last = last_verified()
    context = {
        "health": health(),
        "last": last,
        "differences": differences_shown(last.found.differences) if last else [],
        "rules": rules_shown(last.rules) if last else [],
        "set_aside": set_aside(),
        "job": _verification(),
    }
    return render(request, "projections/integrity.html", context)


@require_POST
@needs(Permission.MANAGE_SCHOOL)
def verify_now(request: HttpRequest) -> HttpResponse:
    """Verify in the background, where that is not under way."""
    if not ((job := _verification()) and job.under_way):
        start(VERIFY.name, operator_of(request), {})
    return redirect("integrity")


def _verification() -> Job | None:
    """The verification that is under way, if any; else the last one, where it came to nothing."""
    newest = Job.objects.filter(kind=VERIFY.name).order_by("-pk").first()
    return newest if newest and newest.state != State.DONE else None
