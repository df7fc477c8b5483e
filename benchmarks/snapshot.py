"""All of it again while an old snapshot is open, as a backup holds one, and writers go on."""

from collections.abc import Callable
from functools import partial

from benchmarks import folding
from benchmarks.figures import Figure, milliseconds, timed
from benchmarks.setting import Setting, user_id

PART = "With an old snapshot open"
SLOWER = 1.5
BUSIEST = user_id(2)
HOT_ROWS = {
    "the busiest person's card": f"SELECT username FROM hsl.user_cache WHERE user_id = {BUSIEST}",
    "the busiest person's activity": f"SELECT events FROM hsl.user_activity WHERE user_id = {BUSIEST}",
    "the newest taking": "SELECT snapshot FROM hsl.taken ORDER BY id DESC LIMIT 1",
    "the newest merge": "SELECT seq FROM hsl.merged ORDER BY id DESC LIMIT 1",
    "a total": "SELECT n FROM hsl.totals_now WHERE name = 'people'",
    "the next who waits": (
        "SELECT user_id FROM hsl.who_waits((SELECT waiting_after FROM hsl.taken ORDER BY id DESC LIMIT 1), 1)"
    ),
}


def measure(setting: Setting, minutes: float, suite: Callable[[], list[Figure]]) -> list[Figure]:
    """Let ``suite`` measure after ``minutes`` of a thousand facts a second, and once more after as many with a snapshot
    open all the while; return what the snapshot did. Each load's facts are taken away again: what differs between the
    two is the snapshot alone."""
    with folding.facts_taken_away(setting):
        folding.under_load(setting, seconds=int(minutes * 60))
        before = suite()
    setting.bare.execute("VACUUM ANALYZE")
    with folding.facts_taken_away(setting), setting.connect() as holder:
        holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        for table in ("bookings", "free_lesson_registrations", "events"):
            holder.execute(f"SELECT FROM public.{table} LIMIT 1")
        folding.under_load(setting, seconds=int(minutes * 60))
        after = suite()
        hot = _hot_rows(setting)
        holder.execute("ROLLBACK")
    return [*hot, *_compared(before, after)]


def _hot_rows(setting: Setting) -> list[Figure]:
    return [
        milliseconds(
            PART,
            f"hot row: {name}",
            timed(partial(setting.conn.execute, sql), repeat=setting.repeats(200)),
            5,
        )
        for name, sql in HOT_ROWS.items()
    ]


def _compared(before: list[Figure], after: list[Figure]) -> list[Figure]:
    return [
        Figure(PART, f"{old.part}: {old.name}", _slower(old, new), "×", None if old.limit is None else SLOWER)
        for old, new in zip(before, after, strict=True)
    ]


def _slower(old: Figure, new: Figure) -> float:
    """How many times slower the second is, by medians where there are times."""
    if old.ours and new.ours:
        return new.ours.median / old.ours.median
    return old.value / new.value if old.at_least else new.value / old.value
