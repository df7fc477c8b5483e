"""What a bot may write: random statements over few people, lessons and moments, so that they meet."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

# Made the way bots make them: no rule but the keys, every column may be empty.
LOOSE_TABLES = """
CREATE TABLE public.bookings (
  id serial PRIMARY KEY, user_id bigint, username text, first_name text, course_id integer DEFAULT 1,
  course_stream varchar(50) DEFAULT '4th_stream', confirmed integer DEFAULT 0,
  created_at timestamptz DEFAULT now(), referral_code text, discount_percent integer);
CREATE TABLE public.free_lesson_registrations (
  id serial PRIMARY KEY, user_id bigint, username text, first_name text, email text,
  registered_at timestamptz DEFAULT now(), notification_sent boolean DEFAULT false, lesson_type text,
  lesson_date date);
CREATE TABLE public.events (
  id serial PRIMARY KEY, user_id bigint, event_type text, created_at timestamptz DEFAULT now(),
  details jsonb);
"""

ids = st.one_of(st.none(), st.integers(1, 6), st.sampled_from([2**62, -5]))
names = st.sampled_from([None, "", "anna", "Anna", "ЁЖИК", "ёжик", "<b>x</b>", "a\nb", "50%_\\", "ю" * 70])
moments = st.sampled_from(
    [
        None,
        "infinity",
        "-infinity",
        "2025-03-30 00:59:59+00",
        "2025-03-30 01:00:00+00",
        "2025-10-26 00:14:59.999999+00",
        "2025-09-01 20:59:59+00",
        "2025-09-01 21:00:00+00",
        "2025-09-02 12:00:00+00",
    ]
)
dates = st.sampled_from([None, "2025-09-01", "2025-09-02"])
lessons = st.sampled_from([None, "", "intro", "вводный"])
streams = st.sampled_from([None, "3rd_stream", "4th_stream", "x"])
statuses = st.sampled_from([None, 0, 1, 2, -1, 7])
details = st.one_of(
    st.none(),
    st.sampled_from(
        ['{"course_id": 1}', '{"course_id": "2"}', '{"course_id": "x"}', '{"course_id": 12345678901}']
    ),
    st.sampled_from(['"text"', "[1]", "{}", '{"username": "from_details"}']),
    st.builds(
        lambda lesson, date: f'{{"lesson_type": {lesson}, "lesson_date": {date}}}',
        st.sampled_from(["null", '"intro"', '"вводный"', "7"]),
        st.sampled_from(["null", '"2025-09-01"', '"2025-02-30"', '"soon"']),
    ),
)
kinds = st.sampled_from(["lesson_link_clicked", "lesson_link_clicked", "view_program", "start_command", None])

ROWS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "bookings": {
        "user_id": ids,
        "username": names,
        "first_name": names,
        "course_id": st.sampled_from([1, 1, 2, None]),
        "course_stream": streams,
        "confirmed": statuses,
        "created_at": moments,
        "referral_code": st.sampled_from([None, "", "FRIEND20"]),
    },
    "free_lesson_registrations": {
        "user_id": ids,
        "username": names,
        "first_name": names,
        "email": st.sampled_from([None, "", "a@example.com", "b@example.com"]),
        "registered_at": moments,
        "lesson_type": lessons,
        "lesson_date": dates,
    },
    "events": {"user_id": ids, "event_type": kinds, "created_at": moments, "details": details},
}
tables = st.sampled_from(sorted(ROWS))


@dataclass(frozen=True)
class Statement:
    """One statement of a bot's; ``rows`` are copied in, where there are any."""

    sql: str
    values: tuple[Any, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()


@st.composite
def inserts(draw: st.DrawFn) -> Statement:
    table = draw(tables)
    row = {name: draw(values) for name, values in ROWS[table].items()}
    several = draw(st.sampled_from([1, 1, 1, 5]))
    one = "(" + ", ".join(["%s"] * len(row)) + ")"
    sql = f"INSERT INTO public.{table} ({', '.join(row)}) VALUES {', '.join([one] * several)}"
    return Statement(sql, tuple(row.values()) * several)


@st.composite
def copies(draw: st.DrawFn) -> Statement:
    table = draw(tables)
    rows = draw(st.lists(st.tuples(*ROWS[table].values()), min_size=1, max_size=4))
    return Statement(f"COPY public.{table} ({', '.join(ROWS[table])}) FROM STDIN", rows=tuple(rows))


@st.composite
def updates(draw: st.DrawFn) -> Statement:
    table = draw(tables)
    column = draw(st.sampled_from([*ROWS[table], "user_id"]))
    value = draw(ROWS[table][column])
    remainder = draw(st.integers(0, 2))
    return Statement(f"UPDATE public.{table} SET {column} = %s WHERE id %% 3 = %s", (value, remainder))


@st.composite
def deletes(draw: st.DrawFn) -> Statement:
    return Statement(f"DELETE FROM public.{draw(tables)} WHERE id %% 3 = %s", (draw(st.integers(0, 2)),))


renumberings = st.builds(lambda table: Statement(f"UPDATE public.{table} SET id = id + 1000"), tables)
truncates = st.sampled_from(
    [
        Statement("TRUNCATE public.events"),
        Statement("TRUNCATE public.bookings"),
        Statement("TRUNCATE public.free_lesson_registrations, public.events, public.bookings"),
    ]
)
statements = st.one_of(
    inserts(), inserts(), inserts(), copies(), updates(), updates(), deletes(), renumberings
)
