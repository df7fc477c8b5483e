"""Pages of groups: every kind of group in every order, the first, one in the middle, and the 10,000th."""

from benchmarks.figures import Figure, Times, milliseconds, timed
from benchmarks.setting import Setting
from hsl.people import groups
from hsl.people.cursors import Order, pack
from hsl.people.filters import ALL, NON_COURSE_USERS

PAGE = 50
FAR = 10_000
REPEAT = 40
KEYS = {"last_seen": "last_seen", "first_seen": "first_seen", "name": 'sort_name COLLATE "C"'}


def measure(setting: Setting) -> list[Figure]:
    """The slowest order of each group stands in the report with its name, so that it stays readable."""
    figures: list[Figure] = []
    everybody = dict(groups.groups())[ALL]
    for group, size in _groups_by_size():
        limit = 10 if size < 10_000 or size > everybody / 10 else 50
        for place, offset in _places(size):
            timed_orders = [(_page_times(setting, group, order, offset), order) for order in Order]
            slowest, order = max(timed_orders, key=lambda one: one[0].p95)
            name = f"{group} ({size:,} people), {place}; slowest of six orders: {order}"
            figures.append(milliseconds("Pages of groups", name, slowest, limit))
    return figures


def _groups_by_size() -> list[tuple[str, int]]:
    """Everybody, those without a course, and of the streams the largest, one between, a small and the
    smallest."""
    found = groups.groups()
    streams = sorted((group for group in found[2:] if group[1]), key=lambda group: group[1], reverse=True)
    chosen = {0, 1, 2, len(streams) // 2, len(streams) - 1}
    return [*found[:2], *(streams[place] for place in sorted(chosen) if 0 <= place < len(streams))]


def _places(size: int) -> list[tuple[str, int]]:
    pages = max(1, size // PAGE)
    last = (
        (f"page {FAR:,}", (FAR - 1) * PAGE)
        if pages >= FAR
        else (f"page {pages:,}, the last", (pages - 1) * PAGE)
    )
    return [("page 1", 0), *([last] if last[1] else [])]


def _page_times(setting: Setting, group: str, order: Order, offset: int) -> Times:
    cursor = _cursor(setting, group, order, offset) if offset else None
    return timed(
        lambda: groups.page(group, order, cursor=cursor, limit=PAGE), repeat=setting.repeats(REPEAT), budget=2
    )


def _cursor(setting: Setting, group: str, order: Order, offset: int) -> str:
    """Where the page before ends, found without turning thousands of pages."""
    key = KEYS[order.removeprefix("-")]
    direction = "DESC" if order.startswith("-") else "ASC"
    condition = {
        ALL: "true",
        NON_COURSE_USERS: "status <> 'student'",
    }.get(
        group,
        "user_id IN (SELECT user_id FROM memberships WHERE key(course_stream) = key(%(group)s) AND status = 2)",
    )
    row = setting.conn.execute(
        f"SELECT {key}, user_id FROM user_cache JOIN user_activity USING (user_id) WHERE {condition} "
        f"ORDER BY {key} {direction}, user_id {direction} OFFSET %(before)s LIMIT 1",
        {"group": group, "before": offset - 1},
    ).fetchone()
    assert row is not None
    return pack(group, order, row[0], row[1])
