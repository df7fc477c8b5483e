"""Past imports as a list."""

from django.utils.translation import gettext_lazy as _

from hsl.school.models import Import
from hsl.ui.filters import FilterForm
from hsl.ui.keyset import Cursor, Order, Page, Sort, read_page

NEWEST = Order((("id", int),), descending=True)


class ImportFilter(FilterForm):
    """The list has no filters, only pages."""

    SORTS = (Sort("-id", _("The newest first"), NEWEST),)


def imports_page(cursor: Cursor | None) -> tuple[Page[Import], int]:
    """A page of the imports, the newest first, and how many there are."""

    def fetch(at: Cursor | None, limit: int) -> list[Import]:
        found = Import.objects.select_related("job")
        if at is None:
            return list(found.order_by("-id")[:limit])
        if at.backwards:
            return list(found.filter(id__gt=at.keys[0]).order_by("id")[:limit])
        return list(found.filter(id__lt=at.keys[0]).order_by("-id")[:limit])

    return read_page(fetch, cursor, lambda one: (one.pk,)), Import.objects.count()
