"""What an operator does to a message that was started. Each is one transaction, and safe at any moment and from two
windows at once: the second finds the message as the first has left it."""

from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_noop as _
from psycopg.types.json import Jsonb

from hsl.accounts.audit import Actor, record
from hsl.accounts.models import Operator
from hsl.broadcasts.content import Content
from hsl.broadcasts.messages import Broadcast, locked, run, update
from hsl.broadcasts.services import refuse_in_flight
from hsl.broadcasts.statuses import HEARTBEAT_AGE_SECONDS, LEFT_UNKNOWN, Pause, Status
from hsl.broadcasts.validation import refuse_problems
from hsl.school.refusals import ConflictError
from hsl.school.selecting import select, value
from hsl.school.sqlfile import read_sql
from hsl.telegram.bot import our_bot

_RETRY_FAILED = read_sql(__file__, "sql/retry_failed.sql")
_RESEND_UNKNOWN = read_sql(__file__, "sql/resend_unknown.sql")
_DISMISS_UNKNOWN = read_sql(__file__, "sql/dismiss_unknown.sql")
_FRESH_UNKNOWN = """
SELECT count(*) FROM public.message_recipients r JOIN deliveries d ON d.recipient_id = r.id
WHERE r.message_id = %(message)s AND r.delivery_status = 'unknown'
  AND d.settled_at > clock_timestamp() - make_interval(secs => %(age)s)
"""
_ACT = "INSERT INTO message_acts (message_id, kind, content, created_by) VALUES (%s, %s, %s, %s) RETURNING id"
_ACT_COUNTED = "INSERT INTO act_counts (act_id, state, people) VALUES (%s, 'wanted', %s)"
_ACT_ROWS = """
INSERT INTO message_act_rows (act_id, recipient_id)
SELECT %s, id FROM public.message_recipients
WHERE message_id = %s AND delivery_status = 'sent' AND telegram_message_id IS NOT NULL
"""
_RUNNING_ACT = "SELECT FROM message_acts WHERE message_id = %s AND status IN ('running', 'paused')"
_LEFT = """
SELECT coalesce(sum(people), 0)::integer FROM delivery_counts WHERE message_id = %s AND status IN ('pending', 'sending')
"""
_GOT = """
SELECT EXISTS (SELECT FROM public.message_recipients WHERE message_id = %s
               AND delivery_status IN ('sending', 'sent', 'unknown', 'deleted'))
"""
_EDITED = "UPDATE public.message_history SET message_text = %s WHERE id = %s"
_STOP_ACT = """
UPDATE message_acts SET status = 'cancelled', finished_at = now()
WHERE id = %s AND message_id = %s AND status <> 'done'
"""


def pause(message_id: int, *, actor: Actor) -> None:
    """Send no more of it until it is resumed; what is on its way arrives. Pausing what is paused changes nothing.

    Raises MissingError; ConflictError where it isn't being sent.
    """
    with locked(message_id) as message:
        if message.status is Status.PAUSED and message.paused_reason == Pause.OPERATOR:
            return
        if message.status not in (Status.SENDING, Status.PAUSED):
            raise ConflictError(_("This message is not being sent"))
        update(
            message_id,
            status=Status.PAUSED,
            paused_reason=Pause.OPERATOR,
            paused_words=None,
            resumes_at=None,
        )
        record(actor, "broadcast.pause", f"broadcast:{message_id}")


def resume(message_id: int, *, actor: Actor) -> None:
    """Go on with a paused message; one that never began is begun now. Resuming what is being sent changes nothing.

    Raises MissingError; ConflictError where it isn't paused, or another bot's.
    """
    with locked(message_id) as message:
        if message.status is Status.SENDING:
            return
        if message.status is not Status.PAUSED:
            raise ConflictError(_("This message is not paused"))
        _give_to_our_bot(message)
        _go_on(message)
        record(actor, "broadcast.resume", f"broadcast:{message_id}")


def cancel(message_id: int, *, actor: Actor) -> None:
    """Never send the rest. What is on its way arrives; who was not written to stays pending. Twice is as once.

    Raises MissingError; ConflictError where it is a draft, or has ended.
    """
    with locked(message_id) as message:
        if message.status is Status.CANCELLED:
            return
        if message.status not in (Status.SCHEDULED, Status.SENDING, Status.PAUSED):
            raise ConflictError(_("There is nothing to cancel: this message is not on its way"))
        update(
            message_id,
            status=Status.CANCELLED,
            finished_at=timezone.now(),
            paused_reason=None,
            resumes_at=None,
        )
        record(actor, "broadcast.cancel", f"broadcast:{message_id}")


def retry_failed(message_id: int, *, actor: Actor) -> int:
    """Send again to whom it failed, also whom the bot couldn't reach; gives to how many.

    Whom an operator let be as unknown is left. Raises MissingError; ConflictError where nobody failed, it never began,
    is another bot's, or was cancelled with people left, who are never written to.
    """
    return _again(message_id, _RETRY_FAILED, "broadcast.retry_failed", actor)


class Resent(NamedTuple):
    """Of the unknown: how many go out again, and how many are too fresh: their worker may still say what became."""

    people: int
    too_fresh: int


