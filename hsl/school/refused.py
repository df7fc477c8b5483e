"""The answer to an act that was refused."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hsl.school.refusals import ConflictError, InvalidError, MissingError, RefusedError

_STATUS = {MissingError: 404, InvalidError: 422, ConflictError: 409}


def refused(request: HttpRequest, error: RefusedError, back: str) -> HttpResponse:
    """A page that says why nothing was changed, with the way ``back``."""
    return render(
        request, "school/refused.html", {"error": error, "back": back}, status=_STATUS.get(type(error), 409)
    )
