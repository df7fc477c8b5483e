"""The one way to answer with a page of a list. docs/pages.md says how to build one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from hsl.ui.filters import FilterForm
from hsl.ui.keyset import Page


def render_list(
    request: HttpRequest,
    template: str,
    form: FilterForm,
    page: Page[Any] | None = None,
    *,
    total: int | None = None,
    export_url: str = "",
    **context: object,
) -> HttpResponse:
    """``template`` (it extends ``ui/list.html``) with the page of rows; 400 naming the fields where ``form`` could not
    be read. ``total``: how many rows there are on all pages; ``export_url``: where the same rows are had as CSV."""
    paging = {
        "newer_url": form.address(before=page.newer) if page and page.newer else "",
        "older_url": form.address(after=page.older) if page and page.older else "",
    }
    if export_url and (query := form.query()):
        export_url = f"{export_url}?{query}"
    return render(
        request,
        template,
        {"form": form, "page": page, "total": total, "export_url": export_url, **paging, **context},
        status=form.status,
    )