def resend_unknown(message_id: int, *, actor: Actor) -> Resent:
    """Send again to those of whom nobody knows whether they got it: an operator's decision, since some may get it
    twice. Those that became unknown less than a heartbeat's age ago wait. Raises MissingError, ConflictError."""
    resent = _again(message_id, _RESEND_UNKNOWN, "broadcast.resend_unknown", actor)
    return Resent(resent, fresh_unknown(message_id))


def dismiss_unknown(message_id: int, *, actor: Actor) -> int:
    """Let those be of whom nobody knows whether they got it; gives how many. Raises MissingError, ConflictError."""
    with locked(message_id):
        left = int(value(_DISMISS_UNKNOWN, {"message": message_id, "reason": LEFT_UNKNOWN}))
        if not left:
            raise ConflictError(_("There is nobody of whom it isn't known"))
        record(actor, "broadcast.dismiss_unknown", f"broadcast:{message_id}", None, {"people": left})
    return left


def edit(message_id: int, content: Content, *, actor: Actor) -> int:
    """Edit the sent message in every chat, with progress; gives the act's id. Safe to repeat.

    Raises MissingError; InvalidError where the content can't be; ConflictError where nobody got it or another act runs.
    """
    refuse_problems(content)
    return _act(message_id, "edit", content, actor)


def recall(message_id: int, *, actor: Actor) -> int:
    """Delete the message from every chat, as far as Telegram lets (48 hours); gives the act's id.

    Raises MissingError; ConflictError where nobody got it or another act runs.
    """
    return _act(message_id, "recall", None, actor)


def stop_act(message_id: int, act_id: int, *, actor: Actor) -> None:
    """Stop editing or recalling: what is done stays done. Raises MissingError, ConflictError where it has ended."""
    with locked(message_id):
        if not run(_STOP_ACT, [act_id, message_id]):
            raise ConflictError(_("This has ended already"))
        record(actor, "broadcast.stop_act", f"broadcast:{message_id}")


def _again(message_id: int, statement: str, act: str, actor: Actor) -> int:
    with locked(message_id) as message:
        if message.started_at is None:
            raise ConflictError(_("This message was never begun"))
        if message.status is Status.CANCELLED and value(_LEFT, [message_id]):
            raise ConflictError(
                _("It was cancelled with people left, who would get it too: write it again from a copy")
            )
        _give_to_our_bot(message)
        again = int(
            value(statement, {"message": message_id, "age": HEARTBEAT_AGE_SECONDS, "left": LEFT_UNKNOWN})
        )
        if not again:
            waiting = fresh_unknown(message_id)
            raise ConflictError(
                _("There is nobody to send it to again")
                if not waiting
                else _("Too early: try again in some seconds")
            )
        if message.status in (Status.SENT, Status.CANCELLED):
            update(message_id, status=Status.SENDING, mark=0, finished_at=None, paused_reason=None)
        else:
            update(message_id, mark=0)
        record(actor, act, f"broadcast:{message_id}", None, {"people": again})
    return again


def fresh_unknown(message_id: int) -> int:
    """How many became unknown so short a while ago that their worker may still say what became of them."""
    return int(value(_FRESH_UNKNOWN, {"message": message_id, "age": HEARTBEAT_AGE_SECONDS}))


def _give_to_our_bot(message: Broadcast) -> None:
    """What nobody has, or may have, goes on with the bot of now. Else it stays its bot's: another can neither edit nor
    recall what that one sent, and its number of a message is another message's. Raises ConflictError."""
    bot = our_bot()
    if bot is None or message.bot_id == bot:
        return
    if value(_GOT, [message.message_id]):
        raise ConflictError(
            _(
                "It was begun with another bot, and only that one can go on with it:"
                " start with its token, or write again from a copy"
            )
        )
    update(message.message_id, bot_id=bot)


def _go_on(message: Broadcast) -> None:
    begun = message.started_at is not None
    update(
        message.message_id,
        status=Status.SENDING if begun else Status.SCHEDULED,
        scheduled_at=message.scheduled_at if begun else None,
        paused_reason=None,
        paused_words=None,
        resumes_at=None,
    )


def _act(message_id: int, kind: str, content: Content | None, actor: Actor) -> int:
    with locked(message_id) as message:
        refuse_in_flight(message)
        if our_bot() not in (None, message.bot_id):
            raise ConflictError(
                _("Another bot sent this message, and only that one can change it: start with its token")
            )
        if select(_RUNNING_ACT, [message_id]):
            raise ConflictError(_("This message is being edited or recalled already"))
        by = actor.pk if isinstance(actor, Operator) else None
        ((act_id,),) = select(_ACT, [message_id, kind, Jsonb(content.to_json()) if content else None, by])
        people = run(_ACT_ROWS, [act_id, message_id])
        if not people:
            raise ConflictError(_("Nobody has this message in their chat"))
        run(_ACT_COUNTED, [act_id, people])
        if content is not None:
            update(message_id, content=Jsonb(content.to_json()))
            run(_EDITED, [content.text, message_id])
        record(actor, f"broadcast.{kind}", f"broadcast:{message_id}")
    return int(act_id)
