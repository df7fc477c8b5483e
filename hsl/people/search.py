"""Search for people: what an operator typed, and who is found.

The rules (data model, "User Search Functionality", settled in the design): LOWER(username) or LOWER(first_name)
contains the text, in any name that the person ever had; one row a person; ordered by username, first_name; 50 at
most. A number also finds the ``user_id``, a leading ``@`` is dropped, an email finds its person; ``%`` and ``_`` are
text.

The in-memory cache answers once it is there; PostgreSQL answers before that, and the rare rest where its trigram
index is quicker than reading all names.
"""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple

from hsl.people import queries
from hsl.people.cache import Snapshot, user_cache
from hsl.people.rows import Card, User, in_order

MOST = 50
LONGEST = 100

# Names are read from memory up to here, a millisecond or two, before the trigram index is asked for what is rarer.
PATIENCE = 2_000_000
_HAS_TRIGRAM = re.compile(r"[^\W_]{3}")


@dataclass(frozen=True)
class Wanted:
    """What a search looks for: folded text, and the id or email that it may also be."""

    text: str
    user_id: int | None
    email: str | None


def search(q: str, limit: int = MOST) -> list[User]:
    """People in whose names ``q`` occurs, or whose id or email it is, by username and first name.

    ``limit`` is cut to 50. An empty text finds nobody, and so does one with a line break or NUL, which no name holds.
    Raises ValueError for a text of more than 100 characters.
    """
    if len(q) > LONGEST:
        raise ValueError(f"q is longer than {LONGEST} characters: shorten it")
    wanted = parse(q)
    if wanted is None:
        return []
    limit = min(limit, MOST)
    named = _named(wanted, limit)
    exact = queries.exactly(wanted.user_id, wanted.email) if wanted.user_id or wanted.email else []
    return _with_exact(named, exact, limit)


def look_up(q: str, limit: int) -> list[User]:
    """As-you-type look-up: as ``search``, but people with a name that begins with ``q`` come first."""
    wanted = parse(q)
    if wanted is None:
        return []
    found = search(q)
    beginning = _beginning(wanted.text, limit)
    ids = {user.user_id for user in beginning}
    return (beginning + [user for user in found if user.user_id not in ids])[:limit]


def found_cards(q: str, limit: int) -> list[Card]:
    """The cards of the people whom ``look_up`` finds, in its order."""
    return queries.cards([user.user_id for user in look_up(q, limit)])


class Candidates(NamedTuple):
    """Who may be meant by a text in a list: at least all who are, or None where they are too many to name.

    ``values``: the text as conditions compare it, and the revision after which people may have changed their names.
    """

    user_ids: list[int] | None
    values: dict[str, Any]


def candidates(q: str, most: int) -> Candidates | None:
    """Who may be meant by ``q`` in a list of people, at most ``most``; None where it can find nobody."""
    wanted = parse(q)
    if wanted is None:
        return None
    snapshot = user_cache.snapshot()
    found = (
        None
        if snapshot is None
        else snapshot.ids_containing(wanted.text, most + 1, _patience(snapshot, wanted.text))
    )
    if found is None:
        found = [user.user_id for user in queries.containing_rare(wanted.text, most + 1)]
    values = {
        "text": queries.containing_pattern(wanted.text),
        "text_id": wanted.user_id,
        "text_email": wanted.email,
        "text_revision": queries.LARGEST_ID if snapshot is None else snapshot.revision,
    }
    return Candidates(None if len(found) > most else found, values)


def parse(q: str) -> Wanted | None:
    """What ``q`` looks for, or None where it can find nobody."""
    text = q.strip().removeprefix("@")
    if not text or "\n" in text or "\0" in text:
        return None
    folded = queries.fold(text)
    number = int(text) if re.fullmatch(r"-?[0-9]{1,19}", text) else None
    email = folded if re.fullmatch(r"[^@\s]+@[^@\s]+", folded) else None
    if number is not None and not queries.LEAST_ID <= number <= queries.LARGEST_ID:
        number = None
    return Wanted(folded, number, email)


def _named(wanted: Wanted, limit: int) -> list[User]:
    snapshot = user_cache.snapshot()
    if snapshot is None:
        return queries.containing(wanted.text, limit)
    found = snapshot.containing(wanted.text, limit, _patience(snapshot, wanted.text))
    return queries.containing_rare(wanted.text, limit) if found is None else found


def _beginning(text: str, limit: int) -> list[User]:
    snapshot = user_cache.snapshot()
    if snapshot is None:
        return queries.beginning(text, limit)
    found = snapshot.beginning(text, limit, _patience(snapshot, text))
    return queries.beginning_rare(text, limit) if found is None else found


def _patience(snapshot: Snapshot, text: str) -> int | None:
    """How many bytes of names to read before the trigram index is asked; None (all) where it does not serve."""
    return PATIENCE if snapshot.trigrams and _HAS_TRIGRAM.search(text) else None


def _with_exact(named: list[User], exact: list[User], limit: int) -> list[User]:
    """All of ``exact`` and as many of ``named`` as there is room for, in order: what was typed whole is never cut
    off."""
    ids = {user.user_id for user in exact}
    others = [user for user in named if user.user_id not in ids]
    return sorted(exact + others[: max(limit - len(exact), 0)], key=in_order)[:limit]
