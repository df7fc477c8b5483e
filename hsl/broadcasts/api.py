"""Messages over the JSON API: written, watched, paused, sent again, deleted."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Header, Router, Schema, Status
from ninja.params.functions import Query
from pydantic import AwareDatetime, ConfigDict, Field

from hsl.accounts.api_keys import BearerKey, key_of
from hsl.accounts.permissions import Permission
from hsl.broadcasts import controls, queries, services
from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.queries import Counts
from hsl.broadcasts.recipients import Asked, Recipients
from hsl.broadcasts.services import Draft
from hsl.broadcasts.statuses import Delivery
from hsl.broadcasts.statuses import Status as MessageStatus
from hsl.broadcasts.validation import refuse_problems
from hsl.projections.fold import catch_up
from hsl.school.parameters import Limit, RowId, Text, UserId
from hsl.school.refusals import InvalidError, MissingError
from hsl.telegram.messages import Button

router = Router(tags=["messages"])

MOST_PEOPLE = 1000
LONGEST_TEXT = 20_000
Below = Annotated[RowId | None, Query(description="The `next_cursor` of the page before.")]
After = Annotated[RowId | None, Query(description="The `next_cursor` of the page before.")]
IdempotencyKey = Annotated[
    Text | None,
    Header(
        alias="Idempotency-Key",
        description="The same key never makes two messages: with the same body the first is given back, with another "
        "it is refused.",
    ),
]


class ButtonIn(Schema):
    """A button: `url` opens an address, `callback_data` is a command that the school's bot handles."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Text
    url: Text = ""
    callback_data: Text = ""


class MessageIn(Schema):
    """A message to send. `message_text`: Telegram's HTML with personal fields. `recipient_type` `group` takes
    `recipient_group` (`all`, `non_course_users`, or a stream), `individual` takes `user_ids`. `scheduled_at`: when it
    goes out, with its offset, at most ten years ahead; left out or null: now. `quiet`: it waits out the school's quiet
    hours."""

    model_config = ConfigDict(extra="forbid")

    message_text: Annotated[str, Field(max_length=LONGEST_TEXT)]
    recipient_type: Literal["group", "individual"]
    recipient_group: Text | None = None
    user_ids: Annotated[list[UserId], Field(max_length=MOST_PEOPLE)] | None = None
    scheduled_at: AwareDatetime | None = None
    buttons: Annotated[list[list[ButtonIn]], Field(max_length=100)] = []
    silent: bool = False
    protected: bool = False
    link_preview: bool = True
    tracked: bool = False
    quiet: bool = False


class DeliveriesOut(Schema):
    """How many recipients by what became of them. `pending`: left to send, or on their way."""

    pending: int
    sent: int
    failed: int
    unknown: int
    deleted: int


class MessageOut(Schema):
    """A message. `status`: draft, scheduled, sending, paused, sent, cancelled, or external: another program's.
    `failed_by_reason`, `unknown_by_reason`: how many by reason. `left_out`: people whom the bot does not reach."""

    id: int
    message_text: str
    recipient_type: str | None
    recipient_group: str | None
    status: str
    scheduled_at: datetime | None
    sent_at: datetime | None
    created_at: datetime | None
    total_recipients: int
    successful_deliveries: int
    deliveries: DeliveriesOut
    failed_by_reason: dict[str, int]
    unknown_by_reason: dict[str, int]
    left_out: int
    paused_reason: str | None


class MessagesOut(Schema):
    """A page of messages, newest first."""

    messages: list[MessageOut]
    next_cursor: int | None


class RecipientOut(Schema):
    """Somebody whom a message is for. `reason` and `words` (Telegram's own): why it failed or is unknown."""

    id: int
    user_id: int
    username: str | None
    delivery_status: str
    telegram_message_id: int | None
    reason: str
    words: str
    settled_at: datetime | None


