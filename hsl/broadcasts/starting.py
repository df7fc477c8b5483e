"""The start of a message whose time has come: its people are chosen, and it is on its way. A worker does this."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from django.db import DataError, IntegrityError, ProgrammingError
from django.utils import timezone

from hsl.broadcasts import audience as audiences
from hsl.broadcasts.messages import Broadcast, locked, run, update
from hsl.broadcasts.quiet_hours import end_of_quiet
from hsl.broadcasts.statuses import HEARTBEAT_AGE_SECONDS, Pause, Status
from hsl.broadcasts.tracking import store_links
from hsl.projections.connect import djangos_connection
from hsl.projections.fold import fold_to_the_end
from hsl.school.refusals import ConflictError, MissingError, RefusedError
from hsl.school.selecting import select
from hsl.school.sqlfile import read_sql
from hsl.telegram.bot import our_bot

MISSED = timedelta(minutes=15)
"""A start that comes later than this after its time is asked about first."""
_FIX = audiences.CHOSEN + read_sql(__file__, "sql/fix_audience.sql")
_DUE = read_sql(__file__, "sql/due.sql")
_AWAKE = "SELECT message_id FROM broadcasts WHERE bot_id = %s AND status = 'sending' AND quiet"
_BEGUN = """
UPDATE public.message_history SET total_recipients = %(people)s, sent_at = clock_timestamp() WHERE id = %(id)s
"""
_COUNTED = """
INSERT INTO delivery_counts (message_id, status, reason, people) SELECT %(id)s, 'pending', '', %(people)s
WHERE %(people)s > 0
"""

log = structlog.get_logger()


class Fixed(NamedTuple):
    """The recipients of a message: how many, the first and the last row, and how many people were left out."""

    people: int
    first: int
    last: int
    left_out: int


def start_due(bot_id: int) -> None:
    """Start each message whose time has come, of this bot or of one without a living worker, with this bot; pause those
    of the bot that are to wait out the school's quiet hours, and go on with those that have."""
    for (message_id,) in select(_DUE, {"bot": bot_id, "age": HEARTBEAT_AGE_SECONDS}):
        try:
            start(message_id)
        except ConflictError as refusal:
            log.info("a message waits", message=message_id, reason=str(refusal))
        except (RefusedError, ProgrammingError, DataError, IntegrityError) as error:
            log.warning("a message can't be started", message=message_id, error=str(error).strip())
            _give_up(message_id, str(error).strip())
    until = end_of_quiet(timezone.now())
    if until is not None:
        for (message_id,) in select(_AWAKE, [bot_id]):
            with suppress(ConflictError, MissingError), locked(message_id) as message:  # else the next time
                if message.status is Status.SENDING:
                    _wait_out(message, until)


def start(message_id: int) -> None:
    """Start one message, or go on with it, if it is due still.

    Everything that has changed in the facts is folded first: who has just paid must not be told to pay.
    """
    if not _is_due(select("SELECT status FROM broadcasts WHERE message_id = %s", [message_id])):
        return
    fold_to_the_end(djangos_connection())
    with locked(message_id) as message:
        now = timezone.now()
        if not _waits(message, now):
            return
        if message.status is Status.PAUSED:
            _resume(message, now)
        else:
            _begin(message, now)


def _give_up(message_id: int, words: str) -> None:
    """Pause a message that can't be started as it is: its people can't be chosen, or their rows not be written. What an
    operator did to it meanwhile stands."""
    with suppress(ConflictError, MissingError), locked(message_id) as message:  # else the next time
        if not _waits(message, timezone.now()):
            return
        update(
            message_id,
            status=Status.PAUSED,
            paused_reason=Pause.NOT_STARTED,
            paused_words=words[:300],
            resumes_at=None,
        )


def fix_audience(message: Broadcast) -> Fixed:
    """Make the rows of a message's recipients, inside the caller's transaction."""
    values = {
        **audiences.values(message.audience),
        "message": message.message_id,
        "bot": message.bot_id,
        "individual": message.individual,
    }
    return Fixed(*select(_FIX, values)[0])


def _waits(message: Broadcast, now: datetime) -> bool:
    """Whether its time has come."""
    if message.status is Status.PAUSED:
        return message.resumes_at is not None and message.resumes_at <= now
    return message.status is Status.SCHEDULED and (message.scheduled_at or now) <= now


def _is_due(found: list[tuple[str]]) -> bool:
    return bool(found) and found[0][0] in (Status.SCHEDULED, Status.PAUSED)


def _begin(message: Broadcast, now: datetime) -> None:
    due = message.resumes_at or message.scheduled_at or message.updated_at
    if now - due > MISSED:
        update(message.message_id, status=Status.PAUSED, paused_reason=Pause.MISSED, resumes_at=None)
        return
    if message.quiet and (until := end_of_quiet(now)) is not None:
        _wait_out(message, until)
        return
    message = replace(message, bot_id=our_bot() or message.bot_id)
    store_links(message.message_id, message.content)
    fixed = fix_audience(message)
    told = {"id": message.message_id, "people": fixed.people}
    run(_BEGUN, told)
    run(_COUNTED, told)
    update(
        message.message_id,
        status=Status.SENDING if fixed.people else Status.PAUSED,
        paused_reason=None if fixed.people else Pause.NOBODY,
        bot_id=message.bot_id,
        started_at=now if fixed.people else None,
        mark=fixed.first - 1,
        first_recipient=fixed.first,
        last_recipient=fixed.last,
        left_out=fixed.left_out,
        resumes_at=None,
    )


def _resume(message: Broadcast, now: datetime) -> None:
    if message.started_at is None:
        _begin(message, now)
    else:
        update(message.message_id, status=Status.SENDING, paused_reason=None, resumes_at=None)


def _wait_out(message: Broadcast, until: datetime) -> None:
    update(message.message_id, status=Status.PAUSED, paused_reason=Pause.QUIET, resumes_at=until)
