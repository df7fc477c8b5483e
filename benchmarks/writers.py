"""What a bot's writes cost with our triggers, beside what they cost without: rounds of both in turn."""

import statistics

from benchmarks import pgbench
from benchmarks.figures import Figure
from benchmarks.setting import Setting
from hsl.projections.fold import fold_to_the_end

WRITERS = 16
ROUNDS = 5
WRITES = (
    ("single-row INSERT of an event, 16 writers", "one_event", WRITERS, 1.4),
    ("single-row INSERT of a booking, 16 writers", "one_booking", WRITERS, 1.4),
    ("INSERT of 1,000 events, 4 writers", "thousand_events", 4, 1.8),
)


def measure(setting: Setting) -> list[Figure]:
    """The median of the rounds' average times with triggers, over that without. The rows are taken away
    again."""
    figures: list[Figure] = []
    fold_to_the_end(setting.conn)
    for name, script, clients, limit in WRITES:
        before = {table: _last_id(setting, table) for table in ("events", "bookings")}
        with_triggers, without = _rounds(setting, script, clients)
        figures.append(
            Figure(
                "Writers",
                f"{name}: {without * 1000:.2f} ms without triggers, {with_triggers * 1000:.2f} ms with them",
                with_triggers / without,
                "×",
                limit,
            )
        )
        _undo(setting, before)
    return figures


def _rounds(setting: Setting, script: str, clients: int) -> tuple[float, float]:
    rounds = min(ROUNDS, setting.seconds)
    seconds = setting.seconds // rounds
    taken: dict[bool, list[float]] = {True: [], False: []}
    for n in range(rounds * 2):
        triggers = n % 4 in {0, 3}
        taken[triggers].append(
            pgbench.run(setting, script, clients=clients, seconds=seconds, triggers=triggers)
        )
    return statistics.median(taken[True]), statistics.median(taken[False])


def _last_id(setting: Setting, table: str) -> int:
    row = setting.bare.execute(f"SELECT max(id) FROM public.{table}").fetchone()
    return int(row[0]) if row and row[0] else 0


def _undo(setting: Setting, before: dict[str, int]) -> None:
    """Take the rows away, and the changes they left: nothing has taken these yet."""
    with setting.connect() as conn:
        conn.execute("SET session_replication_role = replica")
        for table, last in before.items():
            conn.execute(f"DELETE FROM public.{table} WHERE id > %s", [last])
        conn.execute("DELETE FROM hsl.changes")
        conn.execute("VACUUM (TRUNCATE off) hsl.changes")
