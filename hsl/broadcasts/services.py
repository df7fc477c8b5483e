"""Writing messages: drafts, their start and schedule, copies, the end of their record. Each is one transaction."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from psycopg.types.json import Jsonb

from hsl.accounts.audit import Actor, record
from hsl.accounts.models import Operator
from hsl.broadcasts import audience as audiences
from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.messages import (
    Broadcast,
    broadcast,
    locked,
    ours_alone,
    refuse_obstacles,
    run,
    update,
)
from hsl.broadcasts.statuses import Status
from hsl.broadcasts.validation import refuse_problems
from hsl.school.refusals import ConflictError, InvalidError
from hsl.school.selecting import select, value
from hsl.telegram.bot import our_bot

UNSENT = frozenset({Status.DRAFT, Status.SCHEDULED})
FURTHEST = timedelta(days=3653)
"""How far ahead a message may be scheduled: ten years. A year beyond is a slip of the hand."""

_MESSAGE = """
INSERT INTO public.message_history
  (message_text, total_recipients, successful_deliveries, sent_at, recipient_type, recipient_group)
VALUES (%(text)s, 0, 0, NULL, %(type)s, %(group)s) RETURNING id
"""
_BROADCAST = """
INSERT INTO broadcasts
  (message_id, audience, content, quiet, individual, created_by, idempotency_key, idempotency_body)
VALUES (%(id)s, %(audience)s, %(content)s, %(quiet)s, %(individual)s, %(by)s, %(key)s, %(body)s)
"""
_REWRITE = """
UPDATE public.message_history SET message_text = %(text)s, recipient_type = %(type)s, recipient_group = %(group)s
WHERE id = %(id)s
"""
_LONGEST_GROUP = """
SELECT atttypmod - 4 FROM pg_attribute
WHERE attrelid = 'public.message_history'::regclass AND attname = 'recipient_group' AND atttypmod > 4
"""
_BY_KEY = (
    "SELECT message_id, coalesce(idempotency_body = %s, true) FROM broadcasts WHERE idempotency_key = %s"
)
_OF_A_DELETED = "SELECT FROM deleted_keys WHERE idempotency_key = %s"
_KEEP_KEY = """
INSERT INTO deleted_keys (idempotency_key)
SELECT idempotency_key FROM broadcasts WHERE message_id = %s AND idempotency_key IS NOT NULL
"""
_SHOW_SCHEDULE = "UPDATE public.message_history SET scheduled_at = %s WHERE id = %s"
_IN_FLIGHT = """
SELECT EXISTS (SELECT FROM public.message_recipients WHERE message_id = %s AND delivery_status = 'sending')
"""
_DELETE = (
    _KEEP_KEY,
    "DELETE FROM message_acts WHERE message_id = %s",
    "DELETE FROM deliveries WHERE message_id = %s",
    "DELETE FROM delivery_counts WHERE message_id = %s",
    "DELETE FROM broadcasts WHERE message_id = %s",
    "DELETE FROM public.message_recipients WHERE message_id = %s",
    "DELETE FROM public.message_history WHERE id = %s",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as it is written: what, for whom, and whether it waits out the quiet hours."""

    content: Content
    audience: Audience = field(default_factory=Audience)
    quiet: bool = False


def create(
    draft: Draft, *, actor: Actor, idempotency_key: str | None = None, body: bytes | None = None
) -> int:
    """Keep a new draft; gives its id, which is that of ``message_history``.

    ``idempotency_key``, ``body``: as of ``made_with``; the message that was made with them is given, and none is made.
    Raises ConflictError where a bot's own messaging tables can't hold what sending writes.
    """
    with transaction.atomic():
        if idempotency_key is not None and (made := made_with(idempotency_key, body)) is not None:
            return made
        refuse_obstacles()
        ((message_id,),) = select(_MESSAGE, _told(draft))
        values = {
            "id": message_id,
            "audience": Jsonb(draft.audience.to_json()),
            "content": Jsonb(draft.content.to_json()),
            "quiet": draft.quiet,
            "individual": draft.audience.individual,
            "by": actor.pk if isinstance(actor, Operator) else None,
            "key": idempotency_key,
            "body": body,
        }
        run(_BROADCAST, values)
        record(actor, "broadcast.write", f"broadcast:{message_id}")
    return int(message_id)