class RecipientsOut(Schema):
    """A page of recipients, in their order."""

    recipients: list[RecipientOut]
    next_cursor: int | None


class AgainOut(Schema):
    """To how many people it goes out once more."""

    people: int


class ResentOut(AgainOut):
    """`too_fresh`: how many of the unknown wait, since their worker may still say what became of them."""

    too_fresh: int


@router.post("/messages", response={201: MessageOut}, auth=BearerKey(Permission.WRITE_BROADCASTS))
def send_message(
    request: HttpRequest, body: MessageIn, idempotency_key: IdempotencyKey = None
) -> Status[Any]:
    """Send a message, now or at `scheduled_at`. Gives it; the sender does the rest."""
    key = key_of(request)
    draft = _draft(body)
    refuse_problems(draft.content)
    catch_up()
    with transaction.atomic():
        name = None if idempotency_key is None else f"api:{key.pk}:{idempotency_key}"
        message_id = None if name is None else services.made_with(name, _hash(body))
        if message_id is None:
            message_id = services.create(draft, actor=key, idempotency_key=name, body=_hash(body))
            services.schedule(message_id, body.scheduled_at, actor=key)
    return Status(201, _message(message_id))


@router.get("/messages", response=MessagesOut, auth=BearerKey(Permission.SEE_BROADCASTS))
def list_messages(
    request: HttpRequest, status: MessageStatus | None = None, cursor: Below = None, limit: Limit = Query(50)
) -> dict[str, Any]:
    """Messages, ours and other programs', newest first."""
    found = queries.newest(status, below=cursor, limit=limit + 1)
    messages = found[:limit]
    ours = [message.id for message in messages if message.status != MessageStatus.EXTERNAL]
    counts = queries.counts(
        ours, [message.id for message in messages if message.status == MessageStatus.EXTERNAL]
    )
    return {
        "messages": [_shown(message, counts[message.id]) for message in messages],
        "next_cursor": messages[-1].id if len(found) > limit else None,
    }


@router.get("/messages/{message_id}", response=MessageOut, auth=BearerKey(Permission.SEE_BROADCASTS))
def show_message(request: HttpRequest, message_id: RowId) -> dict[str, Any]:
    """A message, and how far it is."""
    return _message(message_id)


@router.get(
    "/messages/{message_id}/recipients", response=RecipientsOut, auth=BearerKey(Permission.SEE_BROADCASTS)
)
def list_recipients(
    request: HttpRequest,
    message_id: RowId,
    delivery_status: Delivery | None = None,
    cursor: After = None,
    limit: Limit = Query(50),
) -> dict[str, Any]:
    """Whom a message is for and what became of each, in their order."""
    message = _found(message_id)
    ours = message.status != MessageStatus.EXTERNAL
    counts = queries.counts([message_id] if ours else [], [] if ours else [message_id])[message_id]
    asked = Asked(status=None if delivery_status is None else str(delivery_status))
    found = Recipients(message_id, asked, counts, ours=ours).read(cursor, limit + 1)
    recipients = [
        {**one._asdict(), "delivery_status": one.status, "settled_at": one.at} for one in found[:limit]
    ]
    return {"recipients": recipients, "next_cursor": found[limit - 1].id if len(found) > limit else None}


@router.post("/messages/{message_id}/pause", response=MessageOut, auth=BearerKey(Permission.WRITE_BROADCASTS))
def pause_message(request: HttpRequest, message_id: RowId) -> dict[str, Any]:
    """Send no more of it until it is resumed; what is on its way arrives."""
    controls.pause(message_id, actor=key_of(request))
    return _message(message_id)


@router.post(
    "/messages/{message_id}/resume", response=MessageOut, auth=BearerKey(Permission.WRITE_BROADCASTS)
)
def resume_message(request: HttpRequest, message_id: RowId) -> dict[str, Any]:
    """Go on with a paused message."""
    controls.resume(message_id, actor=key_of(request))
    return _message(message_id)


