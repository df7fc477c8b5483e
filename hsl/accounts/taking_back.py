"""Which acts on settings can still be taken back, by what the record says came after them."""

from collections import defaultdict
from collections.abc import Sequence

from hsl.accounts.models import AuditEntry

SETTINGS = frozenset(
    {"school.change", "stream.change", "stream.archive", "stream.restore", "course.rename", "lesson.name"}
)
"""Acts on the school's settings; its room takes them back (the URL ``undo_settings``)."""


def standing(entries: Sequence[AuditEntry]) -> set[int]:
    """The ids of those acts on settings that nobody has taken back, and that no later act has changed what they
    changed."""
    asked = [entry for entry in entries if entry.act in SETTINGS]
    if not asked:
        return set()
    later = defaultdict[str, list[AuditEntry]](list)
    after = AuditEntry.objects.filter(
        subject__in={entry.subject for entry in asked}, pk__gt=min(entry.pk for entry in asked)
    )
    for entry in after.only("subject", "after"):
        later[entry.subject].append(entry)
    return {
        entry.pk
        for entry in asked
        if not any(one.pk > entry.pk and _overlap(entry, one) for one in later[entry.subject])
    }


def _overlap(entry: AuditEntry, later: AuditEntry) -> bool:
    """Whether both set something of one thing; the subject of a lesson is only the beginning of its type."""
    one, other = dict(entry.after or {}), dict(later.after or {})
    return one.pop("lesson_type", None) == other.pop("lesson_type", None) and not one.keys().isdisjoint(other)
