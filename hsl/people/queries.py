"""Reads about people, all of projections: none of these grows with the facts."""

from hsl.people.rows import Card, User
from hsl.school.selecting import select, value
from hsl.school.sqlfile import read_sql
from hsl.telegram.bot import our_bot

LEAST_ID, LARGEST_ID = -(2**63), 2**63 - 1
# Common names are found among so many of the first people in order, in a few milliseconds.
WALK = 3000
EVERYBODY = 1000


def fold(text: str) -> str:
    """``text`` as names are kept for search: the case folded as the database folds it, a line break as a space."""
    return str(value("SELECT searchable(%s)", (text,)))


def containing(text: str, limit: int) -> list[User]:
    """The first ``limit`` people by username and first name with ``text`` (folded) in any of their names (data
    model, User Search Functionality)."""
    return _like([containing_pattern(text)], limit)


def containing_rare(text: str, limit: int) -> list[User]:
    """As ``containing``, of a text known to be rare: the trigram index is asked at once."""
    return _rare([containing_pattern(text)], limit)


def beginning(text: str, limit: int) -> list[User]:
    """The first ``limit`` people with a name that begins with ``text`` (folded)."""
    return _like(_beginning(text), limit)


def beginning_rare(text: str, limit: int) -> list[User]:
    """As ``beginning``, of a text known to be rare."""
    return _rare(_beginning(text), limit)


def exactly(user_id: int | None, email: str | None) -> list[User]:
    """The person with the id and people with the email, in any case of letters."""
    return [User(*row) for row in select(_sql("user"), {"user_id": user_id, "email": email})]


def deduplicated_users(*, after: int = LEAST_ID, limit: int = EVERYBODY) -> list[User]:
    """People with a booking or a registration, one row each, by ``user_id`` from ``after`` on (data model, User
    Deduplication Logic). The name is one that any fact of theirs gives, by the design's order."""
    return [User(*row) for row in select(_sql("deduplicated_users"), {"after": after, "limit": limit})]


def non_course_users(*, after: int = LEAST_ID, limit: int = EVERYBODY) -> list[User]:
    """People with any fact and no confirmed booking, by ``user_id`` (data model, User Categorization)."""
    return [User(*row) for row in select(_sql("non_course_users"), {"after": after, "limit": limit})]


def stream_members(course_stream: str, *, after: int = LEAST_ID, limit: int = EVERYBODY) -> list[User]:
    """People with a confirmed booking in a stream, by ``user_id`` (data model, CourseStreams)."""
    arguments = {"course_stream": course_stream, "after": after, "limit": limit}
    return [User(*row) for row in select(_sql("stream_members"), arguments)]


def card(user_id: int) -> Card | None:
    """What is known of a person; None where no fact names them."""
    found = cards([user_id])
    return found[0] if found else None


def cards(user_ids: list[int]) -> list[Card]:
    """What is known of these people, in the order in which they are named; of those who are there."""
    return [Card(*row) for row in select(_sql("cards"), {"ids": user_ids})]


def unreachable() -> int:
    """How many people our bot can't write to. Only people stand in the table (projections/sql/user_cache.sql), so its
    rows are counted alone: 9 ms at 100,000 of a million people, where joining them takes 310."""
    return int(value("SELECT count(*) FROM unreachable WHERE bot_id = %s", (our_bot(),)))


def lesson_types() -> list[str]:
    """The lesson types that anybody registered for or came to."""
    rows = select(
        "SELECT DISTINCT lesson_type FROM lesson_counts_now WHERE NOT dated AND lesson_type <> ''", ()
    )
    return sorted(lesson_type for (lesson_type,) in rows)


def booked_streams() -> dict[str, str]:
    """The streams that bookings name, listed or not, each by its name."""
    rows = select("SELECT DISTINCT course_stream FROM stream_counts_now WHERE course_stream <> ''", ())
    return {stream: stream for (stream,) in rows}


def _like(patterns: list[str], limit: int) -> list[User]:
    """Common names are found among the first people in order; what is not is rare enough to find all and sort.

    The planner, left alone, takes one way for both, and is wrong by seconds.
    """
    found = select(_sql("search_walk"), {"patterns": patterns, "limit": limit, "walk": WALK})
    return [User(*row) for row in found] if len(found) == limit else _rare(patterns, limit)


def _rare(patterns: list[str], limit: int) -> list[User]:
    return [User(*row) for row in select(_sql("search_rare"), {"patterns": patterns, "limit": limit})]


def containing_pattern(text: str) -> str:
    """What LIKE finds ``text`` (folded) with, anywhere in a name."""
    return f"%{_literal(text)}%"


def _beginning(text: str) -> list[str]:
    return [f"{_literal(text)}%", f"%\n{_literal(text)}%"]


def _literal(text: str) -> str:
    """``text`` for LIKE, in which ``%`` and ``_`` are text."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _sql(name: str) -> str:
    return read_sql(__file__, f"sql/{name}.sql")
