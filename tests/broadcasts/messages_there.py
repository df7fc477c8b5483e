"""Messages in every state, as the sender would have left them."""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from hsl.broadcasts.audience import Audience
from hsl.broadcasts.content import Content

BOT = 4242


def people(conn: psycopg.Connection[Any], count: int) -> None:
    """People 1 to ``count``, not folded yet."""
    conn.execute(
        "INSERT INTO public.events (user_id, username, first_name, event_type)"
        " SELECT n, 'user' || n, 'Person ' || n, 'start_command' FROM generate_series(1, %s) AS n",
        [count],
    )


def message(
    conn: psycopg.Connection[Any],
    outcomes: Sequence[tuple[int, str, str]] = (),
    *,
    text: str = "Hello",
    status: str = "sent",
    audience: Audience | None = None,
    content: Content | None = None,
    **columns: object,
) -> int:
    """A message of ours. ``outcomes``: of its recipients, who are people from 1 on: how many, ``delivery_status``, the
    reason. ``columns``: of ``broadcasts``."""
    audience = audience or Audience(groups=("all",))
    content = content or Content(text)
    message_id = _history(conn, content.text, outcomes, "individual" if audience.individual else "group")
    first, last = _recipients(conn, message_id, outcomes)
    started = bool(outcomes)
    values: Mapping[str, object] = {
        "message_id": message_id,
        "bot_id": BOT,
        "status": status,
        "audience": Jsonb(audience.to_json()),
        "content": Jsonb(content.to_json()),
        "individual": audience.individual,
        "first_recipient": first,
        "last_recipient": last,
        "mark": 0,
        **columns,
    }
    names = ", ".join(values)
    conn.execute(
        f"INSERT INTO broadcasts ({names}, started_at)"
        f" VALUES ({', '.join(['%s'] * len(values))}, {'now()' if started else 'NULL'})",
        list(values.values()),
    )
    conn.execute(
        "INSERT INTO deliveries (recipient_id, message_id, token, sender, claimed_at, settled_at, reason)"
        " SELECT r.id, r.message_id, r.id, 1, now(), now() - interval '1 minute', o.reason"
        " FROM message_recipients r JOIN pg_temp.outcomes o USING (id) WHERE r.delivery_status <> 'pending'"
        " AND r.message_id = %s",
        [message_id],
    )
    for people_, state, reason in outcomes:
        counted = "pending" if state == "sending" else state
        conn.execute(
            "INSERT INTO delivery_counts (message_id, status, reason, people) VALUES (%s, %s, %s, %s)",
            [message_id, counted, reason, people_],
        )
    return message_id


def external(
    conn: psycopg.Connection[Any], outcomes: Sequence[tuple[int, str, str]], text: str = "Hi"
) -> int:
    """A message of another program, for people from 1 on."""
    message_id = _history(conn, text, outcomes, "group")
    _recipients(conn, message_id, outcomes)
    return message_id


def _history(
    conn: psycopg.Connection[Any], text: str, outcomes: Sequence[tuple[int, str, str]], kind: str
) -> int:
    total = sum(count for count, _state, _reason in outcomes)
    sent = sum(count for count, state, _reason in outcomes if state in ("sent", "deleted"))
    ((message_id,),) = conn.execute(
        "INSERT INTO public.message_history (message_text, total_recipients, successful_deliveries, recipient_type)"
        " VALUES (%s, %s, %s, %s) RETURNING id",
        [text, total, sent, kind],
    ).fetchall()
    return int(message_id)


def _recipients(
    conn: psycopg.Connection[Any], message_id: int, outcomes: Sequence[tuple[int, str, str]]
) -> tuple[int, int]:
    conn.execute("CREATE TEMP TABLE IF NOT EXISTS outcomes (id integer, reason text)")
    first, last, person = 0, 0, 0
    for count, state, reason in outcomes:
        found = conn.execute(
            "INSERT INTO public.message_recipients (message_id, user_id, username, delivery_status,"
            " telegram_message_id)"
            " SELECT %(m)s, n, 'user' || n, %(state)s, CASE WHEN %(state)s IN ('sent', 'deleted') THEN n END"
            " FROM generate_series(%(person)s + 1, %(person)s + %(count)s) AS n ORDER BY n RETURNING id",
            {"m": message_id, "state": state, "person": person, "count": count},
        ).fetchall()
        ids = [row[0] for row in found]
        conn.cursor().executemany(
            "INSERT INTO pg_temp.outcomes VALUES (%s, %s)", [(id_, reason) for id_ in ids]
        )
        first = first or ids[0]
        last, person = ids[-1], person + count
    return first, last
