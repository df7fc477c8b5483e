"""Asking before what can't be undone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def confirm(
    request: HttpRequest, *, title: str, text: str, action: str, back: str, status: int = 200
) -> HttpResponse:
    """A page that asks: ``text`` says in one sentence what will happen, with its numbers; the button ``action``
    posts to the same address, and ``back`` is where one goes who has thought better. A link to it with
    ``data-dialog`` opens it as a dialog."""
    context = {"title": title, "text": text, "action": action, "back": back}
    return render(request, "ui/confirm.html", context, status=status)
