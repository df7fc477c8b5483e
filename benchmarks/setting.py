"""What every part of the benchmark works with."""

from dataclasses import dataclass

import psycopg


@dataclass(frozen=True, slots=True)
class Setting:
    """A migrated database with a generated school.

    ``conn``: autocommit, search_path of ours; ``bare``: autocommit, as the bot comes in; ``url``: for
    programs. ``seconds``: how long one round of something long lasts.
    """

    conn: psycopg.Connection
    bare: psycopg.Connection
    url: str
    people: int
    seconds: int

    def repeats(self, most: int) -> int:
        """How often to time something short: ``most`` times, fewer in a run of a few seconds."""
        return max(5, most * min(30, 5 * self.seconds) // 30)

    def connect(self) -> psycopg.Connection:
        """One more connection, autocommit, as the bot comes in."""
        return psycopg.connect(self.url, autocommit=True)

    def random_user_ids(self, count: int) -> list[int]:
        """Some people of the school, the same each time, never the one with a hundred thousand events."""
        step = max(1, (self.people - 2) // count)
        return [user_id(2 + place * step) for place in range(min(count, self.people - 1))]


def user_id(n: int) -> int:
    """The id of the generator's n-th person (sql/2_people.sql)."""
    return 100_000_000 + n * 2_654_435_761 % 7_000_000_000