def made_with(idempotency_key: str, body: bytes | None) -> int | None:
    """The message that was made with this key; None where there is none, and until the end of the caller's transaction
    nobody else makes one. ``body``: a hash of what was sent with the key, None where it may change.

    Raises InvalidError where the key was sent with another body, as far as it is known with which; ConflictError where
    the record of its message was deleted since: it may have been sent.
    """
    run("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [idempotency_key])
    for message_id, same in select(_BY_KEY, [body, idempotency_key]):
        if not same:
            raise InvalidError(
                _(
                    "Idempotency-Key: this key was sent before with another body; give each message a key of its own"
                )
            )
        return int(message_id)
    if select(_OF_A_DELETED, [idempotency_key]):
        raise ConflictError(
            _(
                "Idempotency-Key: the record of this key's message was deleted; give a new message a key of its own"
            )
        )
    return None


def save_draft(message_id: int, draft: Draft) -> None:
    """Keep what was written on. Raises MissingError, ConflictError once it has been scheduled or sent."""
    with locked(message_id) as message:
        if message.status is not Status.DRAFT:
            raise ConflictError(_("This message is no draft any more: take it back to the drafts first"))
        update(
            message_id,
            audience=Jsonb(draft.audience.to_json()),
            content=Jsonb(draft.content.to_json()),
            quiet=draft.quiet,
            individual=draft.audience.individual,
        )
        run(_REWRITE, {"id": message_id, **_told(draft)})


def schedule(message_id: int, at: datetime | None, *, actor: Actor) -> datetime:
    """Let a draft, or a message scheduled before, go out at ``at``, None for now; gives when. Its people are chosen
    then, by a worker.

    Raises MissingError; InvalidError where the text, the audience or the time can't be; ConflictError where it was
    started before, or there is no bot to send with.
    """
    with locked(message_id) as message:
        if message.status not in UNSENT:
            raise ConflictError(_("This message was started already"))
        if our_bot() is None:
            raise ConflictError(_("There is no bot to send with: set HSL_BOT_TOKEN and start again"))
        refuse_obstacles()
        refuse_problems(message.content)
        audiences.check(message.audience)
        if audiences.reach(message.audience, our_bot()).people == 0:
            raise InvalidError(_("recipients: nobody is in this audience now"))
        if at is not None:
            refuse_time(at)
        update(message_id, status=Status.SCHEDULED, scheduled_at=at, bot_id=our_bot())
        if ours_alone():
            run(_SHOW_SCHEDULE, [at, message_id])
        after = {"scheduled_at": at.isoformat() if at else None}
        record(
            actor, "broadcast.schedule" if at else "broadcast.start", f"broadcast:{message_id}", None, after
        )
    return at or timezone.now()


def refuse_time(at: datetime) -> None:
    """Raise InvalidError where no message can be scheduled for ``at``: it has passed, or is more than ten years off."""
    ahead = at - timezone.now()
    if ahead <= timedelta():
        raise InvalidError(_("scheduled_at: this time has passed; give a later one"))
    if ahead > FURTHEST:
        raise InvalidError(_("scheduled_at: this is more than ten years ahead; give an earlier time"))


def unschedule(message_id: int, *, actor: Actor) -> None:
    """Make a scheduled message a draft again. Raises MissingError, ConflictError where it has been started."""
    with locked(message_id) as message:
        if message.status is not Status.SCHEDULED:
            raise ConflictError(_("This message is not waiting for its time"))
        update(message_id, status=Status.DRAFT, scheduled_at=None)
        if ours_alone():
            run(_SHOW_SCHEDULE, [None, message_id])
        record(actor, "broadcast.unschedule", f"broadcast:{message_id}")


def duplicate(message_id: int, *, actor: Actor) -> int:
    """A new draft with the same content and audience; gives its id. Raises MissingError, ConflictError."""
    message = broadcast(message_id)
    return create(Draft(message.content, message.audience, message.quiet), actor=actor)


def delete(message_id: int, *, actor: Actor) -> None:
    """Delete the record of a message and of who got it; what arrived stays in the chats.

    Raises MissingError; ConflictError while it is being sent: pause or cancel it first.
    """
    with locked(message_id) as message:
        refuse_in_flight(message)
        record(actor, "broadcast.delete", f"broadcast:{message_id}", _remembered(message))
        for statement in _DELETE:
            run(statement, [message_id])


def refuse_in_flight(message: Broadcast) -> None:
    """Raise ConflictError while anything of the message is on its way."""
    if message.status is Status.SENDING or value(_IN_FLIGHT, [message.message_id]):
        raise ConflictError(_("This message is being sent: pause or cancel it first"))


def _remembered(message: Broadcast) -> dict[str, str | int | None]:
    return {"text": message.content.text[:200], "status": message.status}


def _told(draft: Draft) -> dict[str, str | None]:
    """What the specification's row says of the audience. In a bot's table the names of many groups may not fit."""
    audience = draft.audience
    group = ", ".join(audience.groups) or None
    for (longest,) in select(_LONGEST_GROUP):
        group = group and group[:longest]
    return {
        "text": draft.content.text,
        "type": "individual" if audience.individual or (audience.people and not group) else "group",
        "group": group,
    }
