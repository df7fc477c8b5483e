"""Everybody's names in memory: the specification's UserCacheService (data model, "Caching Mechanism").

One immutable snapshot is read by all threads: everybody as they were when it was loaded, and beside them those who
changed since. It is loaded on first use by a thread of its own, and again every five minutes while readers go on with
the old one; of the processes of a server one loads it for all. What changed since is asked of the database about once
a second, and only while somebody reads.
"""

import logging
import threading
import time
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from heapq import merge
from itertools import accumulate, compress, count, islice
from typing import Any

import psycopg
from django.db import connection, transaction

from hsl.people.rows import User, in_order
from hsl.people.shared import Shared
from hsl.people.shelf import (
    Entry,
    Lists,
    Shelf,
    count_grams,
    in_order_of_ids,
    lists_by_letter,
    lists_by_stream,
    note_fours,
    shelf_of,
    unpacked,
)
from hsl.school.sqlfile import read_sql

log = logging.getLogger(__name__)

TTL_SECONDS = 300.0
POLL_SECONDS = 1.0
STALE_SECONDS = 1.5
PAUSE_SECONDS = 15.0
# The database notes for an hour who left.
SILENCE_SECONDS = 1800.0
MANY_CHANGES = 4_000
TOO_MANY_CHANGES = 10_000


@dataclass(frozen=True)
class Snapshot:
    """All people in one moment: ``base`` as loaded, ``fresh`` who changed since, ``hidden`` the places in ``base``
    that no longer hold."""

    base: Shelf
    fresh: Shelf
    hidden: frozenset[int]
    changes: Mapping[int, Entry | None]
    revision: int
    trigrams: bool

    def __len__(self) -> int:
        return len(self.base) - len(self.hidden) + len(self.fresh)

    def containing(self, text: str, limit: int, patience: int | None = None) -> list[User] | None:
        """The first ``limit`` people with ``text`` (folded) in a name, or None where ``patience`` bytes of names
        did not tell."""
        base, complete = self.base.find(text, self.hidden, limit, patience)
        if not complete:
            return None
        fresh, _ = self.fresh.find(text, frozenset(), limit, None)
        found = [*map(self.base.user, base), *map(self.fresh.user, fresh)]
        return sorted(found, key=in_order)[:limit]

    def ids_containing(self, text: str, limit: int, patience: int | None = None) -> list[int] | None:
        """As ``containing``, their ids alone, in no order."""
        base, complete = self.base.find(text, self.hidden, limit, patience)
        if not complete:
            return None
        fresh, _ = self.fresh.find(text, frozenset(), limit, None)
        found = [*map(self.base.ids.__getitem__, base), *map(self.fresh.ids.__getitem__, fresh)]
        return found[:limit]

    def beginning(self, text: str, limit: int, patience: int | None = None) -> list[User] | None:
        """As ``containing``, of people with a name that begins with ``text``."""
        return self.containing("\n" + text, limit, patience)

    def user(self, user_id: int) -> User | None:
        """The person ``user_id``, if there is one."""
        for shelf, hidden in ((self.fresh, frozenset[int]()), (self.base, self.hidden)):
            position = shelf.position(user_id)
            if position is not None and position not in hidden:
                return shelf.user(position)
        return None

    def users(self) -> Iterator[User]:
        """Everybody, in order."""
        return self._merged(range(len(self.base)), range(len(self.fresh)))

    def letter(self, letter: str) -> Iterator[User]:
        """People whose username or first name begins with ``letter``, in either case, in order.

        Letters are a to z, а to я and ё; "#" stands for all else that a name may begin with, letters of other alphabets
        too. People without a name are listed under none.
        """
        return self._merged(self.base.letters.get(letter, ()), self.fresh.letters.get(letter, ()))

    def stream(self, course_stream: str) -> Iterator[User]:
        """Members of a stream: people with a confirmed booking in it, in order."""
        return self._merged(
            self.base.streams.get(course_stream, ()), self.fresh.streams.get(course_stream, ())
        )

    def non_course_users(self) -> Iterator[User]:
        """People without a confirmed booking, in order."""
        return self._merged(self.base.non_course, self.fresh.non_course)

    def with_changes(self, changes: Mapping[int, Entry | None], revision: int) -> "Snapshot":
        """This snapshot with ``changes`` (None: left) that bring it up to ``revision``."""
        together = {**self.changes, **changes}
        hidden = (self.base.position(user_id) for user_id in changes)
        return replace(
            self,
            fresh=shelf_of(entry for entry in together.values() if entry is not None),
            hidden=self.hidden.union(position for position in hidden if position is not None),
            changes=together,
            revision=revision,
        )

    def _merged(self, base: Iterable[int], fresh: Iterable[int]) -> Iterator[User]:
        still = (self.base.user(position) for position in base if position not in self.hidden)
        return merge(still, map(self.fresh.user, fresh), key=in_order)


