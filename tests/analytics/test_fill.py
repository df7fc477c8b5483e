"""The line of how a stream filled."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hsl.analytics.fill import HEIGHT, WIDTH, fill
from hsl.analytics.rows import Filled

TODAY = date(2026, 11, 24)


def days(*people: int) -> list[Filled]:
    """So many people a day, the last of them today."""
    first = TODAY - timedelta(days=len(people) - 1)
    return [Filled(1, "x", first + timedelta(days=number), count) for number, count in enumerate(people)]


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=60), st.none() | st.integers(0, 10**6))
def test_the_line_only_rises_and_stays_in_its_box(people: list[int], seats: int | None) -> None:
    line = fill(days(*people), seats, TODAY + timedelta(days=3))

    assert line
    points = [tuple(map(float, point.split(","))) for point in line.points.split()]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert points == sorted(points, key=lambda point: (point[0], -point[1]))
    assert (points[0][0], points[-1][0]) == (0, WIDTH)


def test_half_is_the_day_on_which_half_were_in() -> None:
    line = fill(days(1, 2, 3, 6), None, TODAY)

    assert line
    assert (line.first, line.half, line.last) == (TODAY - timedelta(days=3), TODAY - timedelta(days=1), TODAY)


def test_bookings_without_a_time_lift_the_line_from_its_start() -> None:
    unknown = Filled(1, "x", None, 5)
    line = fill([unknown, *days(5)], None, TODAY)

    assert line
    assert line.points.split()[0] != fill(days(5), None, TODAY).points.split()[0]  # type: ignore[union-attr] # it has a line
    assert fill([unknown], None, TODAY) is None
