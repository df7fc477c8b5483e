"""A message of ours: its row of ``broadcasts``, and the specification's of ``message_history``."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_noop as _
from psycopg import sql
from psycopg.errors import LockNotAvailable

from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content
from hsl.broadcasts.statuses import Status
from hsl.projections.connect import djangos_connection
from hsl.school.message_tables import obstacles
from hsl.school.refusals import ConflictError, MissingError
from hsl.school.selecting import select

_LOCK_WAIT = "SET LOCAL lock_timeout = '2s'"
_ONE = """
SELECT message_id, bot_id, status, audience, content, scheduled_at, quiet, individual, started_at, finished_at,
  resumes_at, paused_reason, paused_words, left_out, created_by, created_at, updated_at
FROM broadcasts WHERE message_id = %s
"""
_UPDATE = sql.SQL(
    "UPDATE broadcasts SET {}, updated_at = clock_timestamp() WHERE message_id = %(message_id)s"
)
_THERE = "SELECT FROM public.message_history WHERE id = %s"
_OURS = "SELECT FROM own_tables WHERE name = 'message_history'"
_OURS_TOO = "SELECT FROM own_tables WHERE name = 'message_recipients'"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A message of ours. The times are of UTC."""

    message_id: int
    bot_id: int | None
    status: Status
    audience: Audience
    content: Content
    scheduled_at: datetime | None
    quiet: bool
    individual: bool
    started_at: datetime | None
    finished_at: datetime | None
    resumes_at: datetime | None
    paused_reason: str | None
    paused_words: str | None
    left_out: int
    created_by: int | None
    created_at: datetime
    updated_at: datetime


def broadcast(message_id: int) -> Broadcast:
    """The message of this id. Raises MissingError; ConflictError where it is another program's."""
    found = select(_ONE, [message_id])
    return _only(found, message_id)


@contextmanager
def locked(message_id: int) -> Iterator[Broadcast]:
    """A transaction that holds the message: nobody else changes its status meanwhile.

    Raises:
        MissingError: there is no such message.
        ConflictError: it is another program's, or its recipients are being chosen this moment.
    """
    try:
        with transaction.atomic():
            run(_LOCK_WAIT)
            found = select(_ONE + " FOR UPDATE", [message_id])
            yield _only(found, message_id)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        raise ConflictError(
            _("The message's recipients are being chosen: try again in some seconds")
        ) from error


def update(message_id: int, **columns: Any) -> None:  # noqa: ANN401 # a column holds what its type says
    """Set columns of a message of ours; its time of change is now."""
    names = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in columns
    )
    run(_UPDATE.format(names), {**columns, "message_id": message_id})


def ours_alone() -> bool:
    """Whether message_history is a table that we made: elsewhere another program's scheduler may read it."""
    return bool(select(_OURS))


def run(statement: str | sql.Composed, values: Sequence[Any] | Mapping[str, Any] = ()) -> int:
    """Run a statement; gives how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def refuse_obstacles() -> None:
    """Raise ConflictError, with what to run, where the messaging tables can't hold what sending writes."""
    if ours_alone() and select(_OURS_TOO):
        return
    for found in obstacles(djangos_connection()):
        raise ConflictError(
            _("Nothing can be sent with the tables of this database. %(why)s Let its owner run: %(fix)s"),
            why=found.sentence,
            fix=found.fix,
        )


def _only(found: list[tuple[Any, ...]], message_id: int) -> Broadcast:
    if not found:
        if select(_THERE, [message_id]):
            raise ConflictError(_("This message is another program's: it is shown here, and never touched"))
        raise MissingError(_("id: there is no message %(id)s"), id=message_id)
    (row,) = found
    return Broadcast(
        row[0],
        row[1],
        Status(row[2]),
        Audience.from_json(json.loads(row[3])),
        Content.from_json(json.loads(row[4])),
        *row[5:],
    )
