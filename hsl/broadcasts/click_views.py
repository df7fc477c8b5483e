"""Where a tracked link leads."""

import logging

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hsl.accounts.access import public
from hsl.broadcasts import tracking
from hsl.broadcasts.models import Link
from hsl.school.refusals import ConflictError

logger = logging.getLogger(__name__)


@public
@never_cache
@require_safe
def follow(request: HttpRequest, code: str) -> HttpResponse:
    """Lead on to the stored address, and count it. Neither HEAD nor Telegram's own look for a preview is a click."""
    followed = tracking.followed(code) if tracking.public_base() else None
    link = Link.objects.filter(pk=followed.link_id).first() if followed else None
    if followed is None or link is None:
        raise Http404
    if request.method == "GET" and "telegrambot" not in request.headers.get("User-Agent", "").lower():
        try:
            tracking.click(link, followed.user_id)
        except ConflictError as error:
            logger.warning("click_not_among_events link=%s reason=%s", link.pk, error)
    return HttpResponseRedirect(link.url)
