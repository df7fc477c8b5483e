"""Changes to people's bookings, folded at once, so that whoever made one sees it on the next page."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

import psycopg
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_noop as _

from hsl.accounts.audit import Actor, record
from hsl.accounts.models import AuditEntry
from hsl.jobs.models import Job, State
from hsl.projections.fold import fold_people
from hsl.school import moving, services, undo
from hsl.school.booking_rows import Changes, hold_table, one_transaction
from hsl.school.moving import Moved
from hsl.school.queries import listed_streams
from hsl.school.refusals import ConflictError, InvalidError, MissingError, RefusedError
from hsl.school.rows import Booking
from hsl.school.services import Changed

BATCH = 200
"""Of an act on many, how many people are changed in one transaction."""
UNDO_JOB = "people.undo"
"""The kind of the job that takes back a move of more than a batch."""

logger = logging.getLogger(__name__)


def change_booking(booking_id: int, changes: Changes, *, actor: Actor) -> Changed:
    """As :func:`hsl.school.services.change_booking`, and folded."""
    changed = services.change_booking(booking_id, changes, actor=actor)
    _folded(changed.booking)
    return changed


def move_person(user_id: int, course_stream: str, *, actor: Actor) -> Changed:
    """As :func:`hsl.school.services.move_person`, and folded."""
    changed = services.move_person(user_id, course_stream, actor=actor)
    _folded(changed.booking)
    return changed


def undo_change(entry_id: int, *, actor: Actor) -> Booking:
    """As :func:`hsl.school.undo.undo`, and folded."""
    return _folded(undo.undo(entry_id, actor=actor))


class MovedFew(NamedTuple):
    """What came of moving a few people: the act on the record, None where nobody was moved, and how many of them."""

    act: AuditEntry | None
    outcomes: "Counter[Moved]"


def move_few(user_ids: Sequence[int], course_stream: str, *, actor: Actor) -> MovedFew:
    """Move a batch of people as one act, and fold them. Raises InvalidError for a stream that no course lists,
    TableHeldError where another program holds the table."""
    with transaction.atomic():
        whole = begin_moving(course_stream, len(user_ids), actor=actor)
        moved = moving.move_many(user_ids, course_stream, actor=actor, part_of=whole)
        if not moved[Moved.MOVED]:
            transaction.set_rollback(True)
            return MovedFew(None, moved)
    _fold(user_ids)
    return MovedFew(whole, moved)


def begin_moving(course_stream: str, people: int, *, actor: Actor) -> AuditEntry:
    """Put on the record that ``people`` people are moved to a stream; ``move_people`` moves them, as parts of it.

    Raises InvalidError for a stream that no course lists.
    """
    listed = listed_streams(None)
    if course_stream not in listed:
        raise InvalidError(
            _("course_stream: no stream is called that; give one of %(listed)s"), listed=", ".join(listed)
        )
    return record(actor, "people.move", "people", None, {"course_stream": course_stream, "people": people})


def move_people(user_ids: Sequence[int], whole: AuditEntry, *, actor: Actor) -> "Counter[Moved]":
    """Move a batch of people, as parts of the act ``whole`` that ``begin_moving`` wrote, and fold them.
    Raises TableHeldError."""
    course_stream = str((whole.after or {})["course_stream"])
    moved = moving.move_many(user_ids, course_stream, actor=actor, part_of=whole)
    if moved[Moved.MOVED]:
        _fold(user_ids)
    return moved


def moved_from(whole: AuditEntry, titles: Mapping[str, str]) -> list[tuple[str, int]]:
    """From which streams a move took its people, and how many from each; most first. ``titles``: of the streams."""
    parts = whole.parts.values_list("before__course_stream").annotate(n=Count("pk")).order_by("-n")
    return [(titles.get(stream or "", stream or "—"), n) for stream, n in parts]


def begin_undoing(entry_id: int, *, actor: Actor) -> AuditEntry:
    """Put on the record that a move of many people is taken back; ``undo_parts`` does it. Where that was begun and its
    job stopped half-way, the same, to go on with.

    Raises MissingError, and ConflictError for an act that is none, or that was or is being taken back.
    """
    with transaction.atomic():
        whole = AuditEntry.objects.select_for_update().filter(pk=entry_id).first()
        if whole is None:
            raise MissingError(_("id: there is no act %(act)s on the record"), act=entry_id)
        if whole.act != "people.move":
            raise ConflictError(_("This act can't be taken back"))
        begun = AuditEntry.objects.filter(undoes=whole).first()
        if begun is None:
            return record(actor, "people.undo", "people", whole.after, whole.before, undoes=whole)
        if undo_stopped(begun):
            return begun
        raise ConflictError(_("This act was taken back already"))


def undo_stopped(taking_back: AuditEntry) -> bool:
    """Whether the job that takes back a move was cancelled, or failed, before its end."""
    newest = Job.objects.filter(kind=UNDO_JOB, arguments__act=taking_back.pk).order_by("-pk").first()
    return newest is not None and not newest.under_way and newest.state != State.DONE


def parts_left(whole: AuditEntry | None, after: int, limit: int) -> list[AuditEntry]:
    """The next parts of an act on many that were not taken back."""
    left = AuditEntry.objects.filter(part_of=whole, undone_by=None, pk__gt=after)
    return list(left.order_by("pk")[:limit])


def undo_parts(parts: Sequence[AuditEntry], taking_back: AuditEntry, *, actor: Actor) -> tuple[int, int]:
    """Take back parts of an act on many, as parts of ``taking_back``, and fold: how many were, and how many could not
    be, because their booking has changed since or another stands in its way. Raises TableHeldError: then none was."""
    restored = _undo_together(parts, taking_back, actor)
    _fold_those_of(restored)
    return len(restored), len(parts) - len(restored)


def undo_few(taking_back: AuditEntry, *, actor: Actor) -> tuple[int, int]:
    """As ``undo_parts``, all parts of a move of at most a batch. Inside the transaction of ``begin_undoing``, so that
    nothing stays half taken back, the counts are of what will be once it is committed; they are folded then. Raises
    TableHeldError."""
    parts = parts_left(taking_back.undoes, 0, BATCH)
    restored = _undo_together(parts, taking_back, actor)
    transaction.on_commit(lambda: _fold_those_of(restored))
    return len(restored), len(parts) - len(restored)


def _undo_together(parts: Sequence[AuditEntry], taking_back: AuditEntry, actor: Actor) -> list[Booking]:
    """In one transaction; who can't be is left out. A table that a program holds is no fault of theirs."""
    restored = []
    with one_transaction():
        hold_table()
        for part in parts:
            with suppress(RefusedError):
                restored.append(undo.undo(part.pk, actor=actor, part_of=taking_back))
    return restored


def _fold_those_of(bookings: Sequence[Booking]) -> None:
    _fold([booking.user_id for booking in bookings if booking.user_id is not None])


def _folded(booking: Booking) -> Booking:
    if booking.user_id is not None:
        _fold([booking.user_id])
    return booking


def _fold(user_ids: Sequence[int]) -> None:
    try:
        fold_people(user_ids)
    except psycopg.Error:
        # The change is made, and in the queue: the worker folds it.
        logger.exception("own_write_not_folded people=%s", len(user_ids))
