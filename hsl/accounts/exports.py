"""Lists taken out of the house, on record."""

from collections.abc import Iterable, Sequence
from typing import cast

from django.http import HttpRequest, StreamingHttpResponse

from hsl.accounts.audit import State, record
from hsl.accounts.models import Operator
from hsl.ui.csv_file import Cell, csv_response


def export(
    request: HttpRequest, what: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], of: State
) -> StreamingHttpResponse:
    """The list ``what`` (``bookings``; also the file's name) as CSV, and the act on record: who took what, by which
    filters and how much (``of``). For views that need Permission.EXPORT; the rows are read while they are sent."""
    response = csv_response(what, header, rows)
    record(cast("Operator", request.user), f"{what}.export", what, after=of)
    return response
