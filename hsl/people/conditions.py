"""What a filter asks for, as SQL over a person's rows, and how many people each condition leaves.

In the SQL ``a`` is the person's row of user_activity, ``c`` that of user_cache, ``who`` either. Each condition can be
tried on one person by an index; most can also be taken whole, by an index of their own. It is put together of the
pieces that stand here; what the address says goes in as parameters alone.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from django.db import connection

from hsl.people.filters import ALL, NON_COURSE_USERS, BookingStatus, Came, PeopleFilter, Stage
from hsl.people.queries import unreachable
from hsl.people.search import candidates
from hsl.telegram.bot import our_bot

MANY = 10_000
"""Who is counted by trying an index is counted up to here, and one more."""


Values: TypeAlias = Mapping[str, Any] | Sequence[Any]

_NOBODY = "SELECT user_id FROM user_cache WHERE false"


@dataclass(frozen=True)
class Condition:
    """One thing asked of a person.

    ``holds``: true of who fits. ``ids``: a statement that gives all who fit, each once, and nobody else unless it is
    ``loose``. ``size``: how many fit; exactly, where ``exact``, else about (None: nobody knows). ``taking``: how many
    rows ``ids`` reads, where that is not ``size``; ``trying``: microseconds that ``holds`` takes on a person.
    ``members``: what holds of the rows of memberships (``g``) of who fits, where an index has these in each order.
    """

    holds: str
    ids: str | None = None
    size: int | None = None
    exact: bool = False
    taking: int | None = None
    loose: bool = False
    trying: int = 3
    members: str | None = None

    @property
    def hashed(self) -> bool:
        """Whether who fits is so few that a walk looks them up in a hash of all of them."""
        return self.ids is not None and self.cost <= MANY

    @property
    def reads_card(self) -> bool:
        """Whether it needs the person's row of user_cache."""
        return "c." in self.holds

    @property
    def reads_activity(self) -> bool:
        """Whether it needs the person's row of user_activity."""
        return "a." in self.holds

    @property
    def cost(self) -> int:
        """How many rows taking it reads; a great many where it can't be taken."""
        known = self.size if self.taking is None else self.taking
        return 2**31 if self.ids is None or known is None else known


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
        "heat": wanted.heat,
    }
    conditions = [
        *_of_text(wanted, values),
        *_of_group(wanted, totals),
        *_of_card(wanted, totals),
        *_of_booking(wanted, values),
        *_of_days(wanted, totals, values),
        *_of_stage(wanted, totals),
        *_of_lesson(wanted, values),
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
    if not _in_quarters(*days):
        return None
    return _first_seen("stage", wanted.stage, *days, totals.get(f"stage:{wanted.stage}", 0))


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
    return [_member(" AND ".join(belonging), int(_value(most, values)))]


_IS_MEMBER = "EXISTS (SELECT FROM memberships m WHERE m.user_id = who.user_id AND {belonging})"
_MEMBERS = "SELECT DISTINCT m.user_id FROM memberships m WHERE {belonging}"


def _member(belonging: str, size: int, *, exact: bool = False) -> Condition:
    return Condition(
        _IS_MEMBER.format(belonging=belonging), _MEMBERS.format(belonging=belonging), size, exact
    )


_SEEN = "SELECT a.user_id FROM user_activity a WHERE {holds}"
_SINCE = "(%s::date)::timestamp AT TIME ZONE zone()"
_NEW_BY_DAY = """
SELECT coalesce(sum(n), 0)::bigint FROM activity_days_now
WHERE kind = %(kind)s AND type IS NOT DISTINCT FROM %(type)s AND day BETWEEN %(first)s AND %(last)s
"""
_NEW_BY_QUARTER = """
SELECT coalesce(sum(n), 0)::bigint FROM activity_now
WHERE kind = %(kind)s AND type IS NOT DISTINCT FROM %(type)s AND quarter >= %(first)s AND quarter < %(last)s
"""


def _first_seen(kind: str, type_: str | None, first: date | None, last: date | None, of: int) -> int:
    """How many people were first seen then (kind "person"), or of them reached a stage; ``of``: how many there are. By
    sums of days, or of quarters of an hour. Whom nobody saw at any known time were there from the start."""
    if first is None and last is not None:
        return of - _new(kind, type_, last if isinstance(last, datetime) else last + timedelta(days=1), None)
    return _new(kind, type_, first, last)


def _new(kind: str, type_: str | None, first: date | None, last: date | None) -> int:
    named = {"kind": kind, "type": type_}
    if isinstance(first, datetime) or isinstance(last, datetime):
        bounds = {"first": _beginning(first or date(1, 1, 2)), "last": _end(last or date(9999, 12, 29))}
        return int(_value(_NEW_BY_QUARTER, named | bounds))
    days = {"first": first or date(1, 1, 2), "last": last or date(9999, 12, 31)}
    return int(_value(_NEW_BY_DAY, named | days))


def _in_quarters(*bounds: date | None) -> bool:
    """Whether sums count between these: days, or moments that begin a quarter of an hour."""
    return all(bound.minute % 15 == 0 for bound in bounds if isinstance(bound, datetime))


def _of_days(wanted: PeopleFilter, totals: Mapping[str, int], values: dict[str, Any]) -> list[Condition]:
    conditions = []
    first, seen = (wanted.first_from, wanted.first_to), (wanted.seen_from, wanted.seen_to)
    if first != (None, None):
        holds = _between("first_seen", *first, values)
        size = _first_seen("person", None, *first, totals.get("people", 0))
        conditions.append(Condition(holds, _SEEN.format(holds=holds), size, exact=_in_quarters(*first)))
    if seen != (None, None):
        holds = _between("last_seen", *seen, values)
        ids = _SEEN.format(holds=holds)
        conditions.append(Condition(holds, ids, _counted(ids, values)))
    return conditions


def _between(column: str, first: date | None, last: date | None, values: dict[str, Any]) -> str:
    """The condition of a range: of days, both included, or of moments, the last not included."""
    holds = []
    if first is not None:
        values[f"{column}_from"] = _beginning(first)
        holds.append(f"a.{column} >= %({column}_from)s")
    if last is not None:
        values[f"{column}_before"] = _end(last)
        holds.append(f"a.{column} < %({column}_before)s")
    return " AND ".join(holds)


def _beginning(day: date) -> datetime:
    """The moment in which a day begins, by the database, which counts days by its own zones; a moment as it is."""
    if isinstance(day, datetime):
        return day
    moment: datetime = _value(f"SELECT clamped({_SINCE})", (day,))
    return moment


def _end(day: date) -> datetime:
    return day if isinstance(day, datetime) else _beginning(min(day, date(9999, 12, 29)) + timedelta(days=1))


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


_LESSON = {
    None: "l.registrations > 0",
    Came.YES: "l.attendances > 0",
    Came.NO: "l.registrations > 0 AND l.attendances = 0",
    Came.KEPT: "l.last_came >= l.first_registered",
}
_LESSON_DATE = {
    None: "array_position(l.registered_on, %(lesson_date)s::date) IS NOT NULL",
    Came.YES: "array_position(l.came_on, %(lesson_date)s::date) IS NOT NULL",
    Came.NO: "array_position(l.registered_on, %(lesson_date)s::date) IS NOT NULL"
    " AND array_position(l.came_on, %(lesson_date)s::date) IS NULL",
    Came.KEPT: "array_position(l.kept_on, %(lesson_date)s::date) IS NOT NULL",
}
"""A date, or NULL for no date: array_position finds both."""
_LESSON_KEYS = "SELECT ARRAY[key(%(lesson)s)]"
_NO_LESSON_KEYS = "SELECT ARRAY[key(NULL), key('')]"
_OF_LESSON = "EXISTS (SELECT FROM lesson_people l WHERE l.user_id = who.user_id AND {holds})"
_ALL_OF_LESSON = "SELECT {distinct} l.user_id FROM lesson_people l WHERE {holds}"
_LESSON_COUNTS = """
SELECT dated, coalesce(sum(people_registered), 0)::bigint, coalesce(sum(people_attended), 0)::bigint,
       coalesce(sum(people_kept), 0)::bigint, coalesce(sum(people_missed), 0)::bigint
FROM lesson_counts_now
WHERE key(lesson_type) = ANY (%(lessons)s) AND (NOT dated OR lesson_date IS NOT DISTINCT FROM %(lesson_date)s)
GROUP BY dated
"""


def _of_lesson(wanted: PeopleFilter, values: dict[str, Any]) -> list[Condition]:
    if wanted.lesson is None:
        return []
    by_date = wanted.lesson_date is not None or wanted.undated
    # Without a type: NULL, or an empty text.
    values["lessons"] = _value(_LESSON_KEYS, values) if wanted.lesson else _value(_NO_LESSON_KEYS, {})
    counts = {dated: numbers for dated, *numbers in _select(_LESSON_COUNTS, values)}
    registered, attended, kept, missed = counts.get(by_date, [0, 0, 0, 0])
    size = {None: registered, Came.YES: attended, Came.NO: missed, Came.KEPT: kept}[wanted.came]
    holds = (
        f"key(l.lesson_type) = ANY (%(lessons)s) AND {(_LESSON_DATE if by_date else _LESSON)[wanted.came]}"
    )
    return [
        Condition(
            _OF_LESSON.format(holds=holds),
            _ALL_OF_LESSON.format(holds=holds, distinct="" if wanted.lesson else "DISTINCT"),
            size,
            exact=wanted.lesson != "",
            trying=6,  # the table is a large one, and seldom in memory
            # All of the lesson are read, also where one date is asked for.
            taking=sum(counts.get(False, [0, 0])[:2]),
        )
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
    since: date | None = _value(_ON_SALE_SINCE, wanted.viewed._asdict())
    if since is None:
        return [Condition("false", _NOBODY, 0, exact=True)]
    values |= {"viewed_course": wanted.viewed.course, "viewed_stream": wanted.viewed.stream}
    values |= {"viewed_day": since, "viewed_since": _beginning(since)}
    holds = f"EXISTS ({_VIEWED} AND seen.user_id = who.user_id)"
    return [Condition(holds, _VIEWED, int(_value(_VIEWERS, values)))]


def _of_heat(wanted: PeopleFilter, values: Mapping[str, Any]) -> list[Condition]:
    if wanted.heat is None:
        return []
    ids = "SELECT h.user_id FROM leads_on((now() AT TIME ZONE zone())::date) AS h WHERE h.heat = %(heat)s"
    return [Condition(f"(who.user_id IN ({ids})) IS TRUE", ids, _counted(ids, values))]


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


_FEW = "SELECT count(*) FROM (SELECT FROM ({ids}) AS everyone LIMIT {most}) AS few"


def _counted(ids: str, values: Mapping[str, Any]) -> int:
    """How many ids there are; about, where they are many."""
    few = int(_value(_FEW.format(ids=ids, most=MANY + 1), values))
    if few <= MANY:
        return few
    plan = _value(f"EXPLAIN (FORMAT JSON) {ids}", values)
    return max(few, int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"]))


def _value(sql: str, values: Values) -> Any:  # noqa: ANN401 # what a column holds is the column's business
    ((value,),) = _select(sql, values)
    return value


def _select(sql: str, values: Values) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
