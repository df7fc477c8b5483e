"""Schools with random facts, for tests that hold one answer against another."""

from random import Random
from typing import Any

import psycopg

from hsl.projections.fold import fold

LATIN = [
    "anna",
    "Anna",
    "ANNA_K",
    "ivan",
    "Ivan%",
    "50%",
    "a_b",
    "back\\slash",
    "<b>x</b>",
    "x",
    "zoe",
    "",
    None,
]
CYRILLIC = ["анна", "иван", "мария", "ёжик", "щука", "анна мария", "🙂 эмодзи"]
NAMES = LATIN + CYRILLIC
STREAMS = ["3rd_stream", "4th_stream", "5th_stream"]
BOT_TOKEN = "42:" + "A" * 35
LOST = """
INSERT INTO unreachable (bot_id, user_id, since, reason) SELECT 42, user_id, now(), 'blocked' FROM user_cache
WHERE user_id % 3 = 0
"""
"""The bot does not reach every third of the people."""


def fill(
    conn: psycopg.Connection[Any], seed: int, *, people: int = 30, names: list[str | None] = NAMES
) -> None:
    """Random bookings, registrations and events of so many people, folded."""
    random = Random(seed)
    for user_id in random.sample(range(1, 10 * people), people):
        for _ in range(random.choice([0, 0, 1, 2])):
            add_booking(conn, user_id, random, names)
        for number in range(random.choice([0, 1, 2])):
            add_registration(conn, user_id, random, names, number)
        if random.random() < 0.5:
            add_event(conn, user_id, random, names)
    fold(conn)


def add_booking(
    conn: psycopg.Connection[Any], user_id: int, random: Random, names: list[str | None] = NAMES
) -> None:
    """A random booking, where none is in its way."""
    conn.execute(
        "INSERT INTO public.bookings (user_id, username, first_name, course_id, course_stream, confirmed, created_at)"
        " VALUES (%s, %s, %s, 1, %s, %s, now() - %s * interval '1 hour') ON CONFLICT DO NOTHING",
        (
            user_id,
            random.choice(names),
            random.choice(names),
            random.choice(STREAMS),
            random.choice([-1, 1, 2, 2]),
            random.randrange(5000),
        ),
    )


def add_registration(
    conn: psycopg.Connection[Any], user_id: int, random: Random, names: list[str | None], number: int = 0
) -> None:
    """A random registration for the lesson of that number."""
    conn.execute(
        "INSERT INTO public.free_lesson_registrations"
        " (user_id, username, first_name, email, registered_at, lesson_type) VALUES"
        " (%s, %s, %s, %s, now() - %s * interval '1 hour', %s)",
        (
            user_id,
            random.choice(names),
            random.choice(names),
            f"U{user_id}@Example.com",
            random.randrange(5000),
            f"lesson {number}",
        ),
    )


def add_event(
    conn: psycopg.Connection[Any], user_id: int, random: Random, names: list[str | None] = NAMES
) -> None:
    """A random event."""
    conn.execute(
        "INSERT INTO public.events (user_id, username, first_name, event_type, created_at)"
        " VALUES (%s, %s, %s, 'start_command', now() - %s * interval '1 hour')",
        (user_id, random.choice(names), random.choice(names), random.randrange(5000)),
    )


def add_person(
    conn: psycopg.Connection[Any], user_id: int, username: str | None, first_name: str | None
) -> None:
    """A person with one event, not folded yet."""
    conn.execute(
        "INSERT INTO public.events (user_id, username, first_name, event_type) VALUES (%s, %s, %s, 'start_command')",
        (user_id, username, first_name),
    )


def of_one_name(conn: psycopg.Connection[Any], *tables: str) -> set[int]:
    """People whom all facts in these tables call the same, so that it is definite which name a list of the
    specification's gives them."""
    facts = " UNION ".join(f"SELECT user_id, username, first_name FROM public.{table}" for table in tables)
    rows = conn.execute(
        f"SELECT user_id FROM ({facts}) AS names GROUP BY user_id HAVING count(*) = 1".encode()
    )
    return {user_id for (user_id,) in rows}
