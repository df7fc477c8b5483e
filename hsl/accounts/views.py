"""The operator's own account, and the first owner's link."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from hsl.accounts import setup
from hsl.accounts.access import for_operators, public
from hsl.accounts.forms import FirstOwnerForm


@for_operators
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """How this operator signs in: password, second factor, open sessions."""
    return render(request, "accounts/account.html", {"has_two_factor": is_mfa_enabled(request.user)})


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
