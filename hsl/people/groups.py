"""Groups of people: everybody, people without payment, the members of a stream."""

from collections.abc import Mapping

from hsl.people import listing
from hsl.people.cursors import Order, pack, unpack
from hsl.people.filters import ALL, NON_COURSE_USERS, PeopleFilter
from hsl.people.rows import Page
from hsl.school.selecting import select

MOST = 200

_LISTED = "SELECT DISTINCT course_stream FROM course_streams ORDER BY 1"


class UnknownGroupError(LookupError):
    """No group has this name. ``names``: those that there are."""

    def __init__(self, group: str, names: list[str]) -> None:
        super().__init__(group)
        self.names = names


def page(
    group: str, order: Order = Order.LAST_SEEN_DESCENDING, *, cursor: str | None = None, limit: int = 50
) -> Page:
    """A page of at most ``limit`` (1 to 200) people of ``group``: "all", "non_course_users" or a stream.

    ``cursor`` is the ``next_cursor`` of the page before. Raises UnknownGroupError, BadCursorError.
    """
    totals = listing.sums()
    sizes = dict(groups(totals))
    if group not in sizes:
        raise UnknownGroupError(group, list(sizes))
    place = None if cursor is None else unpack(cursor, group, order)
    limit = min(max(limit, 1), MOST)
    # One more than asked for tells whether there is a next page.
    found = listing.find(PeopleFilter(group=group), order, place, limit=limit + 1, totals=totals)
    people = [member for member, _ in found.people[:limit]]
    if len(found.people) <= limit:
        return Page(people, sizes[group], None)
    return Page(people, sizes[group], pack(group, order, found.people[limit - 1][1], people[-1].user_id))


def groups(totals: Mapping[str, int] | None = None) -> list[tuple[str, int]]:
    """Each group with its number of people: everybody, people without payment, the listed streams and any other that
    has members. A stream without a name is no group: nobody could ask for it. ``totals``: ``listing.sums()``, where
    they are at hand."""
    totals = listing.sums() if totals is None else totals
    listed = [stream for (stream,) in select(_LISTED)]
    members = {name.removeprefix("stream:"): n for name, n in totals.items() if name.startswith("stream:")}
    others = [stream for stream, n in members.items() if stream and n]
    return [
        (ALL, totals.get("people", 0)),
        (NON_COURSE_USERS, totals.get("people", 0) - totals.get("status:student", 0)),
        *((stream, members.get(stream, 0)) for stream in listed + sorted({*others} - {*listed})),
    ]
