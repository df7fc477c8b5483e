"""Search, numbers, lists and a person's page: the specification's SQL as written, and ours."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import cycle

import psycopg

from benchmarks.figures import Figure, Times, milliseconds, timed
from benchmarks.setting import Setting, user_id
from hsl.analytics import activity, leads
from hsl.analytics import queries as numbers
from hsl.analytics.forms import RangeForm
from hsl.analytics.overview import read_overview
from hsl.people import queries, search
from hsl.people.cache import user_cache
from hsl.projections.fold import catch_up
from hsl.projections.snapshot import one_snapshot
from hsl.projections.waiting import waiting
from hsl.school import queries as facts
from tests import specification

REPEAT = 200
TEXTS = {
    "one letter": "a",
    "one Cyrillic letter": "я",
    "two letters": "ma",
    "common": "alex",
    "common, Cyrillic": "екатерина",
    "no match": "qqqzzz",
}


def measure(setting: Setting) -> list[Figure]:
    """All reads but the pages of groups, which benchmarks/pages.py turns."""
    return [
        *_search(setting),
        *_numbers(setting),
        *_lists(setting),
        *_person(setting),
        *_dashboard(setting),
    ]


def _as_written(conn: psycopg.Connection, sql: str, *parameters: object) -> Times:
    cursor = psycopg.RawCursor(conn)

    def run() -> None:
        cursor.execute(sql.encode(), parameters)
        cursor.fetchall()

    return timed(run, repeat=5, budget=10)


def _search(setting: Setting) -> list[Figure]:
    user_cache.refresh()
    trigrams = _has_trigrams(setting)
    rare = _somebodys_username(setting)
    figures: list[Figure] = []
    for name, text in {"rare": rare, **TEXTS}.items():
        written = _as_written(setting.bare, specification.SEARCH, f"%{text}%")
        warm = timed(partial(search.search, text), repeat=setting.repeats(REPEAT))
        limit = 5 if trigrams else 25
        figures.append(milliseconds("Search", f"{name}: “{text}”", warm, limit, written))
        if trigrams:
            in_sql = timed(partial(queries.containing, text, 50), repeat=setting.repeats(REPEAT))
            figures.append(milliseconds("Search", f"{name}, by SQL alone: “{text}”", in_sql, 5, written))
    condition = user_cache.condition()
    bytes_a_person = condition.size / max(condition.people, 1)
    figures.append(Figure("Search", "in-memory cache, a person", bytes_a_person, "bytes", 120))
    return figures


def _has_trigrams(setting: Setting) -> bool:
    row = setting.conn.execute("SELECT count(*) FROM pg_proc WHERE proname = 'show_trgm'").fetchone()
    if row == (0,):
        return False
    return setting.conn.execute("SELECT public.show_trgm('ж') <> '{}'").fetchone() == (True,)


def _somebodys_username(setting: Setting) -> str:
    """A whole username that a booking bears, so that the specification's search finds it too."""
    row = setting.bare.execute(
        "SELECT lower(username) FROM public.bookings WHERE username IS NOT NULL ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else "nobody"


def _numbers(setting: Setting) -> list[Figure]:
    compared: list[tuple[str, Callable[[], object], float, str]] = [
        ("unique users", numbers.unique_users, 1, specification.UNIQUE_USERS),
        ("streams", numbers.stream_stats, 5, specification.STREAM_STATISTICS),
        ("conversion", numbers.lesson_conversion, 5, specification.LESSON_CONVERSION),
    ]
    return [
        milliseconds(
            "Numbers",
            name,
            timed(ours, repeat=setting.repeats(REPEAT)),
            limit,
            _as_written(setting.bare, written),
        )
        for name, ours, limit, written in compared
    ]


def _lists(setting: Setting) -> list[Figure]:
    middle = user_id(setting.people // 2)
    compared: list[tuple[str, Callable[..., object], str]] = [
        ("deduplicated users", queries.deduplicated_users, specification.DEDUPLICATED_USERS),
        ("non-course users", queries.non_course_users, specification.NON_COURSE_USERS),
    ]
    figures: list[Figure] = []
    for name, ours, written in compared:
        page = timed(partial(ours, after=middle, limit=50), repeat=setting.repeats(REPEAT))
        figures.append(
            milliseconds(
                "Lists",
                f"{name}, a page of 50 beside the whole list",
                page,
                10,
                _as_written(setting.bare, written),
            )
        )
    return figures


def _person(setting: Setting) -> list[Figure]:
    people = cycle(setting.random_user_ids(REPEAT))
    anybody = timed(lambda: _read_person(next(people)), repeat=setting.repeats(REPEAT))
    busiest = timed(lambda: _read_person(user_id(1)), repeat=setting.repeats(REPEAT))
    return [
        milliseconds("A person's page", "anybody", anybody, 10),
        milliseconds("A person's page", f"with {setting.people // 10:,} events", busiest, 10),
    ]


def _read_person(person: int) -> None:
    queries.card(person)
    facts.bookings(facts.BookingFilter(user_id=person))
    facts.registrations(facts.RegistrationFilter(user_id=person))
    facts.events(facts.EventFilter(user_id=person))


def _dashboard(setting: Setting) -> list[Figure]:
    ranges = [name for name, _ in RangeForm.NAMES if name != "custom"]
    return [
        milliseconds(
            "Обзор, all its SQL",
            f"range {name}",
            timed(partial(_read_dashboard, name), repeat=setting.repeats(50)),
            50,
        )
        for name in ranges
    ]


def _read_dashboard(name: str) -> None:
    catch_up()
    with one_snapshot():
        zone = numbers.school_zone()
        now = datetime.now(zone)
        read_overview(name, None, now, zone)
        numbers.newest_activity(activity.READ)
        numbers.hot_leads(now.date(), leads.SHOWN)
        waiting()
