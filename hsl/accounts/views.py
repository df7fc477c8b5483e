"""The operator's own account, and the first owner's link."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hsl.accounts import operators, setup
from hsl.accounts.access import for_operators, operator_of, public
from hsl.accounts.forms import FirstOwnerForm, TelegramForm
from hsl.ui.toasts import toast
from hsl.ui.way_back import way_back


@for_operators
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """How this operator signs in: password, second factor, open sessions."""
    return render(request, "accounts/account.html", {"has_two_factor": is_mfa_enabled(request.user)})


@for_operators
@require_http_methods(["GET", "HEAD", "POST"])
def telegram(request: HttpRequest) -> HttpResponse:
    """Say where the bot reaches this operator, who tries messages on themselves before others get them."""
    operator = operator_of(request)
    form = TelegramForm(request.POST or None, initial={"telegram_id": operator.telegram_id})
    back = way_back(request, reverse("account"))
    if request.method == "POST" and form.is_valid():
        operators.set_telegram_id(operator, form.cleaned_data["telegram_id"], actor=operator)
        toast(request, _("Saved"))
        return redirect(back)
    context = {
        "form": form,
        "title": _("Messages to yourself"),
        "text": _("Before a message goes out you can send it to yourself, and see it as others will."),
        "action": _("Save"),
        "back": back,
    }
    return render(request, "ui/edit.html", context, status=400 if form.errors else 200)


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def first_owner(request: HttpRequest, token: str) -> HttpResponse:
    """Make the first owner and sign them in. A link that is used up or too old looks like no page."""
    form = FirstOwnerForm(request.POST or None)
    try:
        setup.check(token)
        if form.is_valid():
            owner = setup.make_first_owner(token, **form.cleaned_data)
            login(request, owner)
            return redirect("/")
    except setup.SetupClosedError as closed:
        raise Http404 from closed
    except ValidationError as error:
        form.add_error(None, error)
    return render(request, "accounts/first_owner.html", {"form": form})
