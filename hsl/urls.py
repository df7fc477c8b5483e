"""Addresses of all rooms."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from hsl.accounts.access import public
from hsl.api import api
from hsl.api_docs import api_docs

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("hsl.analytics.urls")),
    path("account/", include("hsl.accounts.urls")),
    path("api/", api.urls),
    path("docs/api", api_docs, name="api_docs"),
    path("import/", include("hsl.school.importing.urls")),
    path("jobs/", include("hsl.jobs.urls")),
    path("people/", include("hsl.people.urls")),
    path("settings/", include("hsl.accounts.settings_urls")),
    path("settings/", include("hsl.school.settings_urls")),
    path("settings/jobs/", include("hsl.jobs.settings_urls")),
    path("settings/", include("hsl.broadcasts.settings_urls")),
    path("language/", public(set_language), name="set_language"),
    path("", include("hsl.facts.urls")),
    path("", include("hsl.broadcasts.urls")),
    path("", include("hsl.projections.urls")),
]

handler400 = "hsl.ui.errors.bad_request"
handler403 = "hsl.ui.errors.forbidden"
handler404 = "hsl.ui.errors.not_found"
handler500 = "hsl.ui.errors.server_error"
