"""The frame's health: a dot and a word, and how far the numbers are behind while they are."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hsl.accounts.access import for_operators
from hsl.projections.health import health


@for_operators
@require_safe
def health_panel(request: HttpRequest) -> HttpResponse:
    """The panel, which asks again every two seconds while something is being counted."""
    return render(request, "projections/health.html", {"health": health()})
