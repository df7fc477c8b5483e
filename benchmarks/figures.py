"""What is measured: calls timed again and again, and single numbers, each beside what it may be."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """How long calls took, in seconds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """What one call in twenty takes longer than; of a few calls the longest."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report.

    ``value``: what is held against ``limit``, in ``unit``; the limit is a least one where ``at_least``.
    ``limit`` None: shown only. ``ours`` and ``specification``: the times behind it, where there are any.
    """

    part: str
    name: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    ours: Times | None = None
    specification: Times | None = None

    @property
    def passed(self) -> bool | None:
        """Whether it is within its limit; None without one."""
        if self.limit is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    @property
    def times_faster(self) -> float | None:
        """The specification's median over ours."""
        if self.ours is None or self.specification is None:
            return None
        return self.specification.median / self.ours.median


def timed(call: Callable[[], object], *, repeat: int, budget: float = 5.0) -> Times:
    """Time ``call`` up to ``repeat`` times after one to warm up, for about ``budget`` seconds at most."""
    call()
    taken: list[float] = []
    started = time.perf_counter()
    while len(taken) < repeat and (not taken or time.perf_counter() - started < budget):
        before = time.perf_counter()
        call()
        taken.append(time.perf_counter() - before)
    return Times(tuple(taken))


def milliseconds(
    part: str, name: str, ours: Times, limit: float | None, specification: Times | None = None
) -> Figure:
    """A figure of calls whose p95 may be ``limit`` milliseconds."""
    return Figure(part, name, ours.p95 * 1000, "ms", limit, ours=ours, specification=specification)
