"""One thing asked of a person, as SQL, and how many people it leaves.

In the SQL ``a`` is the person's row of user_activity, ``c`` that of user_cache, ``who`` either. Each condition can be
tried on one person by an index; most can also be taken whole, by an index of their own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hsl.school.selecting import value

MANY = 10_000
"""Who is counted by trying an index is counted up to here, and one more."""
_FEW = "SELECT count(*) FROM (SELECT FROM ({ids}) AS everyone LIMIT {most}) AS few"


@dataclass(frozen=True)
class Condition:
    """One thing asked of a person.

    ``holds``: true of who fits. ``ids``: a statement that gives all who fit, each once, and nobody else unless it is
    ``loose``. ``size``: how many fit; exactly, where ``exact``, else about (None: nobody knows). ``taking``: how many
    rows ``ids`` reads, where that is not ``size``; ``trying``: microseconds that ``holds`` takes on a person.
    ``members``: what holds of the rows of memberships (``g``) of who fits, where an index has these in each order.
    """

    holds: str
    ids: str | None = None
    size: int | None = None
    exact: bool = False
    taking: int | None = None
    loose: bool = False
    trying: int = 3
    members: str | None = None

    @property
    def hashed(self) -> bool:
        """Whether who fits is so few that a walk looks them up in a hash of all of them."""
        return self.ids is not None and self.cost <= MANY

    @property
    def reads_card(self) -> bool:
        """Whether it needs the person's row of user_cache."""
        return "c." in self.holds

    @property
    def reads_activity(self) -> bool:
        """Whether it needs the person's row of user_activity."""
        return "a." in self.holds

    @property
    def cost(self) -> int:
        """How many rows taking it reads; a great many where it can't be taken."""
        known = self.size if self.taking is None else self.taking
        return 2**31 if self.ids is None or known is None else known


def counted(ids: str, values: Mapping[str, Any]) -> int:
    """How many people the statement ``ids`` gives; about, where they are more than MANY."""
    few = int(value(_FEW.format(ids=ids, most=MANY + 1), values))
    if few <= MANY:
        return few
    plan = value(f"EXPLAIN (FORMAT JSON) {ids}", values)
    return max(few, int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"]))
