"""How far the projections are behind the facts."""

from dataclasses import dataclass

from django.db import connection

from hsl.projections.fold import FEW_CHANGES, FEW_PEOPLE
from hsl.school.sqlfile import read_sql

COUNTED_UP_TO = 10_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """``changes``: how many were noted and not yet taken; ``taken``: how many people wait to be recomputed; both
    counted up to ``COUNTED_UP_TO``. ``recounting``: whether a kind of facts is still to be counted anew, so that its
    numbers are not to be relied on."""

    changes: int
    taken: int
    recounting: bool

    @property
    def people(self) -> int:
        """Of how many people something is still to be counted: at most, for a change is of one person, and somebody may
        be in several."""
        return self.changes + self.taken

    @property
    def many(self) -> bool:
        """Whether so many wait that a page leaves them to the worker, and says so."""
        return self.taken >= FEW_PEOPLE or self.changes >= FEW_CHANGES

    @property
    def is_more(self) -> bool:
        """Whether more wait than were counted."""
        return self.people >= COUNTED_UP_TO


def waiting() -> Waiting:
    """What is still to be folded."""
    with connection.cursor() as cursor:
        cursor.execute(read_sql(__file__, "sql/still_waiting.sql"), {"most": COUNTED_UP_TO})
        return Waiting(*cursor.fetchone())