@dataclass(frozen=True)
class Condition:
    """How the cache is doing. ``age``: seconds since it was loaded; ``size``: bytes; ``changes``: people who
    changed since; ``hits`` and ``misses``: times that it could answer, and could not."""

    loaded: bool
    age: float | None
    size: int
    people: int
    changes: int
    hits: int
    misses: int
    refreshes: int
    last_error: str | None


class UserCache:
    """Keeps the snapshot. ``clock`` gives seconds that only grow; ``shared``: where processes give each other what they
    have loaded, by the same clock."""

    def __init__(
        self,
        *,
        ttl: float = TTL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        shared: Shared[Snapshot] | None = None,
    ) -> None:
        self._ttl, self._clock, self.shared = ttl, clock, shared
        self._lock, self._polling = threading.Lock(), threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Begin anew, as if nothing had been loaded, once a refresh under way has ended."""
        self.wait()
        self._snapshot: Snapshot | None = None
        self._refresh: threading.Thread | None = None
        self._loaded_at = self._polled_at = self._started_at = float("-inf")
        self._behind = False
        self._hits = self._misses = self._refreshes = 0
        self._last_error: str | None = None

    def wait(self) -> None:
        """Wait until the refresh that is under way has ended."""
        refresh = getattr(self, "_refresh", None)
        if refresh is not None:
            refresh.join()

    def snapshot(self) -> Snapshot | None:
        """Everybody as they are now, or were about a second ago; None while only the database can tell: before
        the first snapshot is there, and after more changes than are kept beside it."""
        self._poll_when_due()
        self._refresh_when_due()
        snapshot = None if self._behind else self._snapshot
        with self._lock:
            if snapshot is None:
                self._misses += 1
            else:
                self._hits += 1
        return snapshot

    def condition(self) -> Condition:
        """How the cache is doing."""
        snapshot = self._snapshot
        return Condition(
            loaded=snapshot is not None,
            age=None if snapshot is None else self._clock() - self._loaded_at,
            size=0 if snapshot is None else snapshot.base.size + snapshot.fresh.size,
            people=0 if snapshot is None else len(snapshot),
            changes=0 if snapshot is None else len(snapshot.changes),
            hits=self._hits,
            misses=self._misses,
            refreshes=self._refreshes,
            last_error=self._last_error,
        )

    def refresh(self) -> None:
        """Load everybody anew, or take what another process has loaded since. What fails is logged and the old
        snapshot stays."""
        try:
            snapshot, loaded_at = self._newest()
            changes = changes_since(snapshot.revision)
        except Exception as error:
            log.exception("the user cache could not be refreshed")
            self._last_error = str(error)
            return
        with self._lock:
            self._snapshot, self._behind = _overlaid(snapshot, changes), len(changes) > TOO_MANY_CHANGES
            self._loaded_at, self._polled_at = loaded_at, self._clock()
            self._refreshes, self._last_error = self._refreshes + 1, None

    def _newest(self) -> tuple[Snapshot, float]:
        if self.shared is None:
            return load(), self._clock()
        after = max(self._loaded_at, self._clock() - self._ttl)
        return self.shared.newest(load, after=after, clock=self._clock)

    def _refresh_when_due(self) -> None:
        with self._lock:
            now, snapshot = self._clock(), self._snapshot
            many = self._behind or (snapshot is not None and len(snapshot.changes) > MANY_CHANGES)
            due = snapshot is None or many or now - self._loaded_at > self._ttl
            running = self._refresh is not None and self._refresh.is_alive()
            if not due or running or now - self._started_at < PAUSE_SECONDS:
                return
            self._started_at = now
            self._refresh = threading.Thread(target=self._refresh_apart, name="user-cache", daemon=True)
            self._refresh.start()

    def _refresh_apart(self) -> None:
        try:
            self.refresh()
        finally:
            connection.close()

    def _poll_when_due(self) -> None:
        """Ask what changed, one thread at a time. Others go on meanwhile, unless what they have is too old."""
        age = self._clock() - self._polled_at
        if self._snapshot is None or self._behind or age < POLL_SECONDS:
            return
        if age > SILENCE_SECONDS:
            self._behind = True
            return
        if not self._polling.acquire(blocking=age > STALE_SECONDS):
            return
        try:
            if self._clock() - self._polled_at >= POLL_SECONDS:
                self._poll()
        finally:
            self._polling.release()

    def _poll(self) -> None:
        asked_at, snapshot = self._clock(), self._snapshot
        if snapshot is None:
            return
        changes = changes_since(snapshot.revision)
        too_many = len(changes) + len(snapshot.changes) > TOO_MANY_CHANGES
        changed = snapshot if too_many else _overlaid(snapshot, changes)
        with self._lock:
            if self._snapshot is snapshot:
                self._snapshot, self._behind, self._polled_at = changed, too_many, asked_at


@dataclass(frozen=True)
class Change:
    """A person who changed (or left: no entry) at a revision."""

    revision: int
    user_id: int
    entry: Entry | None


def _overlaid(snapshot: Snapshot, changes: list[Change]) -> Snapshot:
    if not changes:
        return snapshot
    return snapshot.with_changes({change.user_id: change.entry for change in changes}, changes[-1].revision)


def load() -> Snapshot:
    """Everybody, as of one moment of the database. Streamed, so that what is kept is all that is held."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute(read_sql(__file__, "sql/cache_revision.sql"))
            revision, trigrams = cursor.fetchone()
        base = _load_base()
    return Snapshot(base, shelf_of(()), frozenset(), {}, revision, trigrams)


