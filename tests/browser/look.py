"""Pictures of pages for people to look at: ``HSL_SCREENSHOTS=screenshots pytest -m browser``."""

import os
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

WIDTHS = {"laptop": ViewportSize(width=1440, height=900), "phone": ViewportSize(width=390, height=844)}


FOLDER = os.environ.get("HSL_SCREENSHOTS")


def look(page: Page, name: str) -> None:
    """Take pictures of the page as it stands, at each width, light and dark, where somebody asked for them."""
    if FOLDER is None:
        return
    language = page.evaluate("document.documentElement.lang")
    before = page.viewport_size
    for width, size in WIDTHS.items():
        page.set_viewport_size(size)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            path = Path(FOLDER, f"{name}-{language}-{width}-{theme}.png")
            page.screenshot(path=path, full_page=True)
    page.emulate_media(color_scheme="light")
    if before is not None:
        page.set_viewport_size(before)
