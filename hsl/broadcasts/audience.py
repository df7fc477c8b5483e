"""Who gets a message: groups, people, those whom a filter of the list of people finds, minus other groups."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext_noop as _

from hsl.people import groups, listing
from hsl.people.filters import ALL, NON_COURSE_USERS
from hsl.people.list_form import wanted_of
from hsl.school.refusals import InvalidError
from hsl.school.sqlfile import read_sql

CHOSEN = read_sql(__file__, "sql/audience.sql")
_COUNT = (
    CHOSEN
    + """
SELECT count(*), count(*) FILTER (WHERE u.user_id IS NOT NULL)
FROM audience LEFT JOIN unreachable u ON u.user_id = audience.user_id AND u.bot_id = %(bot)s
"""
)
_UNREACHABLE = read_sql(__file__, "sql/unreachable_of_groups.sql")
_STRANGERS = """
SELECT asked FROM unnest(%s::bigint[]) AS asked
WHERE NOT EXISTS (SELECT FROM user_cache c WHERE c.user_id = asked) ORDER BY 1 LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a message is for. ``groups`` and ``minus`` are names of groups (:mod:`hsl.people.groups`), ``people`` ids,
    ``filters`` the query of an address of the list of people; None is no filter, an empty one everybody."""

    groups: tuple[str, ...] = ()
    people: tuple[int, ...] = ()
    filters: str | None = None
    minus: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is kept; ``from_json`` gives it back."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Audience":
        """What ``to_json`` made; an empty mapping is nobody."""
        return cls(
            groups=tuple(kept.get("groups", ())),
            people=tuple(kept.get("people", ())),
            filters=kept.get("filters"),
            minus=tuple(kept.get("minus", ())),
        )

    @property
    def individual(self) -> bool:
        """Whether it is one person by id: such a message goes ahead of the others."""
        return len(self.people) == 1 and not self.groups and self.filters is None

    @property
    def empty(self) -> bool:
        """Whether it names nobody at all."""
        return not self.groups and not self.people and self.filters is None


class Reach(NamedTuple):
    """How many people an audience has, and how many of them the bot can't reach."""

    people: int
    unreachable: int

    @property
    def reachable(self) -> int:
        """Who would get the message."""
        return self.people - self.unreachable


def check(audience: Audience) -> None:
    """Raise InvalidError where it names nobody, a group that there is not, or a person of whom no fact tells."""
    if audience.empty:
        raise InvalidError(_("recipients: choose a group or at least one person"))
    known = [name for name, _size in groups.groups()]
    for group in (*audience.groups, *audience.minus):
        if group not in known:
            raise InvalidError(
                _("recipient_group: there is no group %(group)s; give one of %(known)s"),
                group=group,
                known=", ".join(known),
            )
    if audience.filters is not None:
        wanted_of(audience.filters)
    with connection.cursor() as cursor:
        cursor.execute(_STRANGERS, [list(audience.people)])
        if stranger := cursor.fetchone():
            raise InvalidError(_("user_ids: nobody in the school has the id %(id)s"), id=stranger[0])


def reach(audience: Audience, bot_id: int | None) -> Reach:
    """How many people the message would go to now."""
    if not audience.people and audience.filters is None:
        people = _by_sums(audience)
        if people is not None:
            return Reach(people, _unreachable(audience, bot_id))
    if (
        audience == Audience(filters=audience.filters)
        and audience.filters is not None
        and not _any_lost(bot_id)
    ):
        return Reach(listing.count(wanted_of(audience.filters)), 0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {**values(audience), "bot": bot_id})
        people, unreachable = cursor.fetchall()[0]
    return Reach(int(people), int(unreachable))


def _by_sums(audience: Audience) -> int | None:
    """How many people groups have, minus others, out of the sums: nobody is counted. None where no sum says it.

    Who is in a stream has paid, so people without payment are in none; but one person may be in several.
    """
    sizes = dict(groups.groups())
    chosen, minus = set(audience.groups), set(audience.minus)
    if ALL in minus:
        return 0
    unpaid = (
        sizes[NON_COURSE_USERS] if chosen & {ALL, NON_COURSE_USERS} and NON_COURSE_USERS not in minus else 0
    )
    names, without = chosen - {ALL, NON_COURSE_USERS}, minus - {NON_COURSE_USERS}
    if ALL in chosen and len(without) <= 1:
        return unpaid + sizes[ALL] - sizes[NON_COURSE_USERS] - sum(sizes.get(name, 0) for name in without)
    if ALL not in chosen and names <= without:
        return unpaid
    if ALL not in chosen and len(names) == 1 and not without:
        return unpaid + sum(sizes.get(name, 0) for name in names)
    return None


def _unreachable(audience: Audience, bot_id: int | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_UNREACHABLE, {**values(audience), "bot": bot_id})
        return int(cursor.fetchall()[0][0])


def _any_lost(bot_id: int | None) -> bool:
    """Whether there is anybody at all whom the bot can't reach."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM unreachable WHERE bot_id = %s)", [bot_id])
        return bool(cursor.fetchall()[0][0])


def values(audience: Audience) -> dict[str, Any]:
    """What the statement of ``sql/audience.sql`` is told of an audience."""
    return {
        "everybody": ALL in audience.groups,
        "unpaid": NON_COURSE_USERS in audience.groups,
        "streams": [name for name in audience.groups if name not in (ALL, NON_COURSE_USERS)],
        "people": list(audience.people),
        "found": [] if audience.filters is None else list(listing.ids(wanted_of(audience.filters))),
        "minus_everybody": ALL in audience.minus,
        "minus_unpaid": NON_COURSE_USERS in audience.minus,
        "minus_streams": [name for name in audience.minus if name not in (ALL, NON_COURSE_USERS)],
    }
