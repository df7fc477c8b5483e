"""All jobs as a list, the newest first: what runs and ran, how far it is, who asked for it, what came of it."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hsl.jobs.kinds import KINDS
from hsl.jobs.models import Job, State
from hsl.ui.filters import FilterForm
from hsl.ui.keyset import Cursor, Order, Page, Sort, read_page

NEWEST = Order((("id", int),), descending=True)
_LOOKS = {
    State.WAITING: ("clock", "blue"),
    State.RUNNING: ("loader", "blue"),
    State.DONE: ("check", "green"),
    State.FAILED: ("alert-triangle", "red"),
    State.CANCELLED: ("x", "secondary"),
    State.INTERRUPTED: ("alert-triangle", "yellow"),
}


class JobFilter(FilterForm):
    """Which jobs, of the ``kinds`` that the operator may see."""

    SORTS = (Sort("-id", _("The newest first"), NEWEST),)

    kind = forms.ChoiceField(
        label=_("What"), error_messages={"invalid_choice": _("There is no such work; choose from the list")}
    )
    state = forms.ChoiceField(
        label=_("How it went"),
        choices=[("", _("No matter")), *State.choices],
        error_messages={"invalid_choice": _("Choose from the list")},
    )

    def __init__(self, request: HttpRequest, kinds: Collection[str]) -> None:
        super().__init__(request)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above; for the type checker
        field.choices = [("", pgettext_lazy("work", "Any")), *((name, KINDS[name].title) for name in kinds)]


class ShownJob(NamedTuple):
    """A job in the list: its name and page, how it stands (in a word, with an icon and its colour), how far it is in
    percent where it says so, who asked for it (None: nobody, it runs by itself), what came of it."""

    id: int
    title: Promise | str
    url: str
    state: str
    icon: str
    colour: str
    percent: float | None
    who: str | None
    at: datetime
    words: str


def jobs_page(
    kinds: Collection[str], kind: str, state: str, cursor: Cursor | None
) -> tuple[Page[ShownJob], int]:
    """A page of the jobs of these kinds, or of one of them, that stand so where asked for, and how many there are."""
    found = Job.objects.filter(kind__in=[kind] if kind else kinds)
    if state:
        found = found.filter(state=state)

    def read(at: Cursor | None, limit: int) -> list[ShownJob]:
        backwards = at is not None and at.backwards
        rows = found.order_by("id" if backwards else "-id").select_related("operator")
        if at is not None:
            rows = rows.filter(**{"id__gt" if backwards else "id__lt": at.keys[0]})
        return [_shown(job) for job in rows[:limit]]

    return read_page(read, cursor, lambda row: (row.id,)), found.count()


def _shown(job: Job) -> ShownJob:
    kind = KINDS[job.kind]
    icon, colour = _LOOKS[State(job.state)]
    running = job.state == State.RUNNING and job.total
    return ShownJob(
        id=job.pk,
        title=kind.title,
        url=kind.page(job.arguments),
        state=job.get_state_display(),
        icon=icon,
        colour=colour,
        percent=min(job.done * 100 / job.total, 100) if running and job.total else None,
        who=None if job.operator is None else str(job.operator),
        at=job.finished_at or job.started_at or job.created_at,
        words=job.error or (kind.words(job.outcome) if job.outcome else ""),
    )
