"""What the queries about people return."""

from datetime import datetime
from typing import NamedTuple


class User(NamedTuple):
    """A person as the specification's search and lists show one. ``course_stream``: of the newest active booking."""

    user_id: int
    username: str | None
    first_name: str | None
    course_stream: str | None


def in_order(user: User) -> tuple[bool, str, bool, str, int]:
    """The key of the order of search results: username, first name (nobody's last), user_id.

    The same as the index user_cache_found: by code point, of each name its first 64 characters.
    """
    username, first_name = user.username, user.first_name
    return (
        username is None,
        (username or "")[:64],
        first_name is None,
        (first_name or "")[:64],
        user.user_id,
    )


def shown_name(first_name: str | None, username: str | None, user_id: int) -> str:
    """How pages call a person: by first name, else username, else id."""
    return first_name or username or str(user_id)


def initial(name: str) -> str:
    """The first letter or digit of a name; empty where it has none (an emoji)."""
    return next((character.upper() for character in name if character.isalnum()), "")


class Member(NamedTuple):
    """A person in a page of a group. ``status``: lead, pending, student or former."""

    user_id: int
    username: str | None
    first_name: str | None
    course_stream: str | None
    status: str
    bookings: int
    registrations: int
    events: int
    first_seen: datetime | None
    last_seen: datetime | None

    @property
    def shown_name(self) -> str:
        """How pages call the person."""
        return shown_name(self.first_name, self.username, self.user_id)

    @property
    def initial(self) -> str:
        """The first letter or digit of that name."""
        return initial(self.shown_name)

    @property
    def id_text(self) -> str:
        """The id as an address carries it."""
        return str(self.user_id)


class Page(NamedTuple):
    """A page of a group: its people, how many the group has in all, and the cursor of the next page, if any."""

    people: list[Member]
    total: int
    next_cursor: str | None


class Card(NamedTuple):
    """What is known of a person. ``names``: all they ever had, as search compares them."""

    user_id: int
    username: str | None
    first_name: str | None
    course_stream: str | None
    status: str
    email: str | None
    referral_code: str | None
    names: list[str]
    bookings: int
    registrations: int
    events: int
    first_seen: datetime | None
    last_seen: datetime | None

    @property
    def shown_name(self) -> str:
        """How pages call the person."""
        return shown_name(self.first_name, self.username, self.user_id)

    @property
    def id_text(self) -> str:
        """The id as an address carries it."""
        return str(self.user_id)

    @property
    def has_active(self) -> bool:
        """Whether they have a booking that a move would change: one that is not cancelled."""
        return self.status in ("pending", "student")

    @property
    def other_names(self) -> list[str]:
        """The names they had beside those of today."""
        today = {(self.username or "").lower(), (self.first_name or "").lower()}
        return [name for name in self.names if name not in today]

    @property
    def initial(self) -> str:
        """The first letter or digit of that name."""
        return initial(self.shown_name)
