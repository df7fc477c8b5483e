"""What a filter asks for, condition by condition.

The SQL is put together of the pieces that stand in these modules; what the address says goes in as parameters alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from hsl.people.condition import MANY, Condition
from hsl.people.day_conditions import beginning, first_seen, in_quarters, of_days
from hsl.people.filters import ALL, NON_COURSE_USERS, BookingStatus, Heat, PeopleFilter, Stage
from hsl.people.lesson_conditions import of_lesson
from hsl.people.queries import unreachable
from hsl.people.search import candidates
from hsl.school.selecting import value
from hsl.telegram.bot import our_bot

_NOBODY = "SELECT user_id FROM user_cache WHERE false"


@dataclass(frozen=True)
class Asked:
    """All conditions of a filter, and the values that their SQL names."""

    conditions: list[Condition]
    values: dict[str, Any]


def asked(wanted: PeopleFilter, totals: Mapping[str, int]) -> Asked:
    """The conditions of ``wanted``. ``totals``: the sums of people by name (totals_now)."""
    values: dict[str, Any] = {
        "group": wanted.group,
        "status": wanted.status,
        "course": wanted.course,
        "stream": wanted.stream,
        "lesson": wanted.lesson,
        "lesson_date": wanted.lesson_date,
    }
    conditions = [
        *_of_text(wanted, values),
        *_of_group(wanted, totals),
        *_of_card(wanted, totals),
        *_of_booking(wanted, values),
        *of_days(wanted, totals, values),
        *_of_stage(wanted, totals),
        *of_lesson(wanted, values),
        *_of_viewed(wanted, values),
        *_of_heat(wanted, values),
        *_of_reach(wanted, totals, values),
    ]
    return Asked(conditions, values)


def sum_of(wanted: PeopleFilter, what: Asked, totals: Mapping[str, int]) -> int | None:
    """How many people are wanted, where a sum says it: everybody, one condition alone, or who of those first seen on
    some days reached a stage. None where no sum does."""
    if not what.conditions:
        return totals.get("people", 0)
    if len(what.conditions) == 1:
        (one,) = what.conditions
        return one.size if one.exact else None
    days = wanted.first_from, wanted.first_to
    if wanted.stage is None or wanted != PeopleFilter(
        stage=wanted.stage, first_from=days[0], first_to=days[1]
    ):
        return None
    if not in_quarters(*days):
        return None
    return first_seen("stage", wanted.stage, *days, totals.get(f"stage:{wanted.stage}", 0))


def _of_text(wanted: PeopleFilter, values: dict[str, Any]) -> list[Condition]:
    if not wanted.q.strip():
        return []
    found = candidates(wanted.q, MANY)
    if found is None:
        return [Condition("false", _NOBODY, 0, exact=True)]
    values |= found.values
    holds = "(c.names LIKE %(text)s OR c.user_id = %(text_id)s OR lower(c.email) = lower(%(text_email)s))"
    if found.user_ids is None:
        return [Condition(holds)]
    values["text_ids"] = found.user_ids
    ids = """SELECT unnest(%(text_ids)s::bigint[]) UNION SELECT %(text_id)s::bigint
             UNION SELECT user_id FROM user_cache WHERE revision > %(text_revision)s
             UNION SELECT user_id FROM user_cache
                   WHERE email IS NOT NULL AND key(lower(email)) = key(lower(%(text_email)s))"""
    return [Condition(holds, ids, len(found.user_ids) + 1, loose=True)]


def _of_group(wanted: PeopleFilter, totals: Mapping[str, int]) -> list[Condition]:
    if wanted.group == ALL:
        return []
    if wanted.group == NON_COURSE_USERS:
        size = totals.get("people", 0) - totals.get("status:student", 0)
        ids = "SELECT user_id FROM user_cache WHERE status IN ('lead', 'pending', 'former')"
        return [Condition("c.status <> 'student'", ids, size, exact=True)]
    belonging = "key(m.course_stream) = key(%(group)s) AND m.status = 2"
    members = replace(
        _member(belonging, totals.get(f"stream:{wanted.group}", 0), exact=True),
        members="key(g.course_stream) = key(%(group)s) AND g.status = 2",
    )
    return [members]


def _of_card(wanted: PeopleFilter, totals: Mapping[str, int]) -> list[Condition]:
    conditions = []
    if wanted.status is not None:
        ids = "SELECT user_id FROM user_cache WHERE status = %(status)s"
        size = totals.get(f"status:{wanted.status}", 0)
        conditions.append(Condition("c.status = %(status)s", ids, size, exact=True))
    if wanted.username is not None:
        conditions.append(Condition(f"(c.username <> '') IS {'TRUE' if wanted.username else 'NOT TRUE'}"))
    if wanted.email is not None:
        conditions.append(Condition(f"c.email IS {'NOT NULL' if wanted.email else 'NULL'}"))
    return conditions


_BOOKED = {
    BookingStatus.NEW: "m.status IS NULL",
    BookingStatus.PENDING: "m.status = 1",
    BookingStatus.CONFIRMED: "m.status = 2",
    BookingStatus.CANCELLED: "m.status = -1",
}
_MOST_BOOKED = """
SELECT coalesce(sum(n), 0)::bigint FROM stream_counts_now AS s
WHERE (%(stream)s::text IS NULL OR s.course_stream = %(stream)s)
  AND (%(course)s::integer IS NULL OR s.course_id = %(course)s)
