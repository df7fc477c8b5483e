"""The language of a page: what its reader chose, else the school's, else what the browser asks for."""

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from hsl.school.zone import shown_school


class LanguageMiddleware(LocaleMiddleware):
    """Django's, with the school's language between the reader's choice and the browser's."""

    def process_request(self, request: HttpRequest) -> None:
        """Django's hook."""
        super().process_request(request)
        chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if not chosen and not request.path_info.startswith("/api/") and (language := shown_school().language):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
