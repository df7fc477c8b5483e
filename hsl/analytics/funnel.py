"""The funnel: of the people first seen in a range, how many came how far."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from hsl.analytics import doors
from hsl.analytics.ranges import Range
from hsl.analytics.rows import Counts

STEPS = (
    ("people_registered", "registered", pgettext_lazy("people", "registered for a lesson")),
    ("people_came", "came", pgettext_lazy("people", "came to a lesson")),
    ("people_booked", "booked", pgettext_lazy("people", "booked a place")),
    ("people_paid", "paid", pgettext_lazy("people", "paid")),
)


@dataclass(frozen=True, slots=True)
class Step:
    """How many people took a step, whatever else they did; ``share``: of all who were seen, in per cent; ``width``: of
    its bar, in thousandths."""

    label: Promise | str
    count: int
    url: str
    share: float | None
    width: int


def funnel(counts: Counts, seen: Range) -> list[Step]:
    """The steps of the people first seen in ``seen``, whose ``counts`` these are."""
    first = Step(
        pgettext_lazy("people", "were first seen"), counts.new_people, doors.people(seen), None, 1000
    )
    return [
        first,
        *(_step(getattr(counts, measure), stage, label, counts, seen) for measure, stage, label in STEPS),
    ]


def _step(count: int, stage: str, label: Promise | str, counts: Counts, seen: Range) -> Step:
    everybody = counts.new_people
    return Step(
        label=label,
        count=count,
        url=doors.people(seen, stage=stage),
        share=100 * count / everybody if everybody else None,
        width=1000 * count // everybody if everybody else 0,
    )
