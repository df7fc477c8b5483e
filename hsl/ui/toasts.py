"""Short words after an act, with a way back where there is one."""

from django.contrib import messages
from django.http import HttpRequest


def toast(request: HttpRequest, text: str, undo_url: str = "") -> None:
    """Show ``text`` for ten seconds on the page that follows; its button "undo" posts to ``undo_url``."""
    messages.success(request, text, extra_tags=undo_url)


def toast_error(request: HttpRequest, text: str) -> None:
    """Show what could not be done and why; it stays until it is closed."""
    messages.error(request, text)
