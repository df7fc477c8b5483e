"""Pages that everybody can use, as far as axe-core can tell."""

from functools import cache
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page


@cache
def _source() -> str:
    return Path(settings.BASE_DIR, "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def barriers(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands, in both themes."""
    page.evaluate(_source())
    found = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found += [
            f"{theme}: {each['id']}: {each['nodes'][0]['html'][:200]} {each['nodes'][0]['failureSummary']}"
            for each in page.evaluate("axe.run().then(found => found.violations)")
            if each["impact"] in ("serious", "critical")
        ]
    page.emulate_media(color_scheme="light")
    return found
