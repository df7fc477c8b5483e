"""Who may open a page. Every view says what it needs; one that says nothing opens to nobody."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from hsl.accounts.models import Operator
from hsl.accounts.permissions import Permission
from hsl.accounts.presence import note_seen

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

OPERATORS = "operators"
"""What a view needs that is open to every signed-in operator."""
PUBLIC = "public"
"""What a view needs that is open to all the world."""


def needs(permission: Permission) -> Callable[[View], View]:
    """Declare that a view opens to operators whose role holds ``permission``."""
    return lambda view: _declare(view, permission)


def for_operators(view: View) -> View:
    """Declare that a view opens to every signed-in operator."""
    return _declare(view, OPERATORS)


def public(view: View) -> View:
    """Declare that a view opens to everybody, signed in or not."""
    return _declare(login_not_required(view), PUBLIC)


def _declare(view: View, access: str) -> View:
    view.access = access  # type: ignore[attr-defined] # Django keeps such marks on the function, too
    return view


def operator_of(request: HttpRequest) -> Operator:
    """Who is at work, for a view that ``needs`` a permission: nobody else comes so far.

    Raises:
        PermissionDenied: nobody is signed in, for the view declared no permission.
    """
    if not isinstance(request.user, Operator):
        raise PermissionDenied
    return request.user


class AccessMiddleware(LoginRequiredMiddleware):
    """Sends the signed-out to the sign-in page, and holds each view to what it declared. The JSON API is not
    behind it: bearer keys alone open that."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Django's hook. Raises PermissionDenied (403) where the role lacks what the view declares."""
        if request.path_info.startswith("/api/"):
            return None
        access = getattr(view_func, "access", None)
        if access == PUBLIC:
            return None
        turned_away = super().process_view(request, view_func, view_args, view_kwargs)
        if turned_away is not None:
            part: HtmxDetails = request.htmx  # type: ignore[attr-defined] # set by django-htmx's middleware
            return self._to_sign_in(part) if part else turned_away
        if access is None or not (access == OPERATORS or request.user.has_perm(access)):
            raise PermissionDenied
        if isinstance(request.user, Operator):
            note_seen(request.user)
        return None

    def _to_sign_in(self, part: HtmxDetails) -> HttpResponseBase:
        """Where a session has ended under an open page, a part of it that asks moves the whole page."""
        try:
            here = part.current_url_abs_path
        except ValueError:  # the header holds what is no address
            here = None
        back = urlencode({self.redirect_field_name: here or "/"})
        return HttpResponseClientRedirect(f"{reverse(settings.LOGIN_URL)}?{back}")
