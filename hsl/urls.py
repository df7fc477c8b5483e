"""Addresses of all rooms."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from hsl.accounts.access import public

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("hsl.accounts.urls")),
    path("language/", public(set_language), name="set_language"),
]

handler400 = "hsl.ui.errors.bad_request"
handler403 = "hsl.ui.errors.forbidden"
handler404 = "hsl.ui.errors.not_found"
handler500 = "hsl.ui.errors.server_error"
