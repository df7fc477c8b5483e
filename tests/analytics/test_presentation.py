"""Numbers as the page draws them."""

import re
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from hsl.analytics.bars import BAR_WIDTH, bars
from hsl.analytics.cards import SPARK_HEIGHT, SPARK_WIDTH, spark
from hsl.analytics.presentation import range_label
from hsl.analytics.ranges import Range
from hsl.analytics.rows import Stream

COUNTS = st.integers(0, 10**7)


@st.composite
def streams(draw: st.DrawFn) -> Stream:
    confirmed, pending, new, cancelled = (draw(COUNTS) for _ in range(4))
    seats = draw(st.none() | st.integers(0, 10**7))
    total = confirmed + pending + new + cancelled
    return Stream(1, 1, "", "x", None, None, None, None, False, seats, total, confirmed, pending, cancelled)


@given(st.lists(streams(), max_size=6))
def test_bars_lie_end_to_end_on_one_scale(drawn: list[Stream]) -> None:
    made = bars(drawn)

    for bar in made:
        assert bar.segments[0].start == 0
        for left, right in zip(bar.segments, bar.segments[1:], strict=False):
            assert left.start + left.width == right.start
        assert all(segment.width >= 0 for segment in bar.segments)
        assert bar.segments[-1].start + bar.segments[-1].width <= BAR_WIDTH
        assert bar.seats_at is None or 0 <= bar.seats_at < BAR_WIDTH
    if any(bar.stream.active and not bar.stream.seats for bar in made):
        assert any(
            bar.seats_at is not None or bar.segments[-1].start + bar.segments[-1].width == BAR_WIDTH
            for bar in made
        )


def test_a_bar_draws_what_there_is_and_where_its_seats_end() -> None:
    (drawn,) = bars([Stream(1, 1, "", "x", None, None, None, None, False, 50, 100, 60, 40, 0)])
    rects = re.findall(r'<rect class="([a-z-]+)"(?: x="(\d+)")? width="(\d+)" height="10"/>', drawn.svg)

    assert rects == [
        ("bar-ground", "", "1000"),
        ("fill-confirmed", "0", "600"),
        ("fill-pending", "600", "400"),
        ("bar-seats", "500", "4"),
    ]


@given(st.lists(COUNTS, max_size=50))
def test_a_spark_stays_in_its_box(values: list[int]) -> None:
    points = [tuple(map(float, point.split(","))) for point in spark(values).split()]

    assert len(points) == (len(values) if len(values) > 1 else 0)
    assert all(0 <= x <= SPARK_WIDTH and 1 <= y <= SPARK_HEIGHT - 1 for x, y in points)
    assert [x for x, _ in points] == sorted(x for x, _ in points)


def test_a_spark_rises_with_its_values() -> None:
    assert spark([0, 5, 10]) == "0.00,27.00 50.00,14.00 100.00,1.00"
    assert spark([7, 7]) == "0.00,27.00 100.00,27.00"


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        (date(2026, 11, 24), date(2026, 11, 24), "24 ноя 2026"),
        (date(2026, 5, 4), date(2026, 5, 10), "4–10 мая 2026"),
        (date(2026, 9, 28), date(2026, 10, 4), "28 сен – 4 окт 2026"),
        (date(2025, 12, 29), date(2026, 1, 4), "29 дек 2025 – 4 янв 2026"),
    ],
)
def test_days_in_words_say_nothing_twice(first: date, last: date, label: str) -> None:
    with translation.override("ru"):
        assert range_label(Range(first, last)) == label