@router.post(
    "/messages/{message_id}/cancel", response=MessageOut, auth=BearerKey(Permission.WRITE_BROADCASTS)
)
def cancel_message(request: HttpRequest, message_id: RowId) -> dict[str, Any]:
    """Never send the rest."""
    controls.cancel(message_id, actor=key_of(request))
    return _message(message_id)


@router.post(
    "/messages/{message_id}/retry-failed", response=AgainOut, auth=BearerKey(Permission.WRITE_BROADCASTS)
)
def retry_failed(request: HttpRequest, message_id: RowId) -> dict[str, int]:
    """Send again to whom it failed."""
    key = key_of(request)
    return {"people": controls.retry_failed(message_id, actor=key)}


@router.post(
    "/messages/{message_id}/resend-unknown", response=ResentOut, auth=BearerKey(Permission.WRITE_BROADCASTS)
)
def resend_unknown(request: HttpRequest, message_id: RowId) -> dict[str, int]:
    """Send again to those of whom nobody knows whether they got it: some may then have it twice."""
    key = key_of(request)
    return controls.resend_unknown(message_id, actor=key)._asdict()


@router.delete("/messages/{message_id}", response={204: None}, auth=BearerKey(Permission.WRITE_BROADCASTS))
def delete_message(request: HttpRequest, message_id: RowId) -> Status[Any]:
    """Delete the record of a message and of who got it; what arrived stays in the chats."""
    services.delete(message_id, actor=key_of(request))
    return Status(204, None)


def _hash(body: MessageIn) -> bytes:
    """Of what a body means, however it is written: its keys in whatever order, its time at whatever offset, what is so
    anyway said or not (nor does a later version's new field change it)."""
    at = body.scheduled_at
    meant = body.dict(exclude_defaults=True) | {"scheduled_at": None if at is None else at.timestamp()}
    return sha256(json.dumps(meant, sort_keys=True).encode()).digest()


def _draft(body: MessageIn) -> Draft:
    """What the body asks for. Raises InvalidError where its recipients are not of its type."""
    group = body.recipient_type == "group"
    if group and (body.user_ids is not None or body.recipient_group is None):
        raise InvalidError(
            _("recipient_group: a message to a group takes a recipient_group, and no user_ids")
        )
    if not group and (body.recipient_group is not None or not body.user_ids):
        raise InvalidError(_("user_ids: an individual message takes user_ids, and no recipient_group"))
    content = Content(
        text=body.message_text,
        buttons=tuple(tuple(Button(**button.dict()) for button in row) for row in body.buttons),
        silent=body.silent,
        protected=body.protected,
        link_preview=body.link_preview,
        tracked=body.tracked,
    )
    audience = Audience(
        groups=(body.recipient_group,) if body.recipient_group is not None else (),
        people=tuple(dict.fromkeys(body.user_ids or ())),
    )
    return Draft(content, audience, quiet=body.quiet)


def _found(message_id: int) -> queries.Message:
    found = queries.message(message_id)
    if found is None:
        raise MissingError(_("id: there is no message %(id)s"), id=message_id)
    return found


def _message(message_id: int) -> dict[str, Any]:
    found = _found(message_id)
    ours = found.status != MessageStatus.EXTERNAL
    counts = queries.counts([message_id] if ours else [], [] if ours else [message_id])
    return _shown(found, counts[message_id])


def _shown(message: queries.Message, counts: Counts) -> dict[str, Any]:
    return {
        **message._asdict(),
        "total_recipients": counts.total,
        "successful_deliveries": counts.sent + counts.deleted,
        "deliveries": {
            "pending": counts.left,
            "sent": counts.sent,
            "failed": counts.failed,
            "unknown": counts.unknown,
            "deleted": counts.deleted,
        },
        "failed_by_reason": counts.reasons["failed"],
        "unknown_by_reason": counts.reasons["unknown"],
    }
