"""Pages that everybody can use, as far as axe-core can tell."""

from functools import cache
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

# What of axe-core's rules depends on colours: the rest is the same in either theme.
_OF_COLOURS = ["color-contrast", "link-in-text-block"]


@cache
def _source() -> str:
    return Path(settings.BASE_DIR, "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands, by all rules; by those of colours in both
    themes."""
    page.evaluate(_source())
    page.emulate_media(color_scheme="dark")
    found = _found(page, "dark", {"runOnly": _OF_COLOURS})
    page.emulate_media(color_scheme="light")
    return found + _found(page, "light", {})


def _found(page: Page, theme: str, options: dict[str, object]) -> list[str]:
    script = "options => axe.run({...options, resultTypes: ['violations']}).then(found => found.violations)"
    return [
        f"{theme}: {each['id']}: {each['nodes'][0]['html'][:200]} {each['nodes'][0]['failureSummary']}"
        for each in page.evaluate(script, options)
        if each["impact"] in ("serious", "critical")
    ]
