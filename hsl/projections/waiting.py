"""How far the projections are behind the facts."""

from dataclasses import dataclass

from django.db import connection

from hsl.projections.fold import FEW_PEOPLE

COUNTED_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """``people``: how many wait to be recomputed, counted up to ``COUNTED_UP_TO``; ``recounting``: whether a
    kind of facts is still to be counted anew, so that its numbers are not to be relied on."""

    people: int
    recounting: bool

    @property
    def many(self) -> bool:
        """Whether so many wait that a page leaves them to the worker, and says so."""
        return self.people >= FEW_PEOPLE

    @property
    def is_more(self) -> bool:
        """Whether more people wait than were counted."""
        return self.people >= COUNTED_UP_TO


def waiting() -> Waiting:
    """What is still to be folded of the changes taken so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM (SELECT FROM waiting WHERE n > coalesce("
            "(SELECT waiting_after FROM taken ORDER BY id DESC LIMIT 1), 0) LIMIT %s) AS first)"
            " + (SELECT count(*) FROM heavy), EXISTS (SELECT FROM recounts)",
            [COUNTED_UP_TO],
        )
        people, recounting = cursor.fetchone()
    return Waiting(people, recounting)
