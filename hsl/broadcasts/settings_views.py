"""Настройки of the bot and of broadcasts: the hours in which they wait, and what they may cost."""

from datetime import time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hsl.accounts.access import needs, operator_of
from hsl.accounts.permissions import Permission
from hsl.broadcasts.bot import rate_of
from hsl.broadcasts.spending import allow_paid, paid_allowed
from hsl.school.models import School
from hsl.school.own_school import set_quiet_hours
from hsl.school.refusals import InvalidError
from hsl.telegram.bot import our_bot
from hsl.ui.toasts import toast


class BotForm(forms.Form):
    """What the owner says of broadcasts."""

    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("Quiet until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy(
            "By the school's clock. A broadcast that minds them pauses when they begin and goes on when they end."
        ),
    )
    paid = forms.BooleanField(
        label=gettext_lazy("Messages may be sent above the free 30 a second, for 0.1 Star each"),
        required=False,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.MANAGE_BOT)
def bot(request: HttpRequest) -> HttpResponse:
    """The bot, and what its messages mind."""
    school = School.objects.first() or School()
    initial: dict[str, Any] = {
        "quiet_from": school.quiet_from,
        "quiet_until": school.quiet_until,
        "paid": paid_allowed(),
    }
    form = BotForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _saved(request, form):
        toast(request, _("Saved"))
        return redirect("settings_bot")
    rate = rate_of(paid=paid_allowed())
    context = {"form": form, "bot_id": our_bot(), "rate": rate, "whole_rate": round(rate)}
    return render(request, "broadcasts/bot.html", context, status=400 if form.errors else 200)


def _saved(request: HttpRequest, form: BotForm) -> bool:
    first: time | None = form.cleaned_data["quiet_from"]
    last: time | None = form.cleaned_data["quiet_until"]
    try:
        set_quiet_hours(first, last, actor=operator_of(request))
    except InvalidError as error:
        form.add_error("quiet_until", error.beside_its_field()[1])
        return False
    allow_paid(form.cleaned_data["paid"], actor=operator_of(request))
    return True
