"""Taking back a change of a booking: its former values are put back, as an act of its own on the record."""

from typing import Any

from django.utils.translation import gettext_noop as _

from hsl.accounts.audit import Actor, record
from hsl.accounts.models import AuditEntry
from hsl.school.booking_rows import locked, one_transaction, refuse_second_active, write
from hsl.school.refusals import ConflictError, MissingError
from hsl.school.rows import Booking

UNDOABLE = ("booking.change", "booking.undo", "person.move")
"""Acts on one booking; what they changed stands on the record."""


def undo(entry_id: int, *, actor: Actor, part_of: AuditEntry | None = None) -> Booking:
    """Take back the act ``entry_id`` of the record; gives the booking as it became.

    Former values are put back as they were, also 0 or NULL that a bot once wrote, and a stream that is listed no more.
    Raises MissingError for no such act or booking; ConflictError for an act that can't be taken back, that was
    already, whose booking has changed since in what the act changed, or where the former values break a rule.
    """
    with one_transaction():
        entry = _undoable(entry_id)
        before, after = _values(entry.before), _values(entry.after)
        booking = locked(int((entry.after or {})["booking"]))
        _refuse_changed(booking, after)
        restored = booking._replace(**before)
        refuse_second_active(booking, restored)
        for field, value in before.items():
            write([booking.id], field, value)
        record(
            actor,
            "booking.undo",
            entry.subject,
            {"booking": booking.id, **after},
            {"booking": booking.id, **before},
            undoes=entry,
            part_of=part_of,
        )
        return restored


def _undoable(entry_id: int) -> AuditEntry:
    """The act, its row locked so that of two who take it back at once one is refused."""
    entry = AuditEntry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise MissingError(_("id: there is no act %(act)s on the record"), act=entry_id)
    if entry.act not in UNDOABLE:
        raise ConflictError(_("This act can't be taken back"))
    if AuditEntry.objects.filter(undoes=entry).exists():
        raise ConflictError(_("This act was taken back already"))
    return entry


def _values(state: dict[str, Any] | None) -> dict[str, Any]:
    return {field: value for field, value in (state or {}).items() if field != "booking"}


def _refuse_changed(booking: Booking, after: dict[str, Any]) -> None:
    now = booking._asdict()
    changed = [field for field, value in after.items() if now[field] != value]
    if changed:
        raise ConflictError(
            _(
                "Booking %(booking)s has changed since (%(field)s is %(now)s by now), so this can't be taken back"
            ),
            booking=booking.id,
            field=changed[0],
            now=now[changed[0]],
        )
