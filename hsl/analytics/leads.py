"""Hot leads: who was most active of late and has not paid."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from hsl.analytics import doors
from hsl.analytics.bars import Part
from hsl.analytics.ranges import last_days
from hsl.analytics.rows import HotLead, HotLeads

SHOWN = 8
DAYS = 7
HEATS = {
    "hot": pgettext_lazy("lead", "hot"),
    "warm": pgettext_lazy("lead", "warm"),
    "cool": pgettext_lazy("lead", "cool"),
}
MANY = {
    "hot": pgettext_lazy("leads", "hot"),
    "warm": pgettext_lazy("leads", "warm"),
    "cool": pgettext_lazy("leads", "cool"),
}


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A person of the panel: how warm in words, and the list of their events of these days."""

    lead: HotLead
    heat: Promise | str
    events: str


@dataclass(frozen=True, slots=True)
class Leads:
    """The panel: the most active, and how many there are of each heat."""

    rows: list[LeadRow]
    parts: list[Part]


def shown_leads(found: HotLeads, today: date) -> Leads:
    """The leads that were ``found`` of the seven days of which ``today``, the school's, is the last."""
    days = last_days(DAYS, today)
    rows = [LeadRow(lead, HEATS[lead.heat], doors.events(days, person=lead.user_id)) for lead in found.leads]
    parts = [
        Part(heat, label, found.counts[heat], doors.people(heat=heat))
        for heat, label in MANY.items()
        if found.counts[heat]
    ]
    return Leads(rows, parts)
