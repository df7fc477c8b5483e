"""Who was most active lately and has not paid; and how far people came, by the day they were first seen."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from hsl.projections.fold import fold
from hsl.projections.gate import Connection
from tests.projections.facts import is_true

DAY = date(2025, 9, 10)


def active(bot: Connection, user_id: int, events: int, days: int, last: str = "2025-09-10") -> None:
    """Events of a person, spread over the days that end with ``last``, at noon in Moscow."""
    bot.execute(
        "INSERT INTO public.events (user_id, event_type, created_at)"
        " SELECT %s, 'start_command', %s::timestamptz - make_interval(days => n %% %s)"
        " FROM generate_series(1, %s) AS n",
        (user_id, f"{last} 12:00+03", days, events),
    )


def leads(conn: Connection, day: date = DAY) -> dict[int, list[Any]]:
    fold(conn)
    assert is_true(conn)
    rows = conn.execute(
        "SELECT user_id, hsl.lead_events(rank), hsl.lead_days(rank), hsl.lead_heat(rank) FROM hsl.leads_on(%s, 1)",
        (day,),
    ).fetchall()
    assert_counted(conn, day, [heat for *_, heat in rows])
    return {user_id: found for user_id, *found in rows}


def assert_counted(conn: Connection, day: date, heats: list[str]) -> None:
    """The counts are those of the rows, and who is asked for of some heat at least are the hotter ones of all."""
    counted = conn.execute("SELECT heat, n FROM hsl.heats_on(%s)", (day,)).fetchall()
    assert dict(counted) == {
        heat: heats.count(word) for heat, word in ((3, "hot"), (2, "warm"), (1, "cool")) if word in heats
    }
    at_least = {2: heats.count("hot") + heats.count("warm"), 3: heats.count("hot")}
    for heat, n in at_least.items():
        assert len(conn.execute("SELECT FROM hsl.leads_on(%s, %s)", (day, heat)).fetchall()) == n


@pytest.mark.parametrize(
    ("events", "days", "heat"),
    [
        (20, 5, "hot"),
        (19, 5, "warm"),
        (20, 4, "warm"),
        (10, 3, "warm"),
        (9, 7, "cool"),
        (30, 2, "cool"),
        (5, 1, "cool"),
    ],
)
def test_a_lead_is_hot_warm_or_cool(
    school: Connection, bot: Connection, events: int, days: int, heat: str
) -> None:
    active(bot, 1, events, days)
    assert leads(school) == {1: [events, days, heat]}


def test_who_had_four_events_is_no_lead(school: Connection, bot: Connection) -> None:
    active(bot, 1, 4, 4)
    assert leads(school) == {}


def test_a_week_is_the_day_asked_for_and_the_six_before_it(school: Connection, bot: Connection) -> None:
    active(bot, 1, 14, 7, last="2025-09-07")
    assert leads(school) == {1: [8, 4, "cool"]}
    assert leads(school, date(2025, 9, 7)) == {1: [14, 7, "warm"]}
    assert leads(school, date(2025, 9, 9)) == {1: [10, 5, "warm"]}
    assert leads(school, date(2025, 9, 14)) == {}


def test_many_leads_cool_from_day_to_day(school: Connection, bot: Connection) -> None:
    for user_id, (events, days) in enumerate(product((4, 5, 9, 10, 14, 20, 40), range(1, 8)), start=1):
        active(bot, user_id, events, days)
        active(bot, 100 + user_id, events, days, last="2025-09-08")
    first = leads(school)
    assert len([heat for *_, heat in first.values() if heat == "hot"]) > 5
    for ago in range(1, 8):
        leads(school, DAY + timedelta(days=ago))
    assert leads(school, DAY + timedelta(days=7)) == {}
    bot.execute("DELETE FROM public.events WHERE id % 3 = 0")
    assert len(leads(school)) < len(first)


def test_days_are_the_schools(school: Connection, bot: Connection) -> None:
    bot.execute(
        "INSERT INTO public.events (user_id, event_type, created_at)"
        " SELECT 1, 'start_command', '2025-09-10 20:59:00+00'::timestamptz + make_interval(mins => n)"
        " FROM generate_series(0, 9) AS n"
    )
    assert leads(school) == {}
    assert leads(school, date(2025, 9, 11)) == {1: [10, 2, "cool"]}


def test_who_pays_is_no_lead_and_who_is_refunded_is_one_again(school: Connection, bot: Connection) -> None:
    active(bot, 1, 20, 5)
    bot.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed) VALUES (1, 1, '3rd_stream', 1)"
    )
    assert leads(school) == {1: [20, 5, "hot"]}
    bot.execute("UPDATE public.bookings SET confirmed = 2")
    assert leads(school) == {}
    bot.execute("UPDATE public.bookings SET confirmed = -1")
    assert leads(school) == {1: [20, 5, "hot"]}


def test_an_event_of_a_year_to_come_hides_nobody(school: Connection, bot: Connection) -> None:
    active(bot, 1, 20, 5)
    active(bot, 1, 1, 1, last="2999-01-01")
    assert leads(school) == {1: [20, 5, "hot"]}
    assert leads(school, date(2999, 1, 1)) == {}


def test_stages_are_counted_on_the_day_a_person_was_first_seen(school: Connection, bot: Connection) -> None:
    active(bot, 1, 1, 1, last="2025-09-01")
    active(bot, 2, 1, 1, last="2025-09-01")
    bot.execute(
        "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed, created_at)"
        " VALUES (1, 1, '3rd_stream', 2, '2025-10-05 12:00+03')"
    )
    bot.execute(
        "INSERT INTO public.events (user_id, event_type, details, created_at)"
        " VALUES (2, 'lesson_link_clicked', '{\"lesson_type\": \"intro\"}', '2025-09-20 12:00+03'),"
        " (2, 'lesson_link_clicked', '{\"lesson_type\": \"intro\"}', '2025-09-21 12:00+03')"
    )
    fold(school)
    assert is_true(school)
    stages = school.execute(
        "SELECT day::text, type, sum(n) FROM activity_days_now WHERE kind = 'stage' GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    assert stages == [("2025-09-01", "booked", 1), ("2025-09-01", "came", 1), ("2025-09-01", "paid", 1)]
    totals = school.execute("SELECT name, n FROM totals_now WHERE name LIKE 'stage:%' ORDER BY 1").fetchall()
    assert totals == [("stage:booked", 1), ("stage:came", 1), ("stage:paid", 1)]
