"""The condition of a free lesson: who registered for it, came, did not, or came after they had registered."""

from typing import Any

from hsl.people.condition import Condition
from hsl.people.filters import Came, PeopleFilter
from hsl.school.selecting import select, value

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


def of_lesson(wanted: PeopleFilter, values: dict[str, Any]) -> list[Condition]:
    """The condition of the lesson ``wanted``, on all dates or one; none where no lesson is. The keys of its type are
    put into ``values``, which hold ``lesson`` and ``lesson_date``."""
    if wanted.lesson is None:
        return []
    by_date = wanted.lesson_date is not None or wanted.undated
    # Without a type: NULL, or an empty text.
    values["lessons"] = value(_LESSON_KEYS, values) if wanted.lesson else value(_NO_LESSON_KEYS, {})
    counts = {dated: numbers for dated, *numbers in select(_LESSON_COUNTS, values)}
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
