"""The record of acts. Every service that changes something for somebody writes here, in its own
transaction."""

from collections.abc import Mapping

from hsl.accounts.models import ApiKey, AuditEntry, Operator

COMMAND_LINE = None
"""The actor of what is done with the ``hsl`` command: whoever has a shell on the host."""

Value = str | int | float | bool | None
Actor = Operator | ApiKey | None
State = Mapping[str, Value]


def record(
    actor: Actor,
    act: str,
    subject: str,
    before: State | None = None,
    after: State | None = None,
    *,
    undoes: AuditEntry | None = None,
    part_of: AuditEntry | None = None,
) -> AuditEntry:
    """Write down one act.

    ``act`` is what was done, in ``noun.verb`` (``booking.confirm``); ``subject`` to what (``booking:17``,
    ``person:1001``); ``before`` and ``after`` hold the fields that changed, nothing secret. Call it inside
    the transaction of the change itself, so that neither stands without the other. ``undoes``: the act that this one
    takes back; an act is taken back once (IntegrityError). ``part_of``: the act on many of which this is one.
    """
    entry = entry_of(actor, act, subject, before, after, undoes=undoes, part_of=part_of)
    entry.save(force_insert=True)
    return entry


def entry_of(
    actor: Actor,
    act: str,
    subject: str,
    before: State | None = None,
    after: State | None = None,
    *,
    undoes: AuditEntry | None = None,
    part_of: AuditEntry | None = None,
) -> AuditEntry:
    """What ``record`` writes, not written yet: for acts on many, whose entries are written together."""
    return AuditEntry(
        operator=actor if isinstance(actor, Operator) else None,
        api_key=actor if isinstance(actor, ApiKey) else None,
        actor="hsl" if actor is None else str(actor),
        act=act,
        subject=subject,
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        undoes=undoes,
        part_of=part_of,
    )
