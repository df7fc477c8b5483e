"""Pages for what went wrong, in the frame where there is one; JSON under ``/api/``."""

import logging
import secrets
from collections.abc import Callable

import psycopg
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def _page(request: HttpRequest, status: int, title: str, text: str, error_id: str = "") -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": f"{title} {error_id}".strip()}, status=status)
    context = {"title": title, "text": text, "error_id": error_id, "status": status}
    return HttpResponse(render_to_string("ui/error.html", context, request), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """400: the address or the form is malformed."""
    return _page(
        request, 400, _("This request makes no sense"), _("Nothing was changed. Go back and try again.")
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """403: the operator's role lacks the permission."""
    text = _("Your role does not open this page. The school's owner can change your role.")
    return _page(request, 403, _("Not for your role"), text)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without our token, most often from a page that was open through a sign-out."""
    logger.warning("csrf_failure path=%s reason=%s", request.path, reason)
    text = _(
        "The page was open for too long, or cookies are off. Nothing was changed: open it anew and try again."
    )
    return _page(request, 403, _("This form is out of date"), text)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """404: nothing here, or nothing that this operator may know of."""
    text = _("Perhaps the address has a slip in it, or what was here is gone.")
    return _page(request, 404, _("There is no such page"), text)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. The id that the page shows is in the log beside the traceback."""
    error_id = secrets.token_hex(4)
    logger.error("server_error id=%s path=%s", error_id, request.path, exc_info=True)  # noqa: LOG014 - Django handles the exception now
    title = _("Something broke on our side")
    text = _(
        "What you did may not have been saved. Try again; if it stays so, tell the engineer the number below."
    )
    try:
        return _page(request, 500, title, text, error_id)
    except Exception:
        logger.exception("server_error_page id=%s", error_id)
        return HttpResponse(_BARE.format(error_id=error_id), status=500)


def table_is_held(error: Exception) -> bool:
    """Whether ``error`` says that a table was not to be had in time: another program holds it (a TRUNCATE)."""
    return isinstance(error, OperationalError) and isinstance(
        error.__cause__, psycopg.errors.LockNotAvailable
    )


class TableHeldMiddleware:
    """503 for a page that needs a table which another program holds."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Django's hook."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Django's hook."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django's hook: None where it is no such error."""
        if not table_is_held(exception):
            return None
        logger.warning("table_held path=%s", request.path)
        text = _("Another program holds the table; try again in a moment.")
        return _page(request, 503, _("One moment"), text)


_BARE = """<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>500</title>
<h1>Что-то сломалось у нас · Something broke on our side</h1>
<p>Попробуйте ещё раз. Если не поможет, назовите инженеру этот номер.<br>
Try again. If it stays so, tell the engineer this number.</p>
<p><code>{error_id}</code></p>
<p><a href="/">На главную · To the start</a></p>
</html>
"""
