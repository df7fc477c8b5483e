"""How a stream fills, as a line: the people with a confirmed booking there, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, pairwise

from django.utils.translation import gettext

from hsl.analytics.rows import Filled
from hsl.ui.dates import short_day

WIDTH, HEIGHT = 600, 120


@dataclass(frozen=True, slots=True)
class Fill:
    """The line from ``first`` to ``last``: ``points`` of a polyline in a box of 600 × 120, ``seats_at`` the height of
    the stream's seats there; ``half``: by when half of those who are in had booked."""

    first: date
    last: date
    half: date
    points: str
    seats_at: int | None

    @property
    def words(self) -> str:
        """The line in words, for who does not see it."""
        days = {"first": short_day(self.first), "half": short_day(self.half), "last": short_day(self.last)}
        return gettext("Paid bookings from %(first)s to %(last)s; half of them by %(half)s.") % days


def fill(people: Sequence[Filled], seats: int | None, today: date) -> Fill | None:
    """The line of a stream into which ``people`` came, in order, those first whose bookings have no time: they are in
    from the start. None where no booking has one."""
    before = sum(filled.people for filled in people if filled.day is None)
    days = [filled.day for filled in people if filled.day is not None]
    if not days:
        return None
    counts = list(accumulate((filled.people for filled in people if filled.day is not None), initial=before))
    first, last = days[0] - timedelta(days=1), max(today, days[-1])
    highest = max(counts[-1], seats or 0, 1)

    width, beginning = WIDTH / (last - first).days, first.toordinal()
    heights = [f"{_height(count, highest):.1f}" for count in counts]
    line = [f"0.0,{heights[0]}"]
    for day, (earlier, later) in zip(days, pairwise(heights), strict=True):
        x = width * (day.toordinal() - beginning)
        line.append(f"{x - width:.1f},{earlier} {x:.1f},{later}")
    line.append(f"{WIDTH:.1f},{heights[-1]}")
    half = next(day for day, count in zip(days, counts[1:], strict=True) if 2 * count >= counts[-1])
    return Fill(days[0], last, half, " ".join(line), round(_height(seats, highest)) if seats else None)


def _height(count: int, highest: int) -> float:
    return HEIGHT - 2 - (HEIGHT - 4) * count / highest
