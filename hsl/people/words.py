"""What came of an act on many people, in a sentence."""

from collections.abc import Mapping

from django.utils.translation import ngettext

from hsl.school.moving import Moved
from hsl.ui.templatetags.ui import number


def move_words(outcomes: Mapping[Moved, int], stream: str = "") -> str:
    """“Moved to 5-й поток: 1,240 people · 3 are there already · 2 have no active booking”."""
    moved = outcomes.get(Moved.MOVED, 0)
    if stream:
        words = ngettext(
            "Moved to %(stream)s: %(number)s person", "Moved to %(stream)s: %(number)s people", moved
        )
    else:
        words = ngettext("Moved: %(number)s person", "Moved: %(number)s people", moved)
    first = words % {"stream": stream, "number": number(moved)}
    left = [(outcome, outcomes.get(outcome, 0)) for outcome in Moved if outcome is not Moved.MOVED]
    return " · ".join([first, *(_left(outcome, n) for outcome, n in left if n)])


def _left(outcome: Moved, n: int) -> str:
    words = {
        Moved.THERE_ALREADY: ngettext("%(number)s is there already", "%(number)s are there already", n),
        Moved.NO_BOOKING: ngettext(
            "%(number)s has no active booking", "%(number)s have no active booking", n
        ),
        Moved.IN_THE_WAY: ngettext(
            "%(number)s has another active booking there", "%(number)s have another active booking there", n
        ),
        Moved.NOT_LISTED: ngettext(
            "%(number)s booked a course without such a stream",
            "%(number)s booked a course without such a stream",
            n,
        ),
        Moved.REFUSED: ngettext(
            "%(number)s was refused by the database", "%(number)s were refused by the database", n
        ),
    }
    return words[outcome] % {"number": number(n)}


def moved_words(moved: int, asked: int, stream: str) -> str:
    """“Moved to 5-й поток: 12 people · 1 stayed where they were”: of a few people, moved at once."""
    first = move_words({Moved.MOVED: moved}, stream)
    stayed = max(asked - moved, 0)
    if not stayed:
        return first
    words = ngettext("%(number)s stayed where they were", "%(number)s stayed where they were", stayed)
    return f"{first} · {words % {'number': number(stayed)}}"


def undo_words(undone: int, refused: int) -> str:
    """“Taken back: 1,240 people · 3 left as they are: their bookings have changed since”."""
    words = ngettext("Taken back: %(number)s person", "Taken back: %(number)s people", undone)
    said = words % {"number": number(undone)}
    if not refused:
        return said
    left = ngettext(
        "%(number)s left as they are: the booking has changed since",
        "%(number)s left as they are: their bookings have changed since",
        refused,
    )
    return f"{said} · {left % {'number': number(refused)}}"