def _load_base() -> Shelf:
    ids, starts, card_starts = array("q"), array("I", [0]), array("I", [0])
    firsts, codes, non_course = (array("I"), array("I")), {0}, array("I")
    names, cards = [], []
    for row in _packed("cache_people"):
        packed_ids, some_names, name_lengths, some_cards, card_lengths, usernames, first_names, statuses = row
        non_course.extend(compress(count(len(ids)), statuses))
        ids += unpacked("q", packed_ids)
        names.append(some_names)
        starts.extend(islice(accumulate(unpacked("I", name_lengths), initial=starts[-1]), 1, None))
        cards.append(some_cards)
        card_starts.extend(islice(accumulate(unpacked("I", card_lengths), initial=card_starts[-1]), 1, None))
        for kept, packed in zip(firsts, (usernames, first_names), strict=True):
            kept.extend(some := unpacked("I", packed))
            codes.update(some)
    text, by_id = b"".join([*names, b"\0"]), in_order_of_ids(ids)
    members = {stream: unpacked("q", packed) for stream, packed in _packed("cache_members")}
    letter_of = _letters(codes)
    return Shelf(
        ids=ids,
        names=text,
        starts=starts,
        cards=b"".join(cards),
        card_starts=card_starts,
        by_id=by_id,
        letters=Lists(partial(lists_by_letter, firsts, letter_of), firsts),
        streams=Lists(partial(lists_by_stream, members, ids, by_id), members.values()),
        non_course=non_course,
        grams=count_grams(text, starts),
        fours=note_fours(text, starts),
    )


def _letters(codes: set[int]) -> dict[int, str]:
    """Under which letter names are listed that begin with these characters."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, first_letter(chr(code)) FROM unnest(%s::integer[]) AS code", [list(codes - {0})]
        )
        return dict(cursor.fetchall())


def _packed(name: str) -> Iterator[tuple[Any, ...]]:
    with psycopg.Cursor(connection.connection) as cursor:
        yield from cursor.stream(read_sql(__file__, f"sql/{name}.sql"), binary=True)


def changes_since(revision: int) -> list[Change]:
    """Who changed or left after ``revision``, the earliest first; one more than are kept, where there are so many."""
    with connection.cursor() as cursor:
        cursor.execute(
            read_sql(__file__, "sql/cache_changes.sql"), {"after": revision, "limit": TOO_MANY_CHANGES + 1}
        )
        return [_change(row) for row in cursor.fetchall()]


def _change(row: tuple[Any, ...]) -> Change:
    revision, user_id, present, username, first_name, course_stream, names, letters, non_course, streams = row
    if not present:
        return Change(revision, user_id, None)
    user = User(user_id, username, first_name, course_stream)
    return Change(revision, user_id, Entry(user, names, frozenset(letters), frozenset(streams), non_course))


user_cache = UserCache()
