"""What a person's page shows of this room: whether the bot reaches them, and a box to write to them; and the bot's
health in the frame."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hsl.accounts.access import needs
from hsl.accounts.permissions import Permission
from hsl.broadcasts import bot_health, phone
from hsl.broadcasts.reasons import hold_words, reason_words
from hsl.school.models import Unreachable
from hsl.telegram.bot import our_bot


@require_safe
@never_cache
@needs(Permission.SEE_BROADCASTS)
def writing(request: HttpRequest, user_id: int) -> HttpResponse:
    """The panel of a person's page."""
    since = None
    if abs(user_id) < 2**63:
        since = Unreachable.objects.filter(bot_id=our_bot() or 0, user_id=user_id).first()
    context = {
        "user_id": user_id,
        "key": get_random_string(32),
        "unreachable": since,
        "why": reason_words(since.reason) if since else "",
        "bot_id": our_bot(),
        "simulated": phone.in_use(),
    }
    return render(request, "broadcasts/writing.html", context)


@require_safe
@never_cache
@needs(Permission.SEE_BROADCASTS)
def health(request: HttpRequest) -> HttpResponse:
    """The bot in the frame: a dot and a word; it asks again while something holds it."""
    bot = bot_health.bot()
    return render(request, "broadcasts/bot_health.html", {"bot": bot, "hold": hold_words(bot)})
