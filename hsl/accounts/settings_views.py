"""The pages of Настройки that are this room's: operators, API keys, the record of acts."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hsl.accounts import api_keys, operators
from hsl.accounts.access import needs, operator_of
from hsl.accounts.acts import subject_name
from hsl.accounts.filters import RecordFilter
from hsl.accounts.forms import NewKeyForm, NewOperatorForm, RoleForm
from hsl.accounts.models import ApiKey, Operator
from hsl.accounts.permissions import Permission, Role
from hsl.accounts.record import acts
from hsl.ui.confirm import confirm
from hsl.ui.dates import moments
from hsl.ui.lists import render_list
from hsl.ui.toasts import toast, toast_error

FORM_METHODS = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(Permission.MANAGE_OPERATORS)
def operator_list(request: HttpRequest) -> HttpResponse:
    """Who works here: those who can sign in before those who were switched off."""
    everybody = Operator.objects.order_by("-is_active", "username")
    return render(request, "accounts/operators.html", {"operators": everybody, "roles": Role.choices})


@never_cache
@FORM_METHODS
@needs(Permission.MANAGE_OPERATORS)
def add_operator(request: HttpRequest) -> HttpResponse:
    """Let somebody in; their password is shown this once."""
    form = NewOperatorForm(request.POST or None)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            operator, password = operators.add(
                asked["name"], asked["role"], email=asked["email"], actor=operator_of(request)
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = _("%(name)s can sign in with this password") % {"name": operator.name}
            return _show_once(request, said, password, reverse("operators"))
    context = {
        "form": form,
        "title": _("New operator"),
        "action": _("Add the operator"),
        "text": _("You get a password to hand over; they can change it."),
        "back": reverse("operators"),
    }
    return render(request, "ui/edit.html", context, status=400 if form.is_bound else 200)


@require_POST
@needs(Permission.MANAGE_OPERATORS)
def change_role(request: HttpRequest, operator_id: int) -> HttpResponse:
    """Give an operator another role."""
    operator = get_object_or_404(Operator, pk=operator_id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        toast_error(request, _("There is no such role; nothing was changed"))
        return redirect("operators")
    said = _("%(name)s has the role now: %(role)s") % {
        "name": operator.name,
        "role": dict(Role.choices)[form.cleaned_data["role"]],
    }
    return _act(
        request,
        lambda: operators.change_role(operator, form.cleaned_data["role"], actor=operator_of(request)),
        said,
    )


@require_POST
@needs(Permission.MANAGE_OPERATORS)
def switch_off(request: HttpRequest, operator_id: int) -> HttpResponse:
    """Let an operator in no more."""
    operator = get_object_or_404(Operator, pk=operator_id)
    said = _("%(name)s can't sign in any more") % {"name": operator.name}
    undo = reverse("switch_on_operator", args=[operator.pk])
    return _act(request, lambda: operators.switch_off(operator, actor=operator_of(request)), said, undo)


@require_POST
@needs(Permission.MANAGE_OPERATORS)
def switch_on(request: HttpRequest, operator_id: int) -> HttpResponse:
    """Let an operator in again."""
    operator = get_object_or_404(Operator, pk=operator_id)
    said = _("%(name)s can sign in again") % {"name": operator.name}
    return _act(request, lambda: operators.switch_on(operator, actor=operator_of(request)), said)


@never_cache
@FORM_METHODS
@needs(Permission.MANAGE_OPERATORS)
def new_password(request: HttpRequest, operator_id: int) -> HttpResponse:
    """A new password for an operator, shown this once, after a question."""
    operator = get_object_or_404(Operator, pk=operator_id)
    if request.method == "POST":
        password = operators.give_new_password(operator, actor=operator_of(request))
        said = _("%(name)s can sign in with this password") % {"name": operator.name}
        return _show_once(request, said, password, reverse("operators"))
    return confirm(
        request,
        title=_("A new password for %(name)s?") % {"name": operator.name},
        text=_("The old one ends, all their open pages are signed out, and their second factor is off."),
        action=_("Give a new password"),
        back=reverse("operators"),
    )


@require_safe
@needs(Permission.MANAGE_API_KEYS)
def key_list(request: HttpRequest) -> HttpResponse:
    """The keys to the JSON API: the live ones, then those that were revoked."""
    keys = list(ApiKey.objects.order_by("-created_at", "-pk"))
    live = [key for key in keys if key.revoked_at is None]
    revoked = [key for key in keys if key.revoked_at is not None]
    return render(request, "accounts/api_keys.html", {"live": live, "revoked": revoked})


@never_cache
@FORM_METHODS
@needs(Permission.MANAGE_API_KEYS)
def add_key(request: HttpRequest) -> HttpResponse:
    """Make a key, shown this once."""
    form = NewKeyForm(request.POST or None)
    if form.is_valid():
        key = api_keys.create_api_key(**form.cleaned_data, actor=operator_of(request))
        said = _("The key “%(name)s”") % {"name": form.cleaned_data["name"]}
        return _show_once(request, said, key, reverse("api_keys"))
    context = {
        "form": form,
        "title": _("New API key"),
        "action": _("Make the key"),
        "back": reverse("api_keys"),
    }
    return render(request, "ui/edit.html", context, status=400 if form.is_bound else 200)


@FORM_METHODS
@needs(Permission.MANAGE_API_KEYS)
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """Revoke a key, after a question."""
    key = get_object_or_404(ApiKey, pk=key_id)
    if request.method == "POST":
        api_keys.revoke_api_key(key, actor=operator_of(request))
        toast(request, _("The key “%(name)s” opens nothing any more") % {"name": key.name})
        return redirect("api_keys")
    return confirm(
        request,
        title=_("Revoke the key “%(name)s”?") % {"name": key.name},
        text=_(
            "The program that uses it is refused from its next request on; a revoked key can't be taken back."
        ),
        action=_("Revoke the key"),
        back=reverse("api_keys"),
    )


@require_safe
@needs(Permission.SEE_AUDIT)
def record(request: HttpRequest) -> HttpResponse:
    """The record of operators' acts, the newest first."""
    form = RecordFilter(request)
    if not form.is_valid():
        return render_list(request, "accounts/record.html", form)
    asked = form.cleaned_data
    since, until = moments(asked["from_"], asked["to"])
    page, total = acts(
        who=asked["who"],
        act=asked["act"],
        subject=asked["subject"],
        since=since,
        until=until,
        cursor=form.cursor,
    )
    chips = [form.chip("subject", subject_name(asked["subject"]))] if asked["subject"] else []
    return render_list(request, "accounts/record.html", form, page, total=total, chips=chips)


def _act(request: HttpRequest, act: Callable[[], object], said: str, undo_url: str = "") -> HttpResponse:
    """Do what a button of the operators' list asks for, and go back there."""
    try:
        act()
    except ValidationError as error:
        toast_error(request, " ".join(error.messages))
    else:
        toast(request, said, undo_url)
    return redirect("operators")


def _show_once(request: HttpRequest, said: str, secret: str, back: str) -> HttpResponse:
    """The page on which a password or a key can be seen, this once."""
    return render(request, "accounts/secret.html", {"said": said, "secret": secret, "back": back})
