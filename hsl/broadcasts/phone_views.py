"""A person's phone, where Telegram is simulated."""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hsl.accounts.access import needs
from hsl.accounts.permissions import Permission
from hsl.broadcasts import phone
from hsl.people import queries


@needs(Permission.SEE_BROADCASTS)
@require_safe
def received(request: HttpRequest, user_id: int) -> HttpResponse:
    """What a person received from the bot. Asked again with ``state``: the chat alone, where it is another by now."""
    chat = phone.chat(user_id)
    if chat is None:
        raise Http404
    if (known := request.GET.get("state")) is not None:
        if known == chat.state:
            return HttpResponse(status=HTTPStatus.NO_CONTENT)
        return render(request, "broadcasts/phone_chat.html", {"chat": chat, "user_id": user_id})
    card = queries.card(user_id) if queries.LEAST_ID <= user_id <= queries.LARGEST_ID else None
    return render(request, "broadcasts/phone_page.html", {"chat": chat, "card": card, "user_id": user_id})
