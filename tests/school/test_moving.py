"""A move leaves what the specification's UPDATE of a person's most recent active booking leaves, and nothing else."""

from random import Random
from typing import Any

import psycopg
import pytest

from hsl.school.refusals import ConflictError
from hsl.school.services import move_person
from tests import specification

PEOPLE = range(1, 31)
STREAMS = ["3rd_stream", "4th_stream", "5th_stream"]
Rows = dict[int, tuple[Any, ...]]
"""The bookings by id: person, stream, status, time and all."""


def book_at_random(conn: psycopg.Connection[Any], seed: int) -> None:
    """Some bookings of each person, in no order, many of them of the same moment; one active in a stream."""
    random = Random(seed)
    for booking_id in random.sample(range(1, 1000), 90):
        conn.execute(
            "INSERT INTO public.bookings (id, user_id, course_id, course_stream, confirmed, created_at)"
            " VALUES (%s, %s, 1, %s, %s, '2025-09-01 12:00+00'::timestamptz + %s * interval '1 day')"
            " ON CONFLICT DO NOTHING",
            (
                booking_id,
                random.choice(PEOPLE),
                random.choice(STREAMS),
                random.choice([-1, -1, 1, 2]),
                random.randrange(2),
            ),
        )


def bookings(conn: psycopg.Connection[Any]) -> Rows:
    """All of them as they are."""
    return {row[0]: row for row in conn.execute("SELECT b.id, b.* FROM public.bookings AS b").fetchall()}


def as_specified(bot: psycopg.Connection[Any], user_id: int, stream: str) -> Rows:
    """What the specification's UPDATE would leave; what is there where there is nothing to move, or no room for it."""
    active = bot.execute(
        "SELECT created_at, id, course_stream FROM bookings WHERE user_id = %s AND confirmed <> -1", [user_id]
    ).fetchall()
    with bot.transaction(force_rollback=True):
        if active and stream not in {there for _, _, there in active}:
            psycopg.RawCursor(bot).execute(specification.MOVE, [stream, max(active)[1]])
        return bookings(bot)


@pytest.mark.parametrize("seed", range(3))
def test_a_move_leaves_what_the_specifications_update_leaves(
    school: psycopg.Connection, bot: psycopg.Connection, seed: int
) -> None:
    book_at_random(bot, seed)
    moved = 0
    for user_id in PEOPLE:
        stream = Random(f"{seed} {user_id}").choice(STREAMS)
        before, expected = bookings(bot), as_specified(bot, user_id, stream)
        if expected == before:
            with pytest.raises(ConflictError):
                move_person(user_id, stream, actor=None)
        else:
            move_person(user_id, stream, actor=None)
            moved += 1
        assert bookings(school) == expected

    assert 5 < moved < len(PEOPLE)
