"""The list of people as a CSV file."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from hsl.accounts.access import needs
from hsl.accounts.exports import export as export_list
from hsl.accounts.permissions import Permission
from hsl.people import listing, queries
from hsl.people.chosen import chosen
from hsl.people.cursors import Order
from hsl.people.list_form import list_form
from hsl.projections.fold import catch_up
from hsl.school.refusals import RefusedError
from hsl.school.refused import refused
from hsl.ui.csv_file import Cell

HEADER = (
    "user_id",
    "username",
    "first_name",
    "course_stream",
    "status",
    "email",
    "referral_code",
    "bookings",
    "registrations",
    "events",
    "first_seen",
    "last_seen",
)
PIECE = 500


@needs(Permission.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Everybody whom the filters match, in the list's order; posted, those chosen."""
    catch_up()
    form = list_form(QueryDict(request.POST.get("query", "")) if request.method == "POST" else request.GET)
    if not form.is_valid():
        said = "\n".join(f"{name}: {problem}" for name, problem in form.problems())
        return HttpResponse(said, status=400, content_type="text/plain; charset=utf-8")
    user_ids: Sequence[int] | None = None
    if request.method == "POST" and not request.POST.get("everyone"):
        try:
            user_ids = chosen(request.POST).user_ids
        except RefusedError as error:
            return refused(request, error, reverse("people"))
    if user_ids is None:
        user_ids = listing.ids(form.wanted, Order(form.sort.name))
    return export_list(
        request, "people", HEADER, _rows(user_ids), {"filters": form.query(), "rows": len(user_ids)}
    )


def _rows(user_ids: Sequence[int]) -> Iterator[Sequence[Cell]]:
    for start in range(0, len(user_ids), PIECE):
        for card in queries.cards(list(user_ids[start : start + PIECE])):
            yield (
                card.user_id,
                card.username,
                card.first_name,
                card.course_stream,
                card.status,
                card.email,
                card.referral_code,
                card.bookings,
                card.registrations,
                card.events,
                card.first_seen,
                card.last_seen,
            )
