"""Moving many people, and taking that back, as jobs."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hsl.accounts.models import AuditEntry
from hsl.accounts.permissions import Permission
from hsl.jobs.kinds import Arguments, JobError, Kind, Outcome, Run, register
from hsl.people import listing, services
from hsl.people.list_form import wanted_of
from hsl.people.words import move_words, undo_words
from hsl.school.booking_rows import TableHeldError
from hsl.school.moving import Moved
from hsl.school.refusals import InvalidError

PATIENCE_SECONDS = 60.0
"""So long a job waits for a table that another program holds: a bot's TRUNCATE is done by then, or is stuck."""
PAUSE_SECONDS = 0.5
HELD = _("Waits: another program holds the table of bookings")

T = TypeVar("T")


def move(running: Run) -> Outcome:
    """Move everybody whom the filters ``query`` match, as parts of the act ``act``.

    Begun again it moves who is left: who is there already is not moved twice.
    """
    whole = AuditEntry.objects.get(pk=running.arguments["act"])
    user_ids = _left(str(running.arguments["query"]), whole)
    outcomes: Counter[Moved] = Counter()
    for done in range(0, len(user_ids), services.BATCH):
        running.progress("move", done, len(user_ids))
        batch = list(user_ids[done : done + services.BATCH])
        outcomes += _patiently(
            partial(services.move_people, batch, whole, actor=running.operator),
            partial(running.progress, "held", done, len(user_ids)),
        )
    moved = AuditEntry.objects.filter(part_of=whole).count()
    return {**{str(outcome): n for outcome, n in outcomes.items()}, str(Moved.MOVED): moved}


def _left(query: str, whole: AuditEntry) -> Sequence[int]:
    """Whom the filters match now. They were read when the move was asked for: what can't be read any more is a group
    that it has emptied."""
    try:
        return listing.ids(wanted_of(query))
    except InvalidError as error:
        if AuditEntry.objects.filter(part_of=whole).exists():
            return []
        raise JobError(str(error)) from error


def undo(running: Run) -> Outcome:
    """Take back the parts of the act that ``act`` takes back. Begun again it goes on with those that are left."""
    taking_back = AuditEntry.objects.get(pk=running.arguments["act"])
    whole = taking_back.undoes
    total, done, refused, after = AuditEntry.objects.filter(part_of=whole).count(), 0, 0, 0
    while parts := services.parts_left(whole, after, services.BATCH):
        running.progress("undo", done, total)
        _undone, left = _patiently(
            partial(services.undo_parts, parts, taking_back, actor=running.operator),
            partial(running.progress, "held", done, total),
        )
        done, refused, after = done + len(parts), refused + left, parts[-1].pk
    return {"undone": AuditEntry.objects.filter(part_of=taking_back).count(), "refused": refused}


def _patiently(act: Callable[[], T], wait: Callable[[], None]) -> T:
    """What comes of ``act`` once no other program holds the table any more; meanwhile ``wait`` says so. JobError where
    that lasts."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return act()
        except TableHeldError as error:
            if time.monotonic() > give_up:
                raise JobError(str(error)) from error
        wait()
        time.sleep(PAUSE_SECONDS)


def _page(arguments: Arguments) -> str:
    return reverse("people_moving", args=[arguments["act"]])


MOVE = register(
    Kind(
        "people.move",
        _("Moving people"),
        move,
        Permission.MOVE_PEOPLE,
        resumes=True,
        keeps=True,
        steps={"move": _("Moving"), "held": HELD},
        page=_page,
        words=lambda outcome: move_words({Moved(name): n for name, n in outcome.items()}),
    )
)
UNDO = register(
    Kind(
        services.UNDO_JOB,
        _("Taking back a move of people"),
        undo,
        Permission.MOVE_PEOPLE,
        resumes=True,
        keeps=True,
        steps={"undo": _("Taking back"), "held": HELD},
        page=_page,
        words=lambda outcome: undo_words(outcome["undone"], outcome["refused"]),
    )
)