"""


def _of_booking(wanted: PeopleFilter, values: Mapping[str, Any]) -> list[Condition]:
    belonging = [
        *(["key(m.course_stream) = key(%(stream)s)"] if wanted.stream is not None else []),
        *(["m.course_id = %(course)s"] if wanted.course is not None else []),
        *([_BOOKED[wanted.booking]] if wanted.booking is not None else []),
    ]
    if not belonging:
        return []
    # Somebody's best booking there has the status; so at least one of the bookings there has it.
    most = _MOST_BOOKED
    if wanted.booking is not None:
        numbers = {"new": "NOT IN (-1, 1, 2)", "pending": "= 1", "confirmed": "= 2", "cancelled": "= -1"}
        most += f" AND coalesce(s.confirmed, 0) {numbers[wanted.booking]}"
    return [_member(" AND ".join(belonging), int(value(most, values)))]


_IS_MEMBER = "EXISTS (SELECT FROM memberships m WHERE m.user_id = who.user_id AND {belonging})"
_MEMBERS = "SELECT DISTINCT m.user_id FROM memberships m WHERE {belonging}"


def _member(belonging: str, size: int, *, exact: bool = False) -> Condition:
    return Condition(
        _IS_MEMBER.format(belonging=belonging), _MEMBERS.format(belonging=belonging), size, exact
    )


def _of_stage(wanted: PeopleFilter, totals: Mapping[str, int]) -> list[Condition]:
    if wanted.stage is None:
        return []
    size = totals.get(f"stage:{wanted.stage}", 0)
    booked = "SELECT user_id FROM user_cache WHERE status IN ('pending', 'student', 'former')"
    paid = "SELECT user_id FROM user_cache WHERE status = 'student'"
    return [
        {
            Stage.REGISTERED: Condition("a.registrations > 0", None, size, exact=True),
            Stage.CAME: Condition("a.attendances > 0", None, size, exact=True),
            Stage.BOOKED: Condition("a.bookings > 0", booked, size, exact=True),
            Stage.PAID: Condition("a.paid", paid, size, exact=True),
        }[wanted.stage]
    ]


_VIEWED = """
SELECT seen.user_id FROM programme_views AS seen
WHERE seen.course_id = %(viewed_course)s AND seen.last_viewed >= %(viewed_since)s
  AND NOT EXISTS (SELECT FROM memberships m WHERE m.user_id = seen.user_id AND m.course_id = seen.course_id
                  AND key(m.course_stream) = key(%(viewed_stream)s))
"""
_ON_SALE_SINCE = """
SELECT coalesce(
  (SELECT sale_starts_on FROM course_streams WHERE course_id = %(course)s AND course_stream = %(stream)s),
  (SELECT min(day) FROM (SELECT day FROM stream_people_now
                         WHERE key(course_stream) = key(%(stream)s) AND course_id = %(course)s
                         GROUP BY status, day HAVING sum(n) <> 0) AS days))
"""
_VIEWERS = """
SELECT coalesce(sum(n), 0)::bigint FROM activity_days_now
WHERE kind = 'viewer' AND type = %(viewed_course)s::text AND day >= %(viewed_day)s
"""


def _of_viewed(wanted: PeopleFilter, values: dict[str, Any]) -> list[Condition]:
    """Who saw the program since the stream is on sale (the day that the school gave, else that of its first booking)
    and has no booking in it."""
    if wanted.viewed is None:
        return []
    since: date | None = value(_ON_SALE_SINCE, wanted.viewed._asdict())
    if since is None:
        return [Condition("false", _NOBODY, 0, exact=True)]
    values |= {"viewed_course": wanted.viewed.course, "viewed_stream": wanted.viewed.stream}
    values |= {"viewed_day": since, "viewed_since": beginning(since)}
    holds = f"EXISTS ({_VIEWED} AND seen.user_id = who.user_id)"
    return [Condition(holds, _VIEWED, int(value(_VIEWERS, values)))]


_HEATS = {Heat.HOT: 3, Heat.WARM: 2, Heat.COOL: 1}
_OF_HEAT = """
SELECT l.user_id FROM leads_on((now() AT TIME ZONE zone())::date, %(heat)s) AS l WHERE l.rank >> 28 = %(heat)s
"""
_HOW_MANY_OF_HEAT = """
SELECT coalesce(sum(n), 0)::bigint FROM heats_on((now() AT TIME ZONE zone())::date) WHERE heat = %(heat)s
"""


def _of_heat(wanted: PeopleFilter, values: dict[str, Any]) -> list[Condition]:
    if wanted.heat is None:
        return []
    values["heat"] = _HEATS[wanted.heat]
    size = int(value(_HOW_MANY_OF_HEAT, values))
    return [Condition(f"(who.user_id IN ({_OF_HEAT})) IS TRUE", _OF_HEAT, size, exact=True)]


_UNREACHABLE = "SELECT u.user_id FROM unreachable u WHERE u.bot_id = %(bot)s"


def _of_reach(wanted: PeopleFilter, totals: Mapping[str, int], values: dict[str, Any]) -> list[Condition]:
    if wanted.reachable is None:
        return []
    values["bot"] = our_bot()
    lost = unreachable()
    one = f"EXISTS ({_UNREACHABLE} AND u.user_id = who.user_id)"
    if wanted.reachable:
        return [Condition(f"NOT {one}", None, totals.get("people", 0) - lost, exact=True)]
    return [Condition(one, _UNREACHABLE, lost, exact=True)]
