"""Reads of the operators' record: who did what, the newest first."""

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from hsl.accounts.acts import act_name, field_name, field_value, subject_name
from hsl.accounts.models import AuditEntry
from hsl.accounts.taking_back import standing
from hsl.ui.keyset import Cursor, Order, Page, read_page

if TYPE_CHECKING:
    from typing import TypedDict

    from django_stubs_ext import WithAnnotations

    class _Undone(TypedDict):
        undone: bool

    Found = WithAnnotations[AuditEntry, _Undone]

NEWEST = Order((("id", int),), descending=True)


class Act(NamedTuple):
    """An act on the record: when, who, what, on what (in words, and where that is shown), and each field that changed:
    its name, as it was (None where there was nothing before) and as it became; where it can be taken back, if it still
    can; whether it was."""

    id: int
    at: datetime
    actor: str
    what: str
    subject: str
    subject_name: str
    subject_url: str
    changes: list[tuple[str, str | None, str]]
    undo_url: str
    undone: bool


def acts(
    *,
    who: str = "",
    act: str = "",
    subject: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: Cursor | None = None,
) -> tuple[Page[Act], int]:
    """A page of the acts that match, and how many there are.

    ``who`` is ``operator:<id>``, ``api_key:<id>`` or ``hsl`` (the command line); ``until`` is not included.
    """
    undoing = AuditEntry.objects.filter(undoes=OuterRef("pk"))
    found = AuditEntry.objects.filter(_by(who)).annotate(undone=Exists(undoing))
    for name, value in {"act": act, "subject": subject, "at__gte": since, "at__lt": until}.items():
        if value:
            found = found.filter(**{name: value})
    page = read_page(lambda at, limit: _read(found, at, limit), cursor, lambda row: (row.id,))
    return page, found.count()


def _read(found: "QuerySet[Found]", cursor: Cursor | None, limit: int) -> list[Act]:
    if cursor is None:
        entries = found.order_by("-id")
    elif cursor.backwards:
        entries = found.filter(id__gt=cursor.keys[0]).order_by("id")
    else:
        entries = found.filter(id__lt=cursor.keys[0]).order_by("-id")
    read = list(entries[:limit])
    still = standing(read)
    return [_act(entry, can_undo=entry.pk in still) for entry in read]


def _by(who: str) -> Q:
    kind, _, number = who.partition(":")
    if not who:
        return Q()
    if kind == "hsl":
        return Q(operator=None, api_key=None, actor="hsl")
    return Q(**{f"{kind}_id": int(number)})


def _act(entry: "Found", *, can_undo: bool) -> Act:
    before, after = entry.before or {}, entry.after or {}
    fields = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    changes = [
        (
            field_name(name),
            field_value(name, before[name]) if name in before else None,
            field_value(name, after.get(name)),
        )
        for name in fields
    ]
    return Act(
        entry.pk,
        entry.at,
        entry.actor,
        act_name(entry.act),
        entry.subject,
        subject_name(entry.subject),
        _subject_url(entry),
        changes,
        _url("undo_settings", entry.pk) if can_undo else "",
        entry.undone,
    )


_PAGES = {"person": "person", "import": "import"}
"""Of which subjects there is a page, and its URL's name; rooms above this one have them."""


def _subject_url(entry: AuditEntry) -> str:
    kind, _, number = entry.subject.partition(":")
    if entry.act in {"people.move", "people.undo"}:
        name, number = "people_moving", str(entry.undoes_id or entry.pk)
    elif kind in _PAGES:
        name = _PAGES[kind]
    else:
        return ""
    return _url(name, number)


def _url(name: str, number: str | int) -> str:
    """Where a page of a higher room is."""
    try:
        return reverse(name, args=[int(number)])
    except (NoReverseMatch, ValueError):
        return ""
