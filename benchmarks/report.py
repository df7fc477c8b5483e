"""The results as a table of Markdown."""

from collections.abc import Iterable

from benchmarks.figures import Figure, Times

HEAD = (
    "| | the specification's SQL: median, p95 | ours: median, p95 | times faster | may be | |\n"
    "| --- | --- | --- | --- | --- | --- |"
)


class Report:
    """Prints each figure as soon as it is there, so that a run that breaks has not measured in vain."""

    def __init__(self) -> None:
        self.part = ""
        self.figures: list[Figure] = []
        print(HEAD)

    def add(self, figures: Iterable[Figure]) -> None:
        """One line a figure: the specification's time, ours, how many times faster, what it may be, whether
        it is."""
        for figure in figures:
            if figure.part != self.part:
                self.part = figure.part
                print(f"| **{self.part}** | | | | | |")
            print(row(figure), flush=True)
            self.figures.append(figure)

    def sum_up(self) -> None:
        """How many figures there are, and how many are beyond their limits."""
        missed = sum(figure.passed is False for figure in self.figures)
        print(f"\n{len(self.figures)} figures, {missed} missed.")


def row(figure: Figure) -> str:
    """The figure as a row of the table."""
    faster = figure.times_faster
    return (
        f"| {figure.name} | {_times(figure.specification)} | {_ours(figure)} "
        f"| {f'{faster:,.0f}' if faster else ''} | {_limit(figure)} | {_verdict(figure)} |"
    )


def _times(times: Times | None) -> str:
    return f"{times.median * 1000:,.1f}, {times.p95 * 1000:,.1f} ms" if times else ""


def _ours(figure: Figure) -> str:
    return _times(figure.ours) or _value(figure.value, figure.unit)


def _value(value: float, unit: str) -> str:
    digits = 2 if unit == "×" else 0 if value >= 100 else 1
    return f"{value:,.{digits}f} {unit}"


def _limit(figure: Figure) -> str:
    if figure.limit is None:
        return ""
    return f"{'≥' if figure.at_least else '≤'} {figure.limit:,g} {figure.unit}"


def _verdict(figure: Figure) -> str:
    return {None: "", True: "ok", False: "**missed**"}[figure.passed]
