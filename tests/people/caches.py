"""What tests of the cache share: its clock, what it has, and what it is held against."""

from typing import Any

import psycopg

from hsl.people.cache import Snapshot, UserCache
from hsl.people.rows import User, in_order


class Clock:
    """Seconds that pass when told to. ``asked``: how often somebody looked."""

    def __init__(self) -> None:
        self.now, self.asked = 1000.0, 0

    def __call__(self) -> float:
        self.asked += 1
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


def loaded(users: UserCache) -> Snapshot:
    """What the cache has now."""
    snapshot = users.snapshot()
    assert snapshot is not None
    return snapshot


def everybody(conn: psycopg.Connection[Any], where: str = "true") -> list[User]:
    """Who is in the projection."""
    rows = conn.execute(f"SELECT user_id, username, first_name, course_stream FROM user_cache WHERE {where}")
    return sorted((User(*row) for row in rows), key=in_order)


def members(conn: psycopg.Connection[Any], stream: str) -> list[User]:
    return everybody(
        conn, f"user_id IN (SELECT user_id FROM memberships WHERE course_stream = '{stream}' AND status = 2)"
    )
