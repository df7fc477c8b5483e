"""Browser windows that notice what goes wrong in them."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, ViewportSize

from hsl.accounts.models import Operator
from tests import cast

LAPTOP = ViewportSize(width=1440, height=900)
PHONE = ViewportSize(width=390, height=844)


@dataclass
class Windows:
    """Opens windows before the server at ``url``; ``wrong`` holds what went wrong in any of them."""

    chromium: Browser
    url: str
    wrong: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def open(
        self,
        operator: Operator | None = None,
        *,
        language: str = "ru",
        viewport: ViewportSize = LAPTOP,
        color_scheme: Literal["light", "dark"] = "light",
    ) -> Page:
        """A window with cookies of its own, where ``operator`` has signed in, or nobody."""
        context = self.chromium.new_context(
            base_url=self.url,
            locale=language,
            viewport=viewport,
            color_scheme=color_scheme,
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        if operator is not None:
            cookie = cast.signed_in(operator).cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])
        context.route("**/*", self._only_ours)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("console", self._note_error)
        return page

    def close(self) -> None:
        """Close them all."""
        for context in self.contexts:
            context.close()

    def _note_error(self, said: ConsoleMessage) -> None:
        """A page that answers 404 to the address it was asked for is what a test wanted to see; a part is not.
        What htmx says beside the browser's own words is mostly that leaving a page broke off a request."""
        asked_for = said.page is not None and said.location["url"] == said.page.url
        if said.type == "error" and not asked_for and not said.text.startswith("htmx:"):
            self.wrong.append(f"console: {said.text} ({said.location['url']})")

    def _only_ours(self, route: Route) -> None:
        url = route.request.url
        if url.startswith("data:") or urlsplit(url).netloc == urlsplit(self.url).netloc:
            route.continue_()
        else:
            self.wrong.append(f"another host: {url}")
            route.abort()
