"""A bot's statements that the tests of the projections share, and what must be true after them."""

from hsl.projections.gate import Connection
from hsl.projections.verify import verify

EVENT = "INSERT INTO public.events (user_id, event_type) VALUES (%s, 'start_command')"
BOOKING = "INSERT INTO public.bookings (user_id, course_id, course_stream, confirmed) VALUES (%s, 1, '3rd_stream', %s)"


def total(conn: Connection, name: str) -> int:
    row = conn.execute("SELECT n FROM totals_now WHERE name = %s", (name,)).fetchone()
    return row[0] if row else 0


def is_true(conn: Connection) -> bool:
    found = verify(conn)
    assert found.clean, found.differences
    return (found.people_waiting, found.changes_waiting, found.recounts_waiting) == (0, 0, [])
