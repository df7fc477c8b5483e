"""Editing a sent message in every chat."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hsl.accounts.access import needs, operator_of
from hsl.accounts.permissions import Permission
from hsl.broadcasts import compose_page, controls, queries
from hsl.broadcasts.composing import content_of
from hsl.broadcasts.message_views import ours_or_404
from hsl.broadcasts.shown import page_of
from hsl.broadcasts.validation import problems
from hsl.school.refusals import RefusedError
from hsl.school.refused import refused
from hsl.ui.toasts import toast


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs(Permission.WRITE_BROADCASTS)
def edit_sent(request: HttpRequest, message_id: int) -> HttpResponse:
    """The text and the buttons of a message that people have already; its photo, video or file stays what it is."""
    message = ours_or_404(message_id)
    content, errors = message.content, {}
    if request.method == "POST":
        content = replace(content_of(request.POST), media=message.content.media)
        errors = problems(content)
        if not errors:
            try:
                controls.edit(message_id, content, actor=operator_of(request))
            except RefusedError as error:
                return refused(request, error, page_of(message_id))
            toast(request, _("It is being edited in the chats"))
            return HttpResponseRedirect(page_of(message_id))
    context = {
        "id": message_id,
        "people": queries.counts([message_id])[message_id].sent,
        "errors": errors,
        **compose_page.what(content),
    }
    return render(request, "broadcasts/edit_sent.html", context, status=400 if errors else 200)
